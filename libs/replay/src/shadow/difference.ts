import { toJson } from '@periplus/api'
import type { DecisionRecord, Key } from '@periplus/controller'
import type { Sequence } from '@periplus/log'
import type { Answer } from '../answers.ts'

/** Where what a shadow would do is not what the live controller does. */
export interface ShadowDifference {
  readonly controller: string
  readonly key: Key
  /** What both decided on. */
  readonly cut: Sequence
  /** Milliseconds since the epoch, as the decision had it. */
  readonly now: number
  /** Absent where the live one has not looked at the key, though something woke it here. */
  readonly live?: Answer & Pick<DecisionRecord, 'id'>
  /** Absent where the shadow would not have looked: nothing that it watches had changed. */
  readonly shadow?: Answer
}

/** Commands that one decision has and another one has not. */
export interface Apart {
  readonly liveOnly: readonly unknown[]
  readonly shadowOnly: readonly unknown[]
}

const without = (commands: readonly unknown[], others: readonly unknown[]): readonly unknown[] => {
  const left = new Map<string, number>()
  for (const text of others.map(command => toJson(command))) left.set(text, (left.get(text) ?? 0) + 1)
  return commands.filter(command => {
    const text = toJson(command)
    const count = left.get(text) ?? 0
    left.set(text, count - 1)
    return count <= 0
  })
}

/** What one would send and the other one not; a command that both have twice is none, one that one has once more is one. Pure. */
export const apart = ({ live, shadow }: Pick<ShadowDifference, 'live' | 'shadow'>): Apart => {
  const [ours, theirs] = [shadow?.commands ?? [], live?.commands ?? []]
  return { liveOnly: without(theirs, ours), shadowOnly: without(ours, theirs) }
}
