import type { SinkCondition, SinkStatus } from '../definitions/sink.ts'
import type { Fault, Route } from '../routes/route.ts'
import type { SinkEnd } from '../run/run-sink.ts'
import type { SinkState } from '../run/sink-state.ts'

/** What is known of a sink at a moment. */
export type SinkReport =
  | { readonly tag: 'Faulty'; readonly fault: Fault }
  | {
      readonly tag: 'Running'
      readonly route: Route
      readonly state: SinkState
      readonly end: SinkEnd | undefined
      /** Lines delivered a second since the last report. */
      readonly linesPerSecond: number
    }

const ready = (report: SinkReport): Pick<SinkCondition, 'status' | 'reason' | 'message'> => {
  if (report.tag === 'Faulty') return { status: 'False', reason: report.fault.reason, message: report.fault.message }
  const { end, state } = report
  if (end) return { status: 'False', ...end }
  if (state.failing === undefined) return { status: 'True', reason: 'Delivering', message: '' }
  const reason = state.failing.tag === 'Denied' ? 'BackendDenied' : 'BackendUnavailable'
  return { status: 'False', reason, message: state.lastError ?? '' }
}

const stamp = (now: number): string => `${new Date(now).toISOString().slice(0, 19)}Z`

/** The status that a sink should have, after the one that it has: pure. */
export const statusOf = (report: SinkReport, before: SinkStatus, router: string, now: number): SinkStatus => {
  const observedGeneration = report.tag === 'Faulty' ? report.fault.generation : report.route.generation
  const verdict = ready(report)
  const old = before.conditions?.find(({ type }) => type === 'Ready')
  const condition: SinkCondition = {
    type: 'Ready',
    ...verdict,
    lastTransitionTime: old?.status === verdict.status ? old.lastTransitionTime : stamp(now),
    observedGeneration,
  }
  const conditions = [...(before.conditions ?? []).filter(({ type }) => type !== 'Ready'), condition]
  if (report.tag === 'Faulty') return { ...before, observedGeneration, conditions, router }
  const { delivered, dropped, lastError, lastDeliveryAt, oldest, bufferedBytes } = report.state
  return {
    ...{ observedGeneration, conditions, router, linesPerSecond: Math.round(report.linesPerSecond) },
    delivered: Math.max(delivered, Number(before.delivered ?? 0)),
    dropped: Math.max(dropped, Number(before.dropped ?? 0)),
    bufferedBytes,
    lagSeconds: oldest === undefined ? 0 : Math.max(0, Math.floor((now - oldest) / 1000)),
    ...(lastError === undefined ? {} : { lastError }),
    ...(lastDeliveryAt === undefined
      ? before.lastDeliveryTime === undefined
        ? {}
        : { lastDeliveryTime: before.lastDeliveryTime }
      : { lastDeliveryTime: stamp(lastDeliveryAt) }),
  }
}
