import { fieldError, isQualifiedName, quantityOf } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'

const { invalid } = fieldError

const counted = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]
const measured = ['cpu', 'memory', 'ephemeral-storage']
const quotas = new Set([
  ...counted,
  ...measured,
  ...measured.map(name => `requests.${name}`),
  ...measured.map(name => `limits.${name}`),
  'requests.storage',
])
const standard = new Set([...quotas, 'storage'])
const whole = new Set(counted)

export const isHugePages = (name: string): boolean => name.startsWith('hugepages-')

/** Whether the name is one of Kubernetes' own. */
export const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/')

/** Resources of other vendors and huge pages can't be overcommitted: what is asked for is what is had. */
export const overcommits = (name: string): boolean => isNative(name) && !isHugePages(name)

/** Whether nodes may have a resource of this name that others than their agents tell of, such as `example.com/gpu`. */
export const isExtendedResource = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0

/** A name that quotas know, without a prefix. */
export const isQuotaResource = (name: string): boolean =>
  quotas.has(name) || isHugePages(name) || name.startsWith('requests.hugepages-')

/** What is wrong with the name of any resource. */
export const resourceNameErrors = (path: FieldPath, name: string): readonly FieldError[] => {
  const broken = isQualifiedName(name).map(complaint => invalid(path, name, complaint))
  if (broken.length > 0 || name.includes('/') || standard.has(name) || isQuotaResource(name)) return broken
  return [invalid(path, name, 'must be a standard resource type or fully qualified')]
}

/** What is wrong with the name of a resource that containers have. */
export const containerResourceErrors = (path: FieldPath, name: string): readonly FieldError[] => [
  ...resourceNameErrors(path, name),
  ...(name.includes('/')
    ? isNative(name) || isExtendedResource(name)
      ? []
      : [invalid(path, name, "doesn't follow extended resource name standard")]
    : measured.includes(name) || isHugePages(name)
      ? []
      : [invalid(path, name, 'must be a standard resource for containers')]),
]

/** What is wrong with the name of a resource that a quota bounds. */
export const quotaResourceErrors = (path: FieldPath, name: string): readonly FieldError[] => [
  ...resourceNameErrors(path, name),
  ...(name.includes('/') || isQuotaResource(name)
    ? []
    : [invalid(path, name, 'must be a standard resource for quota')]),
]

const milli = 1_000_000n

/** What is wrong with an amount: none is negative, and what is counted is whole. */
export const amountErrors = (path: FieldPath, name: string, text: string): readonly FieldError[] => {
  const { nanos } = quantityOf(text)
  const thousandths = nanos >= 0n ? (nanos + milli - 1n) / milli : nanos / milli
  return [
    ...(nanos < 0n ? [invalid(path, text, 'must be greater than or equal to 0')] : []),
    ...((whole.has(name) || isExtendedResource(name)) && thousandths % 1000n !== 0n
      ? [invalid(path, text, 'must be an integer')]
      : []),
  ]
}
