import { fieldError, quantityOf } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { each } from '../../../validation/values.ts'
import { taintErrors } from '../validation/tolerations.ts'
import type { Node } from './schema.ts'

const { forbidden, invalid } = fieldError

const amountErrors = (path: string, amounts: Readonly<Record<string, string>> | undefined): readonly FieldError[] =>
  Object.entries(amounts ?? {}).flatMap(([name, text]) =>
    quantityOf(text).nanos < 0n ? [invalid(`${path}.${name}`, text, 'must be greater than or equal to 0')] : [],
  )

/** What is wrong with a node. */
export const nodeErrors = ({ spec, status }: Node): readonly FieldError[] => [
  ...taintErrors('spec.taints', spec?.taints),
  ...amountErrors('status.capacity', status?.capacity),
  ...amountErrors('status.allocatable', status?.allocatable),
  ...each('spec.podCIDRs', spec?.podCIDRs, (cidr, at) =>
    /^[0-9a-fA-F.:]+\/[0-9]{1,3}$/.test(cidr)
      ? []
      : [invalid(at, cidr, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')],
  ),
]

/** Where a node's pods have their addresses, and who made it, is said once. */
export const nodeUpdateErrors = ({ spec }: Node, { spec: before }: Node): readonly FieldError[] => [
  ...((before?.podCIDRs?.length ?? 0) > 0 && spec?.podCIDRs?.join() !== before?.podCIDRs?.join()
    ? [forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid')]
    : []),
  ...(before?.providerID && spec?.providerID !== before.providerID
    ? [forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid')]
    : []),
]
