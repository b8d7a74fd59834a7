import type { Ruleset } from '@periplus/net'
import type { EarlyAddresses } from './policed-pods.ts'
import { policyRuleset } from './policy-ruleset.ts'
import type { PolicyObjects } from './policy-ruleset.ts'

/** Without policies there is one answer, and of the same objects it is the same. */
export const rememberedPolicies = (nodeName: string) => {
  let last: { readonly objects: PolicyObjects; readonly early: EarlyAddresses; readonly ruleset: Ruleset } | undefined
  return (objects: PolicyObjects, early: EarlyAddresses): Ruleset => {
    const known = last?.objects
    const same =
      known !== undefined &&
      known.policies === objects.policies &&
      (objects.policies.length === 0 ||
        (known.pods === objects.pods && known.namespaces === objects.namespaces && last?.early === early))
    if (last && same) return last.ruleset
    last = { objects, early, ruleset: policyRuleset(objects, nodeName, early) }
    return last.ruleset
  }
}
