import { fromJson } from '@periplus/api'
import type { ObjectRef } from '@periplus/api'
import { withResourceVersion } from '@periplus/projection'
import type { Change, Entry } from '@periplus/projection'
import type { RecordedEvent } from '@periplus/log'
import type { Framing, Seen, Transition } from './frame.ts'

/** A change on its way to many watchers: what they have in common is made once, when the first of them needs it. */
export interface SharedChange extends Transition {
  readonly ref: ObjectRef
  readonly frameOf: (seen: Seen, framing: Framing, first: boolean) => Uint8Array
}

/** What an event says of its object, as the cut would hold it. */
export const entryOfEvent = (event: RecordedEvent): Entry => {
  const bytes = withResourceVersion(event.body, event.sequence)
  let object: ReturnType<Entry['object']> | undefined
  return {
    ref: event.ref,
    sequence: event.sequence,
    bytes,
    object: () => (object ??= fromJson(bytes.toString()) as ReturnType<Entry['object']>),
  }
}

/** A change of the process's cut, or one that was read from the log. */
interface SeenChange extends Pick<Change, 'event'> {
  readonly before: Entry | undefined
  readonly after: Entry | undefined
}

export const sharedChange = ({ event, before, after }: SeenChange): SharedChange => {
  const frames = new Map<string, Uint8Array>()
  let tombstone: Entry | undefined
  return {
    ref: event.ref,
    sequence: event.sequence,
    before,
    after,
    get tombstone() {
      return after ? undefined : (tombstone ??= entryOfEvent(event))
    },
    frameOf: (seen, framing, first) => {
      const key = `${framing.key} ${seen.type} ${first}`
      const known = frames.get(key)
      if (known) return known
      const bytes = framing.frame(seen.type, framing.object(seen.entry, first))
      frames.set(key, bytes)
      return bytes
    },
  }
}
