import { deserialiseCommand } from '@periplus/commands'
import type { Command, SerialisedCommand } from '@periplus/commands'
import type { Controller, DecisionRecord } from '@periplus/controller'
import { kindsAt } from '@periplus/custom'
import type { Cut } from '@periplus/projection'

/**
 * What a decision was taken on: the cut at its sequence, as the recorded commands of those before it that were under way would make it
 * (`Controller.assume`). `undefined` where one of them is not among those `byId`.
 */
export const assumedCutsOf = (
  byId: ReadonlyMap<string, DecisionRecord>,
  controllers: ReadonlyMap<string, Controller>,
): ((record: DecisionRecord, cut: Cut) => Cut | undefined) => {
  /** By the decision that made it so; of the present cut only. */
  let assumed = new Map<string, Cut | undefined>()
  let at = 0
  /** The one before it, where it was taken on the same as that and on what that one did. */
  const goesOnFrom = ({ cut, after, assumed: count }: DecisionRecord): DecisionRecord | undefined => {
    const before = byId.get(after ?? '')
    const goesOn = count === undefined || count === (before?.assumed ?? 0) + 1
    return before?.cut === cut && goesOn ? before : undefined
  }
  const behind = (record: DecisionRecord, cut: Cut): Cut | undefined => {
    const { id, after } = record
    if (after === undefined) return cut
    const key = goesOnFrom(record) ? after : `before ${id}`
    if (!assumed.has(key)) assumed.set(key, assume(record, cut))
    return assumed.get(key)
  }
  const assume = (record: DecisionRecord, cut: Cut): Cut | undefined => {
    const before = goesOnFrom(record)
    const underWay = before ? [before] : chainOf(record, byId)
    const base = before ? behind(before, cut) : cut
    const commands = base && underWay && commandsOf(underWay, base)
    return commands && controllers.get(record.controller)?.assume?.(base, commands)
  }
  return (record, cut) => {
    if (record.cut !== at) assumed = new Map()
    at = record.cut
    return behind(record, cut)
  }
}

/** The decisions that were under way, in their order; `undefined` where one is not kept. */
const chainOf = (
  { after, assumed = 0 }: DecisionRecord,
  byId: ReadonlyMap<string, DecisionRecord>,
): readonly DecisionRecord[] | undefined => {
  const chain: DecisionRecord[] = []
  let id = after
  while (chain.length < assumed) {
    const record = byId.get(id ?? '')
    if (!record) return undefined
    chain.push(record)
    id = record.after
  }
  return chain.length > 0 ? chain.reverse() : undefined
}

/** `undefined` where this build or that moment does not know one's kind. */
const commandsOf = (records: readonly DecisionRecord[], cut: Cut): readonly Command[] | undefined => {
  const kinds = kindsAt(cut)
  const known = records
    .flatMap(({ commands }) => commands)
    .map(command => deserialiseCommand(command as SerialisedCommand, kinds))
  return known.every(command => command !== undefined) ? known : undefined
}
