import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import type { Metrics } from '@periplus/service'
import type { User } from '../ports.ts'
import type { RequestInfo } from '../request/request-info.ts'
import { fairQueue } from './fair-queue.ts'
import type { FairQueue, FairQueueLimits, Leave } from './fair-queue.ts'

type Level = 'system' | 'reading' | 'mutating' | 'past'

/** Reads and writes have seats of their own, as `--max-requests-inflight` of kube-apiserver has it, and so have nodes. */
const limits: Readonly<Record<Level, FairQueueLimits>> = {
  system: { seats: 200, seatsPerFlow: 50, queuePerFlow: 300, longestWaitMilliseconds: 15_000 },
  reading: { seats: 400, seatsPerFlow: 50, queuePerFlow: 300, longestWaitMilliseconds: 15_000 },
  mutating: { seats: 200, seatsPerFlow: 50, queuePerFlow: 300, longestWaitMilliseconds: 15_000 },
  // A moment of the past is the log folded anew, from its beginning: one at a time.
  past: { seats: 1, seatsPerFlow: 1, queuePerFlow: 8, longestWaitMilliseconds: 30_000 },
}

const probes = /^\/(healthz|livez|readyz)(\/|$)/
const longRunning = new Set(['attach', 'exec', 'log', 'portforward', 'proxy'])
const readVerbs = new Set(['get', 'list', 'watch', 'head', 'options'])

/** `undefined`: nobody waits, as those who put a cluster right must reach it; and streams last as long as they last. */
const levelOf = ({ groups }: User, info: RequestInfo, isPast: boolean): Level | undefined => {
  if (info.tag === 'NonResource' && probes.test(info.path)) return undefined
  if (info.tag === 'Resource' && longRunning.has(info.subresource)) return undefined
  if (isPast) return 'past'
  if (groups.includes('system:masters')) return undefined
  if (groups.includes('system:nodes') || groups.includes('system:serviceaccounts:kube-system')) return 'system'
  return readVerbs.has(info.verb) ? 'reading' : 'mutating'
}

/** Where a request waits for its turn. Each user is a flow. */
export type Admit = (
  user: User,
  info: RequestInfo,
  isPast: boolean,
  gone: () => AbortSignal,
) => Promise<Either<Refusal, Leave>>

/** Whoever reads an answer slowly keeps no seat for longer; Kubernetes ends a request after as long. */
const longestSeatMilliseconds = 60_000

const nothing: Leave = () => undefined

export const levels = (clock: Clock, metrics: Metrics): Admit => {
  const queues = Object.fromEntries(
    Object.entries(limits).map(([name, limit]) => [name, fairQueue(clock, limit)]),
  ) as Readonly<Record<Level, FairQueue>>
  const all = Object.values(queues)
  const sum = (of: (queue: FairQueue) => number) => () => all.reduce((total, queue) => total + of(queue), 0)
  metrics.gauge(
    'periplus_requests_under_way',
    'Requests that have a seat.',
    sum(queue => queue.underWay()),
  )
  metrics.gauge(
    'periplus_requests_waiting',
    'Requests that wait for a seat.',
    sum(queue => queue.waiting()),
  )
  const refused = metrics.counter(
    'apiserver_flowcontrol_rejected_requests_total',
    'Requests answered with 429, by level.',
  )
  return async (user, info, isPast, gone) => {
    const level = levelOf(user, info, isPast)
    if (level === undefined) return E.right(nothing)
    const entered = await queues[level].enter(user.name, gone)
    if (E.isLeft(entered)) {
      refused.add(1, { priority_level: level })
      return entered
    }
    const cancel = clock.after(longestSeatMilliseconds, entered.right)
    return E.right(() => {
      cancel()
      entered.right()
    })
  }
}
