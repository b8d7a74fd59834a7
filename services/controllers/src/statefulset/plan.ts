import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { normal } from '@periplus/controller'
import type { EventDraft, Moment } from '@periplus/controller'
import type { Pod } from '@periplus/kinds'
import type { StatefulSet } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { removed } from '../pods/disrupt.ts'
import type { SetHistory } from './history.ts'
import type { Member } from './ordinals.ts'

/** A StatefulSet and its pods at one moment. */
export interface ObservedSet {
  readonly cut: Cut
  readonly moment: Moment
  readonly set: Stored<StatefulSet>
  readonly history: Pick<SetHistory, 'current' | 'update'>
  /** Those in the range of wanted ordinals, lowest first. */
  readonly replicas: readonly Member[]
  /** Those outside it, highest first. */
  readonly condemned: readonly Member[]
}

/** What is to be done, as far as it is known. */
export interface Plan {
  readonly commands: readonly Command[]
  readonly drafts: readonly EventDraft[]
  /** Something must happen before there is more to do. */
  readonly stopped: boolean
  /** Pods that are deleted because of their revision. */
  readonly outdated: number
  readonly why: readonly string[]
}

export const emptyPlan: Plan = { commands: [], drafts: [], stopped: false, outdated: 0, why: [] }

/** A plan goes on, or stops for a reason. */
export const stopFor = (plan: Plan, why: string): Plan => ({ ...plan, stopped: true, why: [...plan.why, why] })

/** At most this many pods are made, and as many deleted, by one decision. */
export const burst = 200

/** `Create Pod web-0 in StatefulSet web successful`, as Kubernetes tells it. */
export const done = (set: Stored<StatefulSet>, verb: 'Create' | 'Update' | 'Delete', pod: string): EventDraft =>
  normal(set, `Successful${verb}`, `${verb} Pod ${pod} in StatefulSet ${set.metadata.name} successful`)

/** The plan with the deletion of a pod in it. */
export const deleting = (plan: Plan, set: Stored<StatefulSet>, pod: Stored<Pod>, why: string): Plan => ({
  ...plan,
  commands: [...plan.commands, removed(pod)],
  drafts: [...plan.drafts, done(set, 'Delete', pod.metadata.name)],
  why: [...plan.why, `deleting ${pod.metadata.name}: ${why}`],
})
