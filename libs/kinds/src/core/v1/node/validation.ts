import { fieldError, quantityOf } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { each } from '../../../validation/values.ts'
import { taintErrors } from '../validation/tolerations.ts'
import { cidrErrors, parseCidr } from '../../../validation/ip-address.ts'
import { cidrWarnings } from '../warnings/addresses.ts'
import type { Node } from './schema.ts'

const { forbidden, invalid } = fieldError

const amountErrors = (path: string, amounts: Readonly<Record<string, string>> | undefined): readonly FieldError[] =>
  Object.entries(amounts ?? {}).flatMap(([name, text]) =>
    quantityOf(text).nanos < 0n ? [invalid(`${path}.${name}`, text, 'must be greater than or equal to 0')] : [],
  )

/** What is wrong with a node. */
export const nodeErrors = ({ spec, status }: Node): readonly FieldError[] => [
  // Where Kubernetes says that they are.
  ...taintErrors('metadata.taints', spec?.taints),
  ...amountErrors('status.capacity', status?.capacity),
  ...amountErrors('status.allocatable', status?.allocatable),
  ...networkErrors('spec.podCIDRs', spec?.podCIDRs ?? []),
]

/** One of each family. */
const networkErrors = (path: string, networks: readonly string[]): readonly FieldError[] => {
  const families = networks.map(network => parseCidr(network)?.family)
  const errors = each(path, networks, (network, at) => cidrErrors(at, network))
  const isPair = networks.length === 2 && families[0] !== families[1]
  return networks.length < 2 || isPair
    ? errors
    : [...errors, invalid(path, networks, 'may specify no more than one CIDR for each IP family')]
}

/** Kubernetes takes it no more, but from nodes that have it. */
export const withoutConfigSource = (node: Node, previous?: Node): Node => {
  if (!node.spec?.configSource || previous?.spec?.configSource) return node
  const { configSource: _, ...spec } = node.spec
  return { ...node, spec }
}

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
