import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each } from '../../../validation/values.ts'
import { amountErrors } from '../validation/resource-names.ts'
import { taintErrors } from '../validation/tolerations.ts'
import { configStatusErrors } from './config-validation.ts'
import type { Node } from './schema.ts'

const { duplicate, invalid } = fieldError

/** What is wrong with what a node says of itself. */
export const nodeStatusErrors = ({ spec, status }: Node): readonly FieldError[] => [
  // Where Kubernetes says that they are.
  ...taintErrors('metadata.taints', spec?.taints),
  ...resourceErrors(status),
  // Kubernetes takes it, and then nothing else of the node could be changed: it would get no taints.
  ...swapErrors(status),
  ...addressErrors('status.addresses', status?.addresses),
  ...(status?.config ? configStatusErrors('status.config', status.config) : []),
]

/** What is wrong with what it has and with what it can do, also when it registers. */
export const resourceErrors = (status: Node['status']): readonly FieldError[] => [
  ...amountsErrors('status.capacity', status?.capacity),
  ...amountsErrors('status.allocatable', status?.allocatable),
  ...featureErrors('status.declaredFeatures', status?.declaredFeatures ?? []),
]

/** A node has swap or says nothing of it. */
export const swapErrors = (status: Node['status']): readonly FieldError[] => {
  const capacity = status?.nodeInfo?.swap?.capacity
  return capacity !== undefined && capacity <= 0
    ? [invalid('metadata.nodeSwapStatus.capacity', capacity, 'must be greater than zero')]
    : []
}

const amountsErrors = (path: FieldPath, amounts: Readonly<Record<string, string>> = {}): readonly FieldError[] =>
  Object.entries(amounts).flatMap(([name, text]) =>
    amountErrors(name === '' ? `${path}[]` : `${path}.${name}`, name, text),
  )

const feature = /^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/
const longestFeature = 253

const featureErrors = (path: FieldPath, features: readonly string[]): readonly FieldError[] =>
  each(path, features, (name, at, i) => {
    const before = features[i - 1]
    return [
      ...featureNameErrors(at, name),
      ...(before === name ? [duplicate(at, name)] : []),
      ...(before !== undefined && before > name ? [invalid(at, name, 'list must be sorted alphabetically')] : []),
    ]
  })

const featureNameErrors = (path: FieldPath, name: string): readonly FieldError[] => {
  const wrong = `invalid feature name ${fieldError.showValue(name)}`
  if (Buffer.byteLength(name) > longestFeature)
    return [invalid(path, name, `${wrong}: must be no more than ${longestFeature} characters`)]
  return feature.test(name)
    ? []
    : [
        invalid(
          path,
          name,
          `${wrong}: must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`,
        ),
      ]
}

const addressErrors = (
  path: FieldPath,
  addresses: readonly { readonly type: string; readonly address: string }[] | undefined,
): readonly FieldError[] => {
  const seen = new Set<string>()
  return each(path, addresses, ({ type, address }, at) => {
    const shown = { Type: type, Address: address }
    const key = JSON.stringify(shown)
    const again = seen.has(key)
    seen.add(key)
    return again ? [duplicate(at, shown)] : []
  })
}
