import { E } from '@periplus/prelude'
import type { StoredMessage } from '@periplus/bus'
import { eventOf } from '../encoding/read-event.ts'
import type { Upcaster } from '../encoding/upcasting.ts'
import type { RecordedEvent } from '../event.ts'
import type { EventBatch, SetAside } from '../event-log.ts'

/** Reads messages of the log's stream; those that are no events are told of once each, however often they are read. */
export interface MessageReader {
  /** `undefined` for what is no event. */
  one(message: StoredMessage): RecordedEvent | undefined
  batch(messages: readonly StoredMessage[]): EventBatch
}

/** Beyond so many, what is set aside is no longer remembered, and may be told of again. */
const mostRemembered = 100_000

export const messageReader = (
  upcasters: readonly Upcaster[] | undefined,
  onSetAside: (found: SetAside) => void,
): MessageReader => {
  const told = new Set<number>()
  const one = (message: StoredMessage): RecordedEvent | undefined => {
    const event = eventOf(message, upcasters)
    if (E.isRight(event)) return event.right
    const { sequence, subject } = message
    if (!told.has(sequence)) {
      if (told.size < mostRemembered) told.add(sequence)
      onSetAside({ sequence, subject, reason: event.left })
    }
    return undefined
  }
  return {
    one,
    batch: messages => {
      const events: RecordedEvent[] = []
      for (const message of messages) {
        const event = one(message)
        if (event) events.push(event)
      }
      const last = messages.at(-1)?.sequence
      if (last === undefined || events.at(-1)?.sequence === last) return events
      return Object.assign(events, { through: last })
    },
  }
}
