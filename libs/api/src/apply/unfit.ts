import { E } from '@periplus/prelude'
import { toJson } from '../json/exact-json.ts'
import { isRecord } from '../json/json-value.ts'
import { elementOf } from './list-elements.ts'
import { memberType } from './merge-type.ts'
import type { ListType, MapType, MergeType } from './merge-type.ts'
import { fieldElement, pathText } from './path-element.ts'

/** Why a value is none of a type, each with its path, in the words of Kubernetes. Duplicates are none. */
export const unfit = (type: MergeType, value: unknown, path = ''): readonly string[] => {
  if (value === null || value === undefined) return []
  switch (type.tag) {
    case 'any':
      return []
    case 'scalar':
      return scalarFault(type.scalar, value, path)
    case 'list':
      return Array.isArray(value) ? ofList(type, value, path) : [`${path}: expected list, got ${shown(value)}`]
    case 'map':
      return isRecord(value) ? ofMap(type, value, path) : [`${path}: expected map, got ${shown(value)}`]
  }
}

/** Several such reasons as one text. */
export const unfitText = (faults: readonly string[]): string =>
  faults.length === 1 ? (faults[0] ?? '') : `errors:\n${faults.map(fault => `  ${fault}`).join('\n')}`

const shown = (value: unknown): string => `&{${toJson(value)}}`

const scalarFault = (scalar: string, value: unknown, path: string): readonly string[] => {
  const is = typeof value
  const isNumber = is === 'number' || is === 'bigint'
  switch (scalar) {
    case 'string':
      return is === 'string' ? [] : [`${path}: expected string, got ${shown(value)}`]
    case 'boolean':
      return is === 'boolean' ? [] : [`${path}: expected boolean, got ${shown(value)}`]
    case 'numeric':
      return isNumber ? [] : [`${path}: expected numeric (int or float), got ${is === 'object' ? 'object' : is}`]
    default:
      return isNumber || is === 'string' || is === 'boolean'
        ? []
        : [`${path}: expected any scalar, got ${shown(value)}`]
  }
}

const ofMap = (type: MapType, value: Readonly<Record<string, unknown>>, path: string): readonly string[] =>
  Object.entries(value).flatMap(([name, member]) => {
    const below = memberType(type, name)
    const at = `${path}${pathText([fieldElement(name)])}`
    return below ? unfit(below, member, at) : [`${at}: field not declared in schema`]
  })

const ofList = (type: ListType, list: readonly unknown[], path: string): readonly string[] => {
  const seen = new Set<string>()
  const faults: string[] = []
  for (const [i, value] of list.entries()) {
    if (type.relation === 'atomic') {
      faults.push(...unfit(type.of(), value, `${path}[${i}]`))
      continue
    }
    const element = elementOf(type, value)
    if (E.isLeft(element)) return [...faults, `${path}: element ${i}: ${element.left}`]
    const text = pathText([element.right])
    if (seen.has(element.right)) faults.push(`${path}: duplicate entries for key ${text}`)
    seen.add(element.right)
    faults.push(...unfit(type.of(), value, `${path}${text}`))
  }
  return faults
}
