import { own } from '@periplus/prelude'
import { deepEqual, fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { immutable, present } from '../../../validation/values.ts'
import { dataKeyErrors, decodedBytes, sizeErrors } from '../data-keys.ts'
import type { Secret } from './schema.ts'

const { forbidden, invalid, required } = fieldError

/** Keys that a secret of a type must have. */
const neededKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
}

const jsonKeys = ['.dockercfg', '.dockerconfigjson']

const typeErrors = ({ type = 'Opaque', data = {}, metadata }: Secret): readonly FieldError[] => {
  const needed = own(neededKeys, type) ?? []
  const missing = needed.filter(key => data[key] === undefined)
  if (type === 'kubernetes.io/service-account-token') {
    const account = metadata?.annotations?.['kubernetes.io/service-account.name']
    return present('metadata.annotations[kubernetes.io/service-account.name]', account)
  }
  if (type === 'kubernetes.io/basic-auth')
    return data['username'] === undefined && data['password'] === undefined
      ? [required('data[username]'), required('data[password]')]
      : []
  return [
    ...missing.map(key => required(`data[${key}]`)),
    ...needed
      .filter(key => jsonKeys.includes(key) && data[key] !== undefined && !isJson(data[key]))
      .map(key => invalid(`data[${key}]`, '<secret contents redacted>', 'invalid character in JSON')),
  ]
}

const isJson = (base64: string): boolean => {
  try {
    JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))
    return true
  } catch {
    return false
  }
}

/** What is wrong with a secret. Messages never repeat what it holds. */
export const secretErrors = (secret: Secret): readonly FieldError[] => [
  ...dataKeyErrors('data', secret.data),
  ...sizeErrors('data', decodedBytes(secret.data)),
  ...typeErrors(secret),
]

/** A secret keeps its type; one that was made immutable stays as it is. */
export const secretUpdateErrors = (next: Secret, previous: Secret): readonly FieldError[] => [
  ...immutable('type', next.type, previous.type),
  ...(previous.immutable && !next.immutable
    ? [forbidden('immutable', 'field is immutable when `immutable` is set')]
    : []),
  ...(previous.immutable && !deepEqual(next.data, previous.data)
    ? [forbidden('data', 'field is immutable when `immutable` is set')]
    : []),
]
