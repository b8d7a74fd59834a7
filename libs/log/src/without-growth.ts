import { E } from '@periplus/prelude'
import type { EventLog } from './event-log.ts'

/** What a change may have, which is more than the status of a pod or a node takes. */
const largestChange = 64 * 1024

/**
 * The same log, which takes no new objects and no large changes while `isFull`: what room is left is for deletions, evictions and
 * the conditions that tell of it. Reads go on.
 */
export const withoutGrowth = (log: EventLog, isFull: () => boolean): EventLog => ({
  ...log,
  append: async event =>
    (event.type === 'created' || event.body.length > largestChange) && event.type !== 'deleted' && isFull()
      ? E.left({
          tag: 'Full',
          message: "the disk of the cluster's log is nearly full: nothing new is created until there is room",
        })
      : log.append(event),
})
