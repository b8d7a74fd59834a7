import { fieldError, isConfigMapKey } from '@periplus/api'
import type { FieldError } from '@periplus/api'

const { invalid, tooLong } = fieldError

/** The most that a ConfigMap or Secret holds. */
export const maxDataBytes = 1024 * 1024

/** Keys become file names. */
export const dataKeyErrors = (
  path: string,
  data: Readonly<Record<string, string>> | undefined,
): readonly FieldError[] =>
  Object.keys(data ?? {}).flatMap(key =>
    isConfigMapKey(key).map(complaint => invalid(`${path}[${key}]`, key, complaint)),
  )

export const sizeErrors = (path: string, bytes: number): readonly FieldError[] =>
  bytes > maxDataBytes ? [tooLong(path, maxDataBytes)] : []

/** Bytes of the values, in UTF-8. */
export const textBytes = (data: Readonly<Record<string, string>> | undefined): number =>
  Object.values(data ?? {}).reduce((sum, text) => sum + Buffer.byteLength(text), 0)

/** Bytes that base64 values stand for. */
export const decodedBytes = (data: Readonly<Record<string, string>> | undefined): number =>
  Object.values(data ?? {}).reduce((sum, text) => sum + Math.floor((text.replace(/(?<!=)=+$/, '').length * 3) / 4), 0)
