import { E, pause } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Origin } from '@periplus/log'
import { isTerminalPhase } from '@periplus/kinds'
import type { NodeAgentConfig } from '../config.ts'
import { containedLater, reporter } from '../contained.ts'
import { aboutNode } from '../events/about.ts'
import type { NodeContext } from '../pods/context.ts'
import type { PodManager } from '../pods/pod-manager.ts'
import { endPods } from './end-pods.ts'
import { wholeSeconds } from './grace-periods.ts'
import type { ShutdownGracePeriod } from './grace-periods.ts'
import { logind } from './logind.ts'
import type { Logind } from './logind.ts'
import { shutdownRounds } from './rounds.ts'
import type { ShutdownState } from './shutdown-state.ts'

export interface ShutdownOptions {
  /** Rising by priority; not empty. */
  readonly periods: readonly ShutdownGracePeriod[]
  readonly logind: Logind
  readonly state: ShutdownState
  readonly pods: PodManager
  /** The node is to tell at once how it is. */
  readonly changed: () => void
  readonly origin: Origin
}

/** Nothing to do where pods have no time of their own when the machine goes down. */
export const endWithMachine = (
  node: NodeContext,
  {
    shutdownGracePeriods: periods = [],
    logind: places,
    ...options
  }: Omit<ShutdownOptions, 'periods' | 'logind'> & Pick<NodeAgentConfig, 'shutdownGracePeriods' | 'logind'>,
): readonly Promise<void>[] =>
  periods.length === 0 ? [] : [watchShutdown(node, { ...options, periods, logind: logind(places) })]

const reconnectMilliseconds = 1000

/**
 * Holds the machine's shutdown up until the node has ended its pods, as the kubelet does (graceful node shutdown). Where there is no logind
 * that could be held up, that is said once, and pods end with the machine.
 */
export const watchShutdown = async (node: NodeContext, options: ShutdownOptions): Promise<void> => {
  const { logind, periods, state } = options
  const { signal, clock, log } = node
  const told = reporter(log, 'the shutdown of the node')
  let lock: { release(): Promise<void> } | undefined

  const hold = async (): Promise<Either<string, void>> => {
    if (lock) return E.right(undefined)
    const got = await logind.inhibit()
    if (E.isLeft(got)) return got
    lock = got.right
    return E.right(undefined)
  }
  const letGo = async (): Promise<void> => {
    const held = lock
    lock = undefined
    await held?.release()
  }

  const heard = async (isShuttingDown: boolean): Promise<void> => {
    announce(node, options.origin, isShuttingDown)
    const held = isShuttingDown ? E.right(undefined) : await hold()
    if (E.isLeft(held)) log.error('failed to hold the shutdown of the machine up again', { why: held.left })
    state.see(isShuttingDown)
    options.changed()
    if (!isShuttingDown) return
    await containedLater(told, undefined, () => endAll(node, options))
    await letGo()
  }

  const session = async (): Promise<Either<string, void>> => {
    const delayed = await logind.ensureDelay(wholeSeconds(periods))
    if (E.isLeft(delayed)) return delayed
    const followed = await logind.follow(signal)
    if (E.isLeft(followed)) return followed
    const held = await hold()
    if (E.isLeft(held)) return held
    for await (const isShuttingDown of followed.right) await heard(isShuttingDown)
    return E.right(undefined)
  }

  const first = await session()
  if (E.isLeft(first) && !signal.aborted)
    log.error('Failed to start node shutdown manager: pods end with the machine', { why: first.left })
  // The bus may come back; where there was none, there will be none.
  while (E.isRight(first) && !signal.aborted) {
    await pause(clock, reconnectMilliseconds, signal)
    if (signal.aborted) break
    const again = await session()
    if (E.isLeft(again) && !signal.aborted)
      log.warn('watching the node for shutdown events failed', { why: again.left })
  }
  await letGo()
}

const announce = ({ events, settings }: NodeContext, origin: Origin, isShuttingDown: boolean): void =>
  events.record({
    about: aboutNode(settings.nodeName),
    type: 'Normal',
    reason: 'NodeShutdown',
    message: `Shutdown manager detected shutdown ${isShuttingDown ? 'event' : 'cancellation'}`,
    origin,
  })

const endAll = async ({ clock, log }: NodeContext, { periods, pods }: ShutdownOptions): Promise<void> => {
  const active = pods.pods.filter(({ status }) => !isTerminalPhase(status?.phase))
  await endPods(shutdownRounds(periods, active), {
    clock,
    end: async (pod, deadline) => pods.worker(pod.metadata?.uid ?? '')?.shutDown(deadline),
    late: () => log.warn('Shutdown manager pod killing time out'),
  })
}
