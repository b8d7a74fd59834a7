import { E } from '@periplus/prelude'
import type { NewEvent } from './event.ts'
import type { EventLog } from './event-log.ts'

/** What a change may have, which is more than the status of a pod or a node takes. */
const largestChange = 64 * 1024

const grows = ({ type, body }: NewEvent): boolean =>
  (type === 'created' || body.length > largestChange) && type !== 'deleted'

const full = {
  tag: 'Full',
  message: "the disk of the cluster's log is nearly full: nothing new is created until there is room",
} as const

/**
 * The same log, which takes no new objects and no large changes while `isFull`: what room is left is for deletions, evictions and
 * the conditions that tell of it. Reads go on.
 */
export const withoutGrowth = (log: EventLog, isFull: () => boolean): EventLog => ({
  ...log,
  append: async event => (grows(event) && isFull() ? E.left(full) : log.append(event)),
  appendAll: async events => (events.some(grows) && isFull() ? E.left(full) : log.appendAll(events)),
})
