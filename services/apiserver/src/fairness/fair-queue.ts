import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'

export interface FairQueueLimits {
  /** Requests under way at once, of all flows. */
  readonly seats: number
  readonly seatsPerFlow: number
  /** Requests of one flow that wait. */
  readonly queuePerFlow: number
  readonly longestWaitMilliseconds: number
}

/** Gives a seat back; once is enough, more does nothing. */
export type Leave = () => void

/**
 * Who asks much waits for their own requests, and not others for theirs: each flow has some seats, and where all are taken the flows
 * that wait have the next one in turn, after the idea of Kubernetes' priority and fairness (KEP-1040).
 */
export interface FairQueue {
  /** Refused with 429 where the flow's queue is full or the wait too long. `gone` is asked for only by those that wait. */
  enter(flow: string, gone: () => AbortSignal): Promise<Either<Refusal, Leave>>
  underWay(): number
  waiting(): number
}

interface Waiting {
  /** Called once, with a seat or without. */
  readonly done: (seated: boolean) => void
}

interface Flow {
  underWay: number
  readonly queue: Waiting[]
}

const tooMany: Refusal = {
  tag: 'TooManyRequests',
  message: 'Too many requests, please try again later.',
  retryAfterSeconds: 1,
}

export const fairQueue = (clock: Clock, limits: FairQueueLimits): FairQueue => {
  const { seats, seatsPerFlow, queuePerFlow, longestWaitMilliseconds } = limits
  /** Those with something under way or waiting, the one first whose turn is longest ago. */
  const flows = new Map<string, Flow>()
  let taken = 0
  let queued = 0

  const take = (flow: Flow): Leave => {
    taken++
    flow.underWay++
    let left = false
    return () => {
      if (left) return
      left = true
      taken--
      flow.underWay--
      seatNext()
    }
  }
  const seatNext = (): void => {
    for (const [name, flow] of flows) {
      if (taken >= seats) return
      if (flow.underWay === 0 && flow.queue.length === 0) flows.delete(name)
      const next = flow.underWay < seatsPerFlow ? flow.queue.shift() : undefined
      if (!next) continue
      flows.delete(name)
      flows.set(name, flow)
      next.done(true)
    }
  }
  const wait = (flow: Flow, gone: AbortSignal): Promise<Either<Refusal, Leave>> =>
    new Promise(resolve => {
      queued++
      const leaveQueue = (): void => {
        const at = flow.queue.indexOf(one)
        if (at >= 0) flow.queue.splice(at, 1)
        one.done(false)
      }
      const one: Waiting = {
        done: seated => {
          queued--
          cancel()
          gone.removeEventListener('abort', leaveQueue)
          resolve(seated ? E.right(take(flow)) : E.left(tooMany))
        },
      }
      const cancel = clock.after(longestWaitMilliseconds, leaveQueue)
      gone.addEventListener('abort', leaveQueue, { once: true })
      flow.queue.push(one)
      if (gone.aborted) leaveQueue()
    })
  return {
    enter: async (name, gone) => {
      const flow = flows.get(name) ?? { underWay: 0, queue: [] }
      flows.set(name, flow)
      if (flow.queue.length === 0 && flow.underWay < seatsPerFlow && taken < seats) return E.right(take(flow))
      return flow.queue.length < queuePerFlow ? wait(flow, gone()) : E.left(tooMany)
    },
    underWay: () => taken,
    waiting: () => queued,
  }
}
