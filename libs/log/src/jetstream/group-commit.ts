import type { PublishAnswer } from '@periplus/bus'
import { subjectOf } from '../encoding/subject.ts'
import type { Fenced } from '../event-log.ts'
import type { NewEvent } from '../event.ts'

/** What came of sending events: the server's answer, or that they were not sent. */
export type Published = PublishAnswer | Fenced

export interface GroupCommitDependencies {
  readonly publish: (event: NewEvent) => Promise<Published>
  /** All or none; the answer's sequence is the last one's. */
  readonly publishBatch: (events: readonly NewEvent[]) => Promise<Published>
}

interface Waiting {
  /** All or none. */
  readonly events: readonly NewEvent[]
  readonly subjects: readonly string[]
  readonly bytes: number
  readonly resolve: (answer: Published) => void
}

/** Groups under way at once: while the server syncs one to disk, the next one is on its way to it. */
const lanes = 2
/** A batch costs the server about so many syncs, however many events it has. */
const batchCost = 6
/** What costs less than this goes one by one. */
const smallestGroup = 8
const largestGroup = 64
const largestBytes = 2 * 1024 * 1024

const costOf = (waiting: readonly Waiting[]): number =>
  waiting.reduce((sum, { events }) => sum + (events.length === 1 ? 1 : batchCost), 0)

const sizeOf = (waiting: readonly Waiting[]): number => waiting.reduce((sum, { events }) => sum + events.length, 0)

/**
 * A sync to disk takes as long for one event as for many. So events that arrive while others are being synced wait for each
 * other and go together, with one sync for all; an event that arrives alone goes alone and at once.
 *
 * What is in a group has nothing to do with each other, but the server takes all or none. Where it refuses a group (one
 * expectation is wrong, usually), each publication is made by itself and has its own answer: that of its last event.
 */
export const groupCommit = ({
  publish,
  publishBatch,
}: GroupCommitDependencies): ((events: readonly NewEvent[]) => Promise<Published>) => {
  let waiting: Waiting[] = []
  let groups = 0
  let singles = 0
  let scheduled = false

  /** The next group, in order of arrival; an object has one event in it at most, for the second expects the first's sequence. */
  const nextGroup = (): readonly Waiting[] => {
    const group: Waiting[] = []
    const left: Waiting[] = []
    const subjects = new Set<string>()
    let bytes = 0
    let size = 0
    for (const one of waiting) {
      const fits = size === 0 || (size + one.events.length <= largestGroup && bytes + one.bytes <= largestBytes)
      if (!fits || one.subjects.some(subject => subjects.has(subject))) left.push(one)
      else {
        group.push(one)
        for (const subject of one.subjects) subjects.add(subject)
        bytes += one.bytes
        size += one.events.length
      }
    }
    waiting = left
    return group
  }
  const alone = async ({ events, resolve }: Waiting): Promise<void> => {
    const [event, another] = events
    resolve(await (event && !another ? publish(event) : publishBatch(events)))
  }
  const commit = async (group: readonly Waiting[]): Promise<void> => {
    const answer = await publishBatch(group.flatMap(({ events }) => events))
    switch (answer.tag) {
      case 'Stored': {
        let sequence = answer.sequence - sizeOf(group)
        for (const { events, resolve } of group) resolve({ ...answer, sequence: (sequence += events.length) })
        return
      }
      case 'Unknown':
      case 'Fenced':
        return group.forEach(({ resolve }) => resolve(answer))
      case 'Refused':
        await Promise.all(group.map(alone))
    }
  }
  const commitGroup = (group: readonly Waiting[]): void => {
    groups++
    void commit(group).finally(() => {
      groups--
      run()
    })
  }
  const publishAlone = (one: Waiting): void => {
    singles++
    void alone(one).finally(() => {
      singles--
      run()
    })
  }
  const run = (): void => {
    scheduled = false
    while (groups < lanes && costOf(waiting) >= smallestGroup) {
      const group = nextGroup()
      if (costOf(group) >= smallestGroup) commitGroup(group)
      else group.forEach(publishAlone)
    }
    // A few wait for a group that is under way; more may have come by its end.
    while (waiting.length > 0 && costOf(waiting) < smallestGroup && groups === 0 && singles < smallestGroup)
      publishAlone(waiting.shift() as Waiting)
  }
  return events =>
    new Promise(resolve => {
      const bytes = events.reduce((sum, { body }) => sum + body.length, 0)
      waiting.push({ events, subjects: events.map(({ ref }) => subjectOf(ref)), bytes, resolve })
      if (scheduled) return
      scheduled = true
      queueMicrotask(run)
    })
}
