import { deserialiseCommand } from '@periplus/commands'
import type { Command, SerialisedCommand } from '@periplus/commands'
import type { Controller, DecisionRecord } from '@periplus/controller'
import { kindsAt } from '@periplus/custom'
import type { Cut } from '@periplus/projection'

/**
 * What a decision of a round was taken on: the cut at its sequence, as the recorded commands of those before it in the round
 * would make it (`Controller.assume`). `undefined` where one of them is not among those `byId`.
 */
export const assumedCutsOf = (
  byId: ReadonlyMap<string, DecisionRecord>,
  controllers: ReadonlyMap<string, Controller>,
): ((record: DecisionRecord, cut: Cut) => Cut | undefined) => {
  /** By the decision that made it so; of the present cut only. */
  let assumed = new Map<string, Cut | undefined>()
  let at = 0
  const behind = ({ after }: DecisionRecord, cut: Cut): Cut | undefined => {
    if (after === undefined) return cut
    if (!assumed.has(after)) assumed.set(after, assume(byId.get(after), cut))
    return assumed.get(after)
  }
  const assume = (record: DecisionRecord | undefined, cut: Cut): Cut | undefined => {
    const before = record && behind(record, cut)
    const commands = before && commandsOf(record, before)
    return commands && controllers.get(record.controller)?.assume?.(before, commands)
  }
  return (record, cut) => {
    if (record.cut !== at) assumed = new Map()
    at = record.cut
    return behind(record, cut)
  }
}

/** `undefined` where this build or that moment does not know one's kind. */
const commandsOf = ({ commands }: DecisionRecord, cut: Cut): readonly Command[] | undefined => {
  const kinds = kindsAt(cut)
  const known = commands.map(command => deserialiseCommand(command as SerialisedCommand, kinds))
  return known.every(command => command !== undefined) ? known : undefined
}
