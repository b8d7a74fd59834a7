import type { PublishAnswer } from '@periplus/bus'
import { systemClock } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { PublishedAs } from '../encoding/cloud-event.ts'
import { subjectOf } from '../encoding/subject.ts'
import type { Fenced } from '../event-log.ts'
import type { NewEvent } from '../event.ts'

/** What came of sending events: the server's answer, or that they were not sent. */
export type Published = PublishAnswer | Fenced

/** All or none; the answer's sequence is the last one's. `as` has an entry for each event; absent: as they are. */
export type Publish = (events: readonly NewEvent[], as?: readonly PublishedAs[]) => Promise<Published>

export interface GroupCommitDependencies {
  readonly publish: (event: NewEvent, as?: PublishedAs) => Promise<Published>
  readonly publishBatch: Publish
  /** Default: the system's. */
  readonly clock?: Clock
  /** Calls back when all that arrives together has arrived. Default: when the event loop has come round. */
  readonly whenArrived?: (then: () => void) => void
}

interface Waiting {
  /** All or none. */
  readonly events: readonly NewEvent[]
  readonly as: readonly PublishedAs[] | undefined
  readonly subjects: readonly string[]
  readonly bytes: number
  /** How many had come before it. */
  readonly arrival: number
  readonly resolve: (answer: Published) => void
}

/** Groups under way at once: while the server syncs one to disk, the next one is on its way to it. */
const lanes = 2
/**
 * A batch costs the server about so many syncs, however many events it has: it makes a store of its own for each, with directories and files,
 * and removes that again (NATS 2.15; 2.6 ms of processor time, where an event alone takes 0.17 and one more of a batch 0.06).
 */
const batchCost = 16
/** What costs less than this goes one by one. */
const smallestGroup = 24
const largestGroup = 64
const largestBytes = 2 * 1024 * 1024
/**
 * Milliseconds for which an event waits for others, at most, where nobody waits for it. A thousand nodes send a hundred heartbeats a second and more,
 * each at a moment of its own, and tell five Events of each pod that they start; one by one, each of them costs the server eight times what it does
 * in a large group.
 */
const patienceOf = ({ rollup, type, ref }: NewEvent): number => {
  if (rollup) return type === 'created' || type === 'deleted' ? 0 : 250
  return ref.group === '' && ref.resource === 'events' ? 50 : 0
}

const asItIs: PublishedAs = {}

const costOf = (waiting: readonly Waiting[]): number =>
  waiting.reduce((sum, { events }) => sum + (events.length === 1 ? 1 : batchCost), 0)

const sizeOf = (waiting: readonly Waiting[]): number => waiting.reduce((sum, { events }) => sum + events.length, 0)

/**
 * A sync to disk takes as long for one event as for many. So events that arrive in one round of the event loop, or while others are
 * being synced, wait for each other and go together, with one sync and one write to the socket for all; an event that arrives alone goes
 * alone and at once.
 *
 * Nobody waits for a heartbeat (a change of a rollup), or for what tells people of something (an Event): the next ones that come right after one wait for each
 * other, or for a group that goes anyway.
 *
 * What is in a group has nothing to do with each other, but the server takes all or none. Where it refuses a group (one
 * expectation is wrong, usually), each publication is made by itself and has its own answer: that of its last event.
 *
 * Where the server does not answer, what has waited all that time for its turn has the same answer, rather than to wait for as long again.
 */
export const groupCommit = ({
  publish,
  publishBatch,
  clock = systemClock,
  whenArrived = setImmediate,
}: GroupCommitDependencies): Publish => {
  let waiting: Waiting[] = []
  /** What waits for others, as it can. */
  let patient: Waiting[] = []
  let leftAt = -Infinity
  let due = Infinity
  let cancel: () => void = () => undefined
  let groups = 0
  let singles = 0
  let scheduled = false
  let arrivals = 0

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
  /** Sends by `send`, and answers those who came before and wait still, where nothing else did. */
  const sent = async (send: () => Promise<Published>): Promise<Published> => {
    const before = arrivals
    const answer = await send()
    if (answer.tag !== 'Unknown') return answer
    const unheard = waiting.filter(({ arrival }) => arrival < before)
    waiting = waiting.filter(({ arrival }) => arrival >= before)
    for (const { resolve } of unheard) resolve(answer)
    return answer
  }
  const alone = async ({ events, as, resolve }: Waiting): Promise<void> => {
    const [event, another] = events
    resolve(await sent(() => (event && !another ? publish(event, as?.[0]) : publishBatch(events, as))))
  }
  const commit = async (group: readonly Waiting[]): Promise<void> => {
    const answer = await sent(() =>
      publishBatch(
        group.flatMap(({ events }) => events),
        group.flatMap(({ events, as }) => as ?? events.map(() => asItIs)),
      ),
    )
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
  const depart = (): void => {
    cancel()
    due = Infinity
    waiting = [...waiting, ...patient]
    patient = []
    leftAt = clock.now()
  }
  const run = (): void => {
    scheduled = false
    while (groups < lanes && costOf(waiting) >= smallestGroup) {
      if (patient.length > 0) depart()
      const group = nextGroup()
      if (costOf(group) >= smallestGroup) commitGroup(group)
      else group.forEach(publishAlone)
    }
    // A few wait for a group that is under way; more may have come by its end.
    while (waiting.length > 0 && costOf(waiting) < smallestGroup && groups === 0 && singles < smallestGroup)
      publishAlone(waiting.shift() as Waiting)
  }
  const runSoon = (): void => {
    if (scheduled) return
    scheduled = true
    whenArrived(run)
  }
  /** Whether it may wait for others: then it does. */
  const waits = (one: Waiting): boolean => {
    const patience = Math.min(...one.events.map(patienceOf))
    if (patience === 0) return false
    const now = clock.now()
    const left = leftAt + patience - now
    if (left <= 0 || left > patience) {
      leftAt = now
      return false
    }
    patient.push(one)
    if (now + left >= due) return true
    cancel()
    due = now + left
    cancel = clock.after(left, () => {
      depart()
      runSoon()
    })
    return true
  }
  return (events, as) =>
    new Promise(resolve => {
      const bytes = events.reduce((sum, { body }) => sum + body.length, 0)
      const one = { events, as, subjects: events.map(({ ref }) => subjectOf(ref)), bytes, arrival: arrivals++, resolve }
      if (waits(one)) return
      waiting.push(one)
      runSoon()
    })
}
