import { E, sharedTurn } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'
import { DamagedBlob } from '@periplus/log'
import type { Base, EventBatch, EventLog, RecordedEvent, Sequence } from '@periplus/log'

const eventsAtOnce = 256

const keyOf = ({ group, resource, namespace, name }: ObjectRef): string => `${group}/${resource}/${namespace}/${name}`

const foldedFrom = async (
  log: Pick<EventLog, 'range'>,
  base: Base,
  sequence: Sequence,
  signal: AbortSignal,
): Promise<readonly RecordedEvent[]> => {
  const newest = new Map<string, RecordedEvent>()
  for await (const batch of base.events) for (const event of batch) newest.set(keyOf(event.ref), event)
  for await (const batch of log.range(base.sequence + 1, sequence, signal))
    for (const event of batch) {
      if (sharedTurn.isOver()) await sharedTurn.next()
      newest.delete(keyOf(event.ref))
      if (event.type !== 'deleted') newest.set(keyOf(event.ref), event)
    }
  return [...newest.values()]
}

async function* nothing(): AsyncGenerator<EventBatch> {}

/**
 * The newest event of each object that lived at a sequence, in the log's order, as `EventLog.bases` would have it: a fold may begin there. Throws where
 * the log cannot be read.
 */
export async function* livingAt(
  log: Pick<EventLog, 'bases' | 'range'>,
  sequence: Sequence,
  signal: AbortSignal,
): AsyncGenerator<EventBatch> {
  const bases = await log.bases(sequence)
  if (E.isLeft(bases)) throw new Error('the log cannot be read')
  for (const base of [...bases.right, { sequence: 0, events: nothing() }]) {
    let found: readonly RecordedEvent[]
    try {
      found = await foldedFrom(log, base, sequence, signal)
    } catch (error) {
      // One before it is as good; there is none before the log's beginning.
      if (!(error instanceof DamagedBlob) || base.sequence === 0) throw error
      continue
    }
    for (let at = 0; at < found.length; at += eventsAtOnce) yield found.slice(at, at + eventsAtOnce)
    return
  }
}
