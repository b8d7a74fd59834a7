import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import { hasTooManyValues, mostCustomValues, tooManyValues } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import { nodeOfSubject } from '@periplus/runtime'
import { fairQueue } from '../fairness/fair-queue.ts'
import type { FairQueueLimits } from '../fairness/fair-queue.ts'

/**
 * Commands of nodes that are carried out at once, and that wait. A node with a hundred pods to tell of waits for itself; one that sends
 * without a pause takes a sixteenth of the seats, and the rest are everybody else's. Heartbeats and Events hold theirs while they wait for others
 * on their way to the log: of a thousand nodes that start ten thousand pods, eighty at once. Whoever waits longer asks again (`remoteCommands`).
 */
export const usualNodeLimits: NodeLimits = {
  ...{ seats: 256, seatsPerFlow: 16, queuePerFlow: 500, longestWaitMilliseconds: 2_500 },
  ...{ bytesPerFlow: 16 * 1024 * 1024, questionsPerSecond: 10_000, bytesPerSecond: 32 * 1024 * 1024 },
}

/** `FairQueueLimits`, each node a flow, and what of one node's commands is kept in memory until they are carried out. */
export interface NodeLimits extends FairQueueLimits {
  readonly bytesPerFlow: number
  /** How many of one node's commands are looked at in a second, and of how many bytes together. */
  readonly questionsPerSecond: number
  readonly bytesPerSecond: number
}

const tooMany: Refusal = {
  tag: 'TooManyRequests',
  message: 'Too many requests, please try again later.',
  retryAfterSeconds: 1,
}

/** Nobody hangs up on NATS; of its own, as each waits with a listener. */
const neverGone = (): AbortSignal => new AbortController().signal

/** Where the commands of nodes wait for their turn, unread. Gives what is to be called when one is carried out. `onFull` is told of what is refused for want of room. */
export const admitNodes = (
  clock: Clock,
  limits: NodeLimits = usualNodeLimits,
  onFull: (node: string, bytes: number) => void = () => undefined,
): ((subject: string, question: Uint8Array) => Promise<Either<Refusal, () => void>>) => {
  const queue = fairQueue(clock, limits)
  /** By node, of those that have some. */
  const held = new Map<string, number>()
  const hold = (node: string, bytes: number): void => {
    const sum = (held.get(node) ?? 0) + bytes
    if (sum === 0) held.delete(node)
    else held.set(node, sum)
  }
  /** Of this second, by node. */
  const looked = new Map<string, { readonly questions: number; readonly bytes: number }>()
  let second = clock.now()
  const hasPace = (node: string, bytes: number): boolean => {
    if (clock.now() - second >= 1_000) {
      second = clock.now()
      looked.clear()
    }
    const before = looked.get(node) ?? { questions: 0, bytes: 0 }
    const after = { questions: before.questions + 1, bytes: before.bytes + bytes }
    if (after.questions > limits.questionsPerSecond || after.bytes > limits.bytesPerSecond) return false
    looked.set(node, after)
    return true
  }
  return async (subject, question) => {
    const bytes = question.length
    const node = nodeOfSubject(subject)
    if (node === undefined) return E.left({ tag: 'Unauthorized', message: 'nobody has this subject' })
    if ((held.get(node) ?? 0) + bytes > limits.bytesPerFlow || !hasPace(node, bytes)) {
      onFull(node, bytes)
      return E.left(tooMany)
    }
    hold(node, bytes)
    const begun = clock.now()
    const seat = await queue.enter(node, neverGone)
    if (E.isLeft(seat)) {
      hold(node, -bytes)
      // Who waited had room.
      if (clock.now() - begun < limits.longestWaitMilliseconds) onFull(node, bytes)
      return seat
    }
    const leave = (): void => {
      hold(node, -bytes)
      seat.right()
    }
    if (!hasTooManyValues(question, mostCustomValues)) return E.right(leave)
    leave()
    return E.left(tooManyValues(mostCustomValues))
  }
}
