import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { targetOf } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import { mostAtOnce } from '@periplus/log'
import type { EventType } from '@periplus/log'
import type { GroupRefusal } from '../commands.ts'
import { eventOfDraft } from '../execute/write.ts'
import type { Writing } from '../execute/write.ts'
import type { Draft, DraftOf } from '../stages/draft.ts'
import { keyOf } from '../state/known.ts'
import type { Group } from './draft-group.ts'

interface Change {
  readonly draft: DraftOf
  readonly type: EventType
  readonly id: string
}

/**
 * The events of a group: one for each object, for that is what the log takes at once. What several members write besides, such as a quota
 * that all of them take from, is one event that says what came of it in the end.
 */
export const writingsOf = (
  { id, origin }: Pick<Group, 'id' | 'origin'>,
  drafts: readonly Draft[],
  time: string,
): Either<GroupRefusal, readonly Writing[]> => {
  const changes = new Map<string, Change>()
  for (const [index, draft] of drafts.entries())
    for (const change of changesOf(draft, `${id}.${index + 1}`)) {
      const key = keyOf(change.draft.ref)
      const before = changes.get(key)
      const type = before ? together(before.type, change.type) : change.type
      if (type === 'impossible') return E.left({ index, refusal: goneAndMade(change.draft) })
      changes.delete(key)
      if (type !== 'nothing') changes.set(key, { ...change, type })
    }
  if (changes.size > mostAtOnce) return E.left({ index: undefined, refusal: tooMany(changes.size) })
  return E.right(
    [...changes.values()].map(({ draft, type, id: own }) => ({
      stored: draft.stored,
      event: eventOfDraft(draft, type, { id: own, origin, time }),
    })),
  )
}

const changesOf = (draft: Draft, id: string): readonly Change[] => {
  const { companions, type } = draft
  if (type === undefined) return []
  return [...companions.map((one, i) => ({ draft: one, type: one.type, id: `${id}.${i + 1}` })), { draft, type, id }]
}

/** What two events of an object come to. */
const together = (first: EventType, then: EventType): EventType | 'nothing' | 'impossible' => {
  if (first === 'deleted') return 'impossible'
  if (first === 'created') return then === 'deleted' ? 'nothing' : 'created'
  if (then === 'deleted' || first === then) return then
  return first === 'spec-changed' || then === 'spec-changed' ? 'spec-changed' : 'status-changed'
}

const goneAndMade = ({ ref, command: { kind } }: DraftOf): Refusal => ({
  tag: 'Conflict',
  target: targetOf(kind, ref.name),
  message: 'a group cannot give up what another of its members takes: these are two steps',
})

const tooMany = (count: number): Refusal => ({
  tag: 'RequestEntityTooLarge',
  limitBytes: 0,
  message: `the group writes ${count} objects, the limit is ${mostAtOnce}`,
})
