import { fieldError, isQualifiedName } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { oneOf } from '../../../validation/values.ts'
import type { ObjectFieldSelector, ResourceFieldSelector } from '../env.ts'

const { invalid, required } = fieldError

/** The fields of a pod that become environment variables. */
export const envFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]

/** The fields of a pod that become files in a downward API volume. */
export const volumeFields = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
]

const known = new Set([...envFields, ...volumeFields, 'spec.restartPolicy', 'spec.schedulerName', 'status.phase'])

/** `metadata.labels['key']`: the path, and the key where there is one. */
const subscripted = (text: string): readonly [path: string, key: string] | undefined => {
  const open = text.indexOf("['")
  return open > 0 && text.endsWith("']") && open + 2 <= text.length - 2
    ? [text.slice(0, open), text.slice(open + 2, -2)]
    : undefined
}

export const fieldRefErrors = (
  path: FieldPath,
  { apiVersion = 'v1', fieldPath }: ObjectFieldSelector,
  supported: readonly string[],
): readonly FieldError[] => {
  const at = `${path}.fieldPath`
  const unconverted = (why: string) => [invalid(at, fieldPath, `error converting fieldPath: ${why}`)]
  if (apiVersion === '') return [required(`${path}.apiVersion`)]
  if (fieldPath === '') return [required(at)]
  if (apiVersion !== 'v1') return unconverted(`unsupported pod version: ${apiVersion}`)
  const keyed = subscripted(fieldPath)
  if (!keyed) {
    const field = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath
    return known.has(field) ? oneOf(at, field, supported) : unconverted(`field label not supported: ${fieldPath}`)
  }
  const [field, key] = keyed
  if (field !== 'metadata.annotations' && field !== 'metadata.labels')
    return unconverted(`field label does not support subscript: ${fieldPath}`)
  const name = field === 'metadata.annotations' ? key.toLowerCase() : key
  return isQualifiedName(name).map(complaint => invalid(path, name, complaint))
}

const resources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]

const hugePages = /^(limits|requests)\.hugepages-/

export const resourceFieldErrors = (
  path: FieldPath,
  ref: ResourceFieldSelector,
  inVolume: boolean,
): readonly FieldError[] => [
  ...(inVolume && !ref.containerName
    ? [required(`${path}.containerName`)]
    : ref.resource === ''
      ? [required(`${path}.resource`)]
      : hugePages.test(ref.resource)
        ? []
        : oneOf(`${path}.resource`, ref.resource, resources)),
  ...divisorErrors(`${path}.divisor`, ref),
]

const amounts = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']

/** What a resource may be divided by, and what it is called when it isn't. */
const divisors: Readonly<Record<string, readonly [called: string, allowed: readonly string[]]>> = {
  cpu: ['cpu', ['1m', '1']],
  memory: ['memory', amounts],
  'ephemeral-storage': ['local ephemeral storage', amounts],
  hugepages: ['hugepages', amounts],
}

const divisorErrors = (path: FieldPath, { resource, divisor = '0' }: ResourceFieldSelector): readonly FieldError[] => {
  if (divisor === '0') return []
  const unit = hugePages.test(resource) ? 'hugepages' : /^(?:limits|requests)\.(.*)$/.exec(resource)?.[1]
  if (unit === undefined || !Object.hasOwn(divisors, unit)) return []
  const [called, allowed] = divisors[unit] ?? ['', []]
  const list = unit === 'cpu' ? allowed.join(' and ') : allowed.join(', ')
  return allowed.includes(divisor)
    ? []
    : [invalid(path, resource, `only divisor's values ${list} are supported with the ${called} resource`)]
}
