import { serialiseCommand } from '@periplus/commands'
import type { Origin, Sequence } from '@periplus/log'
import type { Change, Cut } from '@periplus/projection'
import type { CommandOutcome, Controller, Decision, DecisionRecord, RefusedCommand } from '../controller.ts'
import type { WorkItem } from '../queue/work-queue.ts'
import type { ObservedObject } from './observed-cut.ts'

/** A decision that was taken and is being carried out. */
export interface DecisionInFlight {
  readonly id: string
  readonly item: WorkItem
  readonly seed: number
  readonly now: number
  readonly at: Sequence
  readonly after: string | undefined
  /** How many decisions, `after` the last of them, it was taken on the outcome of. */
  readonly assumed: number
  readonly refused: RefusedCommand | undefined
  readonly decision: Decision
  /** What deciding threw, in words that quote nothing; the decision asks for nothing then. */
  readonly failed: string | undefined
  readonly observed: readonly ObservedObject[]
  /** Milliseconds that deciding took. */
  readonly cost: number
}

/** The state that a decision is taken on: the cut, or what decisions that are under way will make of it. */
export interface AssumedCut {
  readonly cut: Cut
  /** The last of those decisions. */
  readonly after: string | undefined
  /** How many they are. */
  readonly assumed: number
}

/** What the next decision of the round is taken on; `undefined` where nobody knows before this one's commands are done. */
export const assumedAfter = (
  controller: Controller,
  base: AssumedCut,
  id: string,
  decision: Decision,
): AssumedCut | undefined => {
  if (!controller.assume || decision.commands.length === 0) return base
  const assumed = controller.assume(base.cut, decision.commands)
  return assumed && { cut: assumed, after: id, assumed: base.assumed + 1 }
}

/** What is kept of a decision. */
export const recordOf = (
  { name, version, inputs }: Controller,
  { id, item, at, after, assumed, now, seed, refused, decision, failed, observed }: DecisionInFlight,
  outcome: readonly CommandOutcome[],
): DecisionRecord => ({
  id,
  controller: name,
  version,
  key: item.key,
  cut: at,
  ...(after === undefined ? {} : { after, assumed }),
  now,
  seed,
  ...(refused ? { refused } : {}),
  triggers: item.triggers.map(trigger => trigger.sequence),
  ...(inputs ? { inputs } : {}),
  commands: decision.commands.map(serialiseCommand),
  outcome,
  ...(failed === undefined ? {} : { failed }),
  ...(observed.length === 0 ? {} : { observed }),
  ...(decision.requeueAfter === undefined ? {} : { requeueAfter: decision.requeueAfter }),
  why: decision.why,
})

/** The command that ended a decision, where one was refused. */
export const refusedOf = (
  { decision }: DecisionInFlight,
  outcome: readonly CommandOutcome[],
): RefusedCommand | undefined => {
  for (const [index, one] of outcome.entries()) {
    const command = decision.commands[index]
    if (one.tag === 'Refused' && command)
      return { verb: command.verb, resource: command.kind.resource, refusal: one.refusal }
  }
  return undefined
}

/** At most this many triggering sequences are named in an event's header. */
const maximumCauses = 16

/** Law 2: a timer's decision is caused by the object that it is about. */
export const originOf = (controller: Controller, taken: DecisionInFlight, cut: Cut): Origin => {
  const { group, resource } = controller.primary
  const own = cut.entry({ group, resource, ...taken.item.key })?.sequence
  const { triggers } = taken.item
  const causes = triggers.length > 0 ? triggers.map(trigger => trigger.sequence) : own === undefined ? [] : [own]
  return {
    ...writerOf(controller),
    causes: causes.slice(-maximumCauses),
    decisionId: taken.id,
    correlationId: triggers.at(-1)?.correlationId ?? taken.id,
  }
}

/** Of what is said of a change and not of a decision. */
export const originOfMissed = (controller: Controller, { event }: Change): Origin => ({
  ...writerOf(controller),
  causes: [event.sequence],
  correlationId: event.origin.correlationId,
})

const writerOf = ({ name }: Controller): Pick<Origin, 'actor' | 'component'> => ({
  actor: `${name === 'scheduler' ? 'scheduler' : 'controller'}:${name}`,
  component: name,
})
