import { deepEqual } from '@periplus/api'
import { RuntimeClass } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import { containedLater, reporter } from '../contained.ts'
import { faster } from '../eviction/eviction.ts'
import type { Eviction } from '../eviction/eviction.ts'
import type { Begun } from '../plan/action.ts'
import { isInPostStart } from '../plan/containers.ts'
import { hasFinished } from '../plan/goal.ts'
import type { Goal } from '../plan/goal.ts'
import type { Observed } from '../plan/observed.ts'
import { podIpsOf } from '../plan/pod-ips.ts'
import { plan } from '../plan/plan.ts'
import { allocatedPod } from '../resize/allocate.ts'
import { givenTo } from '../resize/given.ts'
import { resizeRecord } from '../resize/record.ts'
import { canRecurse } from '../volumes/recursive-read-only.ts'
import type { NodeContext } from './context.ts'
import type { Effect, EffectFailure, PodShell } from './effect.ts'
import { perform } from './effects/perform.ts'
import { lastMessages } from './last-messages.ts'
import { passLoop } from './pass-loop.ts'
import { podOperations } from './operations.ts'
import type { PodWorker, PodWorkerOptions } from './pod-worker.ts'
import { touchesRuntime, troubledMilliseconds } from './retry.ts'
import { originOf, telling } from './telling.ts'
import { volumeState } from './volume-state.ts'

/** What a pod's volumes or environment may fix when they change. */
const failuresOfSources: ReadonlySet<string> = new Set(['CreateContainerConfigError', 'FailedMount'])

/**
 * One pod of this node: looks at what is there, plans, begins what the plan asks for, tells the API what changed; again at every
 * wake. Passes are synchronous and never overlap; effects run beside them and wake the worker when they end.
 */
export const podWorker = (
  node: NodeContext,
  first: Pod,
  { record, rejection, forgotten, others }: PodWorkerOptions,
): PodWorker => {
  const { name = '', namespace = '', uid = '' } = first.metadata ?? {}
  const report = reporter(node.log, `pod ${namespace}/${name}`)
  const operations = podOperations(node.clock)
  const resizes = resizeRecord(first)
  const volumes = volumeState()
  let pod = first
  let allocated = first
  let removed = false
  let closed = false
  let writing = false
  let eviction: Eviction | undefined
  let shutdown: { readonly deadline: number } | undefined
  let goal: Goal | undefined
  const waiting: (() => void)[] = []
  let unkept = false
  let terminatingSince: number | undefined
  let cancel: () => void = () => undefined
  const cancellation = new Promise<void>(resolve => (cancel = resolve))
  let origin = originOf(node.settings.nodeName, uid)

  const { tell, tellOnce } = telling(node.events, () => ({ pod, origin }))

  const messages = lastMessages(
    operations.underWay,
    container => containedLater(report, '', () => node.disk.terminationMessage(pod, container)),
    () => loop.wake(),
  )

  /** Resolves to when to look again though nothing has happened. */
  const pass = (): number | undefined => {
    readPod()
    if (!messages.areRead(node.view.pod(uid).containers)) return undefined
    const now = node.clock.now()
    const observed = observe()
    allocated = allocatedPod(pod, observed)
    const next = plan(pod, observed, now)
    goal = next.goal
    if (next.goal.tag === 'Terminate' && terminatingSince === undefined) {
      terminatingSince = now
      cancel()
    }
    for (const action of next.actions)
      if (action.tag === 'Tell') tellOnce(action)
      else start(action, observed)
    if (!removed && !writing && !record.shows(next.status)) write(next.status)
    if (volumes.tornDown && !writing) for (const resolve of waiting.splice(0)) resolve()
    return next.wakeAt
  }

  const loop = passLoop({
    clock: node.clock,
    pass,
    threw: (error, text) => {
      report(error)
      tell(undefined)('Warning', 'FailedSync', `error syncing pod, will be retried: ${text}`)
    },
  })
  const { wake } = loop

  const readPod = (): void => {
    const seen = record.read()
    if (!seen) {
      removed = true
      return
    }
    if (
      !deepEqual(seen.metadata?.labels, pod.metadata?.labels) ||
      !deepEqual(seen.metadata?.annotations, pod.metadata?.annotations)
    )
      volumes.changed()
    pod = seen
  }

  const observe = (): Observed => {
    const runtime = node.view.pod(uid)
    // Nothing is asked of a container before its postStart hook is done.
    const running = runtime.containers.filter(
      container => container.state === 'running' && !isInPostStart(pod, operations.underWay, container),
    )
    const [podIp = ''] = podIpsOf(pod, runtime.sandboxes, node.settings.hostIps)
    const observed: Observed = {
      ...runtime,
      operations: operations.underWay,
      failures: operations.failures,
      messages: messages.texts,
      probes: node.prober.track(pod, running, podIp, terminatingSince !== undefined),
      volumesReady: volumes.ready,
      volumesStale: volumes.stale,
      tornDown: volumes.tornDown,
      removed,
      rejection,
      ...resizes.facts,
      unkept,
      eviction,
      shutdown,
      canRecurse: canRecurse(pod, node.handlers(), named => node.cut.get(RuntimeClass, '', named)),
      terminatingSince,
      logLosses: node.logLosses(uid),
      hostIps: node.settings.hostIps,
      runtimeName: node.runtime.name,
    }
    return resizes.judged(pod, observed, others, node.settings)
  }

  const start = (action: Begun, observed: Observed): void => {
    const operation = operations.begin(action)
    volumes.begun(action)
    const shell: PodShell = {
      node,
      pod: allocated,
      runtime: node.view.pod(uid),
      given: container => givenTo(pod, observed, container),
      gave: resizes.gave,
      cancelled: () => terminatingSince !== undefined || closed,
      cancellation,
      origin,
      tell,
    }
    // A bug: it is said loudly, and the pod goes on with the usual retry.
    const threw = E.left<EffectFailure>({ reason: 'InternalError', message: `${action.tag} failed in the node agent` })
    void containedLater<Awaited<Effect>>(report, threw, () => perform(shell, action)).then(async result => {
      if (touchesRuntime(action)) await containedLater(report, undefined, () => node.view.refresh())
      operations.end(action, operation)
      if (E.isLeft(result)) failed(action, result.left)
      else succeeded(action)
      wake()
    })
  }

  const failed = (action: Begun, failure: EffectFailure): void => {
    volumes.failed(action)
    if (failure.reason !== 'Cancelled') operations.failed(action, failure)
  }

  const succeeded = (action: Begun): void => {
    operations.succeeded(action)
    volumes.succeeded(action)
    if (action.tag === 'TearDown') node.prober.forget(uid)
    if (action.tag === 'Forget') {
      close()
      forgotten()
    }
  }

  const write = (status: Pod['status']): void => {
    writing = true
    void containedLater<number | undefined>(report, troubledMilliseconds(Infinity), () =>
      record.write(pod, status ?? {}, origin),
    ).then(retryAfter => {
      writing = false
      if (retryAfter === undefined) wake()
      else node.clock.after(retryAfter, wake)
    })
  }

  const close = (): void => {
    closed = true
    for (const resolve of waiting.splice(0)) resolve()
    loop.close()
    node.prober.forget(uid)
  }

  return {
    get pod() {
      return pod
    },
    get allocated() {
      return allocated
    },
    get origin() {
      return origin
    },
    rejected: rejection !== undefined,
    get removed() {
      return removed
    },
    wake,
    remove: () => {
      removed = true
      wake()
    },
    evict: next => {
      eviction = faster(eviction, next)
      wake()
    },
    shutDown: deadline => {
      if (!hasFinished(goal)) shutdown ??= { deadline }
      wake()
      return closed ? Promise.resolve() : new Promise(resolve => void waiting.push(resolve))
    },
    giveBack: () => {
      unkept = true
      wake()
    },
    sourcesChanged: () => {
      volumes.changed()
      operations.retryNow(failuresOfSources)
      wake()
    },
    causedBy: ({ event }) => {
      origin = { ...origin, causes: [event.sequence], correlationId: event.origin.correlationId }
    },
    close,
    get idle() {
      return closed || (!loop.waking && !writing && operations.underWay.size === 0)
    },
  }
}
