import type { LeftAlone, Restorable, RestoreStep } from '@periplus/replay'
import { placeOfRestorable, planRestore } from '@periplus/replay'
import { deploymentOf, isClaim, rank, whyStays } from './left-behind.ts'

/** What is to be made here, and what is not. */
export interface ImportPlan {
  /** In the order in which each finds what it names. */
  readonly creations: readonly Extract<RestoreStep, { readonly tag: 'Create' }>[]
  /** Has this place here already. */
  readonly present: readonly Restorable[]
  readonly left: readonly LeftAlone[]
  /** Claims whose data does not come along. */
  readonly claims: number
  /** ReplicaSets of Deployments, which make the present one again and no earlier revision. */
  readonly revisions: number
}

/** A definition whose objects are in none of what is carried over is nobody's. */
const isNeeded = (one: Restorable, groups: ReadonlySet<string>): boolean =>
  one.group !== 'apiextensions.k8s.io' ||
  groups.has((one.object as { readonly spec?: { readonly group?: string } }).spec?.group ?? '')

/** What of one cluster is to be made in another one, which has `here`. Of `chosen` namespaces, or of all but the cluster's own. Pure. */
export const planImport = (
  there: readonly Restorable[],
  here: readonly Restorable[],
  chosen: ReadonlySet<string>,
): ImportPlan => {
  const judged = there.map(of => ({ of, why: whyStays(of, chosen) }))
  const carried = judged.filter(({ why }) => why === undefined).map(({ of }) => of)
  const groups = new Set(carried.map(({ group }) => group))
  const needed = chosen.size === 0 ? carried : carried.filter(one => isNeeded(one, groups))
  const places = new Set(needed.map(placeOfRestorable))
  const now = here.filter(one => places.has(placeOfRestorable(one)))
  const taken = new Set(now.map(placeOfRestorable))
  const then = needed.toSorted((a, b) => rank(a) - rank(b))
  const plan = planRestore({ then, now, owners: new Map(), onlyGone: true })
  const creations = plan.steps.filter(step => step.tag === 'Create')
  const made = new Set(creations.map(({ inPlaceOf }) => inPlaceOf))
  return {
    creations,
    present: needed.filter(one => taken.has(placeOfRestorable(one))),
    left: [...judged.flatMap(({ of, why }) => (why ? [{ of, why }] : [])), ...plan.left],
    claims: creations.filter(({ of }) => isClaim(of)).length,
    revisions: there.filter(one => made.has(deploymentOf(one) ?? '')).length,
  }
}
