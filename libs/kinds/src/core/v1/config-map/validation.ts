import { deepEqual, fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { dataKeyErrors, decodedBytes, sizeErrors, textBytes } from '../data-keys.ts'
import type { ConfigMap } from './schema.ts'

const { forbidden, invalid } = fieldError

/** What is wrong with a ConfigMap. */
export const configMapErrors = ({ data, binaryData }: ConfigMap): readonly FieldError[] => [
  ...dataKeyErrors('data', data),
  ...Object.keys(data ?? {})
    .filter(key => binaryData?.[key] !== undefined)
    .map(key => invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')),
  ...dataKeyErrors('binaryData', binaryData),
  ...sizeErrors('', textBytes(data) + decodedBytes(binaryData)),
]

/** One that was made immutable stays as it is, and immutable. */
export const configMapUpdateErrors = (next: ConfigMap, previous: ConfigMap): readonly FieldError[] => {
  if (!previous.immutable) return []
  return [
    ...(next.immutable ? [] : [forbidden('immutable', 'field is immutable when `immutable` is set')]),
    ...(deepEqual(next.data, previous.data) ? [] : [forbidden('data', 'field is immutable when `immutable` is set')]),
    ...(deepEqual(next.binaryData, previous.binaryData)
      ? []
      : [forbidden('binaryData', 'field is immutable when `immutable` is set')]),
  ]
}
