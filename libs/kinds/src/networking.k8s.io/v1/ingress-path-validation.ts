import {
  fieldError,
  isDns1035Label,
  isDns1123Subdomain,
  isPortName,
  isPortNumber,
  isWildcardDns1123Subdomain,
} from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { ipFamilyOf } from '../../validation/ip-address.ts'
import { typedReferenceErrors } from './typed-reference-validation.ts'
import type { TypedReference } from './typed-reference-validation.ts'
import { obeys, presentAnd } from '../../validation/values.ts'

const { invalid, notSupported, required } = fieldError

interface Backend {
  readonly service?: { readonly name: string; readonly port?: { readonly name?: string; readonly number?: number } }
  readonly resource?: TypedReference
}

const badSequences = ['//', '/./', '/../', '%2f', '%2F']
const badEndings = ['/..', '/.']

/** A path that is matched literally must be in its simplest form. */
export const ingressPathErrors = (
  path: FieldPath,
  { path: text = '', pathType }: { readonly path?: string; readonly pathType: string },
): readonly FieldError[] => {
  if (!pathType) return [required(`${path}.pathType`, 'pathType must be specified')]
  if (pathType === 'ImplementationSpecific')
    return text === '' || text.startsWith('/') ? [] : [invalid(`${path}.path`, text, 'must be an absolute path')]
  if (pathType !== 'Exact' && pathType !== 'Prefix')
    return [notSupported(`${path}.pathType`, pathType, ['Exact', 'ImplementationSpecific', 'Prefix'])]
  return [
    ...(text.startsWith('/') ? [] : [invalid(`${path}.path`, text, 'must be an absolute path')]),
    ...badSequences
      .filter(sequence => text.includes(sequence))
      .map(sequence => invalid(`${path}.path`, text, `must not contain '${sequence}'`)),
    ...badEndings
      .filter(ending => text.endsWith(ending))
      .map(ending => invalid(`${path}.path`, text, `cannot end with '${ending}'`)),
  ]
}

/** One service and port, or another resource. */
export const ingressBackendErrors = (path: FieldPath, { service, resource }: Backend): readonly FieldError[] => {
  if (service && resource) return [invalid(path, '', 'cannot set both resource and service backends')]
  if (resource) return typedReferenceErrors(`${path}.resource`, resource)
  if (!service) return [invalid(path, '', 'resource or service backend is required')]
  const { name: portName, number } = service.port ?? {}
  return [
    ...presentAnd(`${path}.service.name`, service.name, isDns1035Label),
    ...(portName && number ? [invalid(path, '', 'cannot set both port name & port number')] : []),
    ...(!portName && !number ? [required(path, 'port name or number is required')] : []),
    ...(number ? [] : obeys(`${path}.service.port.name`, portName, isPortName)),
    ...(number && !portName
      ? isPortNumber(number).map(complaint => invalid(`${path}.service.port.number`, number, complaint))
      : []),
  ]
}

export const ingressHostErrors = (path: FieldPath, host: string | undefined): readonly FieldError[] => {
  if (!host) return []
  const isAddress = ipFamilyOf(host) !== undefined
  return [
    ...(isAddress ? [invalid(path, host, 'must be a DNS name, not an IP address')] : []),
    ...tlsHostErrors(path, host),
  ]
}

/** Certificates may be for addresses too. */
export const tlsHostErrors = (path: FieldPath, host: string): readonly FieldError[] =>
  (host.includes('*') ? isWildcardDns1123Subdomain(host) : isDns1123Subdomain(host)).map(complaint =>
    invalid(path, host, complaint),
  )
