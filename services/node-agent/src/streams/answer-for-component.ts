import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { LogRequest, NodeRefusal, NodeRequest } from '@periplus/runtime'
import { componentLog } from '../components/component-log.ts'
import type { LifeSpan } from '../components/component-log.ts'
import type { Component, ProcessLife } from '../components/component.ts'
import type { NodeContext } from '../pods/context.ts'
import type { ServiceLog } from '../node-logs/service-logs.ts'
import { sendLog } from './send-log.ts'
import type { Serve } from './send-log.ts'

export interface ComponentAnswering {
  readonly component: Component
  /** How it fares by now; `undefined`: it is no part of the cluster any more. */
  readonly current: () => Component | undefined
  readonly log: ServiceLog | undefined
}

/** What is asked of a mirror that shows a part of the cluster: its log is read; it has no container to enter. */
export const answerForComponent = (
  node: Pick<NodeContext, 'clock' | 'signal'>,
  answering: ComponentAnswering,
  request: Exclude<NodeRequest, { tag: 'Api' }>,
): Either<NodeRefusal, Serve> => {
  const { name } = answering.component
  if (request.tag === 'Logs') return logs(node, answering, request)
  return E.left({ tag: 'Unsupported', message: `${name} is a process of the machine and no container` })
}

const logs = (
  { clock, signal: stopping }: Pick<NodeContext, 'clock' | 'signal'>,
  { component: { name, process }, current, log }: ComponentAnswering,
  request: LogRequest,
): Either<NodeRefusal, Serve> => {
  const bad = (message: string): Either<NodeRefusal, never> => E.left({ tag: 'BadRequest', message })
  const { container, previous, pod } = request
  if (container !== name) return bad(`container "${container}" in pod "${pod.name}" is not available`)
  if (request.stream !== 'All') return bad(`the streams of ${name} are not told apart`)
  if (!log) return E.left({ tag: 'NotFound', message: `nobody knows where ${name} says what it does` })
  const span = spanOf(process, previous)
  if (!span) return bad(`previous terminated container "${container}" in pod "${pod.name}" not found`)
  const since = sinceOf(request, clock.now())
  const isOver = (): boolean => current()?.process.startedAt !== process.startedAt
  return E.right(
    sendLog(stopping, signal =>
      componentLog(
        log,
        { ...span, from: Math.max(span.from, since) },
        request,
        request.follow && !previous ? { clock, signal, isOver } : undefined,
      ),
    ),
  )
}

/** Of one that has ended and is not back, the life that it had is both. */
const spanOf = ({ startedAt, before, ended }: ProcessLife, previous: boolean): LifeSpan | undefined => {
  if (!previous || ended) return { from: startedAt }
  return before && { from: before.startedAt, until: startedAt }
}

const sinceOf = ({ sinceTime, sinceSeconds }: LogRequest, now: number): number => {
  if (sinceTime !== undefined) return Date.parse(sinceTime)
  return sinceSeconds === undefined ? -Infinity : now - sinceSeconds * 1000
}
