import { fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { each } from '../../../validation/values.ts'
import { taintErrors } from '../validation/tolerations.ts'
import { cidrErrors, parseCidr } from '../../../validation/ip-address.ts'
import { cidrWarnings } from '../warnings/addresses.ts'
import { withoutUndefined } from '../../../describe/without-undefined.ts'
import type { Node } from './schema.ts'
import { resourceErrors, swapErrors } from './status-validation.ts'

const { forbidden, internal, invalid } = fieldError

/** What is wrong with a node. */
export const nodeErrors = ({ spec, status }: Node): readonly FieldError[] => [
  // Where Kubernetes says that they are.
  ...taintErrors('metadata.taints', spec?.taints),
  ...resourceErrors(status),
  ...swapErrors(status),
  ...networkErrors('spec.podCIDRs', spec?.podCIDRs ?? []),
]

const unreadable = (at: number, network: string): string =>
  `invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[${at}]: <nil> (invalid CIDR address: ${network})`

/** One of each family. */
const networkErrors = (path: string, networks: readonly string[]): readonly FieldError[] => {
  const families = networks.map(network => parseCidr(network)?.family)
  const errors = each(path, networks, (network, at) => cidrErrors(at, network))
  if (networks.length < 2) return errors
  const unread = families.indexOf(undefined)
  const isPair = unread < 0 && networks.length === 2 && families[0] !== families[1]
  return [
    ...errors,
    ...(unread < 0 ? [] : [internal(path, unreadable(unread, networks[unread] ?? ''))]),
    ...(isPair ? [] : [invalid(path, networks, 'may specify no more than one CIDR for each IP family')]),
  ]
}

/** Kubernetes takes it no more, but from nodes that have it. */
export const withoutConfigSource = (node: Node, previous?: Node): Node => {
  if (!node.spec?.configSource || previous?.spec?.configSource) return node
  const { configSource: _, ...spec } = node.spec
  return { ...node, spec }
}

/** A feature of Kubernetes 1.35 that is off: only a write of its status may say so. */
export const withoutFeatures = (node: Node): Node =>
  node.status?.declaredFeatures === undefined
    ? node
    : { ...node, status: withoutUndefined({ ...node.status, declaredFeatures: undefined }) }

/** Where a node's pods have their addresses, and who made it, is said once. */
export const nodeUpdateErrors = ({ spec }: Node, { spec: before }: Node): readonly FieldError[] => [
  ...((before?.podCIDRs?.length ?? 0) > 0 && spec?.podCIDRs?.join() !== before?.podCIDRs?.join()
    ? [forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid')]
    : []),
  ...(before?.providerID && spec?.providerID !== before.providerID
    ? [forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid')]
    : []),
  ...(spec?.externalID === before?.externalID ? [] : [forbidden('spec.externalID', 'may not be updated')]),
]

/** What a node says that nobody reads, and blocks that are not written as everybody writes them. */
export const nodeWarnings = ({ spec }: Node): readonly string[] => [
  ...(spec?.configSource ? ['spec.configSource: the feature is removed'] : []),
  ...(spec?.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
  ...(spec?.podCIDRs ?? []).flatMap((cidr, i) => cidrWarnings(`spec.podCIDRs[${i}]`, cidr)),
]
