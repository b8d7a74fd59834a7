import { boundedMilliseconds, messageOf } from '@periplus/prelude'
import type { Pod, Probe } from '@periplus/kinds'
import type { Clock } from '@periplus/prelude'
import type { ProbeResult } from '../plan/observed.ts'
import type { ProbeAnswer } from './answer.ts'
import type { Check, ProbeTarget } from './check.ts'
import { count } from './verdict.ts'
import type { Standing } from './verdict.ts'

export type ProbeKind = 'startup' | 'readiness' | 'liveness'

/** One probe of one running container, again and again. */
export interface ProbeLoop {
  readonly result: ProbeResult
  /** What it waited for has come: probe soon. */
  nudge(): void
  stop(): void
}

export interface ProbeLoopOptions {
  readonly kind: ProbeKind
  readonly probe: Probe
  readonly target: ProbeTarget
  readonly startedAt: number
  readonly alreadyWell: boolean
  /** Readiness and liveness wait for startup. */
  readonly mayRun: () => boolean
  readonly check: Check
  readonly clock: Clock
  readonly changed: () => void
  readonly unhealthy: (pod: Pod, container: string, message: string) => void
}

const titles = { startup: 'Startup', readiness: 'Readiness', liveness: 'Liveness' } as const

/** Until it has spoken, readiness counts as failed, liveness as well, startup as unknown. */
const initially: Readonly<Record<ProbeKind, ProbeResult>> = {
  startup: 'unknown',
  readiness: 'failure',
  liveness: 'success',
}

export const probeLoop = (options: ProbeLoopOptions): ProbeLoop => {
  const { kind, probe, target, clock } = options
  const earliest = options.startedAt + boundedMilliseconds(probe.initialDelaySeconds ?? 0)
  let standing: Standing = {
    result: options.alreadyWell ? 'success' : initially[kind],
    last: undefined,
    inARow: 0,
  }
  let stopped = false
  let busy = false
  let cancel: (() => void) | undefined

  const schedule = (at: number): void => {
    if (stopped || finished()) return
    cancel?.()
    cancel = clock.after(Math.max(0, at - clock.now()), () => void tick())
  }
  /** Startup has done its work once it has succeeded; a failed startup or liveness waits for the container's end. */
  const finished = (): boolean =>
    (kind === 'startup' && standing.result === 'success') || (kind !== 'readiness' && standing.result === 'failure')

  const answered = async (): Promise<ProbeAnswer> => {
    try {
      return await options.check(probe, target)
    } catch (error) {
      return { tag: 'error', text: messageOf(error) }
    }
  }

  const tick = async (): Promise<void> => {
    if (stopped || busy || !options.mayRun()) return
    busy = true
    const began = clock.now()
    const answer = await answered()
    busy = false
    if (stopped) return
    if (answer.tag === 'error')
      options.unhealthy(
        target.pod,
        target.container.name,
        `${titles[kind]} probe errored and resulted in unknown state: ${answer.text}`,
      )
    else {
      if (answer.tag === 'failure')
        options.unhealthy(target.pod, target.container.name, `${titles[kind]} probe failed: ${answer.text}`)
      const before = standing.result
      standing = count(standing, answer.tag, probe)
      if (standing.result !== before) options.changed()
    }
    schedule(began + boundedMilliseconds(probe.periodSeconds ?? 10))
  }

  schedule(earliest)
  return {
    get result() {
      return standing.result
    },
    nudge: () => {
      if (!busy) schedule(Math.max(clock.now(), earliest))
    },
    stop: () => {
      stopped = true
      cancel?.()
    },
  }
}
