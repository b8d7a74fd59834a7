import type { Kind } from '@periplus/api'

const policies: ReadonlySet<string> = new Set([
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
])

/** Policies are not asked about policies: nobody could mend one that denies everything. */
export const isForPolicies = ({ group, resource }: Kind): boolean =>
  group !== 'admissionregistration.k8s.io' || !policies.has(resource)
