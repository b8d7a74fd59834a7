import { formOf, leaf } from './form.ts'
import { isRecord } from '../json/json-value.ts'
import type { MergeType } from './merge-type.ts'

/** The paths of lists, maps and structs in a value that its type has merged as one thing: `.spec.nodeSelector`. */
export const atomicsIn = (type: MergeType, value: unknown, path = ''): readonly string[] => {
  const own = isWhole(type, value) ? [path] : []
  if (Array.isArray(value)) {
    const element = type.tag === 'list' ? type.of() : undefined
    return element ? [...own, ...value.flatMap((one, i) => atomicsIn(element, one, `${path}[${i}]`))] : own
  }
  if (!isRecord(value) || type.tag !== 'map') return own
  const members = Object.entries(value).flatMap(([name, member]) => {
    const below = type.named(name)
    return below ? atomicsIn(below, member, `${path}.${name}`) : []
  })
  return [...own, ...members]
}

const isWhole = (type: MergeType, value: unknown): boolean =>
  (Array.isArray(value) || isRecord(value)) && type.tag !== 'scalar' && formOf(type, value) === leaf
