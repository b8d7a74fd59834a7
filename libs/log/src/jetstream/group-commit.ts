import type { PublishAnswer } from '@periplus/bus'
import { subjectOf } from '../encoding/subject.ts'
import type { NewEvent } from '../event.ts'

export interface GroupCommitDependencies {
  readonly publish: (event: NewEvent) => Promise<PublishAnswer>
  /** All or none; the answer's sequence is the last one's. */
  readonly publishBatch: (events: readonly NewEvent[]) => Promise<PublishAnswer>
}

interface Waiting {
  readonly event: NewEvent
  readonly subject: string
  readonly resolve: (answer: PublishAnswer) => void
}

/** Groups under way at once: while the server syncs one to disk, the next one is on its way to it. */
const lanes = 2
/** A batch costs the server about six syncs, however many events it has; fewer events than this go one by one. */
const smallestGroup = 8
const largestGroup = 64
const largestBytes = 2 * 1024 * 1024

/**
 * A sync to disk takes as long for one event as for many. So events that arrive while others are being synced wait for each
 * other and go together, with one sync for all; an event that arrives alone goes alone and at once.
 *
 * The events of a group have nothing to do with each other, but the server takes all or none. Where it refuses a group (one
 * expectation is wrong, usually), each of its events is published by itself and has its own answer.
 */
export const groupCommit = ({ publish, publishBatch }: GroupCommitDependencies): GroupCommitDependencies['publish'] => {
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
    for (const one of waiting) {
      const size = one.event.body.length
      const fits = group.length < largestGroup && (bytes === 0 || bytes + size <= largestBytes)
      if (!fits || subjects.has(one.subject)) left.push(one)
      else {
        group.push(one)
        subjects.add(one.subject)
        bytes += size
      }
    }
    waiting = left
    return group
  }
  const alone = async ({ event, resolve }: Waiting): Promise<void> => resolve(await publish(event))

  const commit = async (group: readonly Waiting[]): Promise<void> => {
    const answer = await publishBatch(group.map(({ event }) => event))
    switch (answer.tag) {
      case 'Stored':
        return group.forEach(({ resolve }, i) =>
          resolve({ tag: 'Stored', sequence: answer.sequence - (group.length - 1 - i), duplicate: false }),
        )
      case 'Unknown':
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
    while (waiting.length >= smallestGroup && groups < lanes) {
      const group = nextGroup()
      if (group.length >= smallestGroup) commitGroup(group)
      else group.forEach(publishAlone)
    }
    // A few wait for a group that is under way; more may have come by its end.
    while (waiting.length > 0 && waiting.length < smallestGroup && groups === 0 && singles < smallestGroup)
      publishAlone(waiting.shift() as Waiting)
  }
  return event =>
    new Promise(resolve => {
      waiting.push({ event, subject: subjectOf(event.ref), resolve })
      if (scheduled) return
      scheduled = true
      queueMicrotask(run)
    })
}
