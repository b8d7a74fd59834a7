import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import { hasTooManyValues, mostCustomValues, tooManyValues } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import { nodeOfSubject } from '@periplus/runtime'
import { fairQueue } from '../fairness/fair-queue.ts'
import type { FairQueueLimits } from '../fairness/fair-queue.ts'

/**
 * Commands of nodes that are carried out at once, and that wait. A node with a hundred pods to tell of waits for itself; one that sends
 * without a pause takes a quarter of the seats, and the rest are everybody else's. Whoever waits longer asks again (`remoteCommands`).
 */
const usual: NodeLimits = {
  ...{ seats: 64, seatsPerFlow: 16, queuePerFlow: 500, longestWaitMilliseconds: 2_500 },
  bytesPerFlow: 16 * 1024 * 1024,
}

/** `FairQueueLimits`, each node a flow, and what of one node's commands is kept in memory until they are carried out. */
export interface NodeLimits extends FairQueueLimits {
  readonly bytesPerFlow: number
}

const tooMany: Refusal = {
  tag: 'TooManyRequests',
  message: 'Too many requests, please try again later.',
  retryAfterSeconds: 1,
}

/** Nobody hangs up on NATS; of its own, as each waits with a listener. */
const neverGone = (): AbortSignal => new AbortController().signal

/** Where the commands of nodes wait for their turn, unread. Gives what is to be called when one is carried out. */
export const admitNodes = (
  clock: Clock,
  limits: NodeLimits = usual,
): ((subject: string, question: Uint8Array) => Promise<Either<Refusal, () => void>>) => {
  const queue = fairQueue(clock, limits)
  /** By node, of those that have some. */
  const held = new Map<string, number>()
  const hold = (node: string, bytes: number): void => {
    const sum = (held.get(node) ?? 0) + bytes
    if (sum === 0) held.delete(node)
    else held.set(node, sum)
  }
  return async (subject, question) => {
    const bytes = question.length
    const node = nodeOfSubject(subject)
    if (node === undefined) return E.left({ tag: 'Unauthorized', message: 'nobody has this subject' })
    if ((held.get(node) ?? 0) + bytes > limits.bytesPerFlow) return E.left(tooMany)
    hold(node, bytes)
    const seat = await queue.enter(node, neverGone)
    if (E.isLeft(seat)) {
      hold(node, -bytes)
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
