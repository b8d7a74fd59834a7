import { deepEqual } from '@periplus/api'
import { Pod } from '@periplus/kinds'
import { E, thrownText } from '@periplus/prelude'
import type { Origin } from '@periplus/log'
import type { Change } from '@periplus/projection'
import { containedLater, reporter } from '../contained.ts'
import type { Rejection } from '../admission/rejection.ts'
import type { Action } from '../plan/action.ts'
import { isInPostStart } from '../plan/containers.ts'
import { operationOf } from '../plan/operation.ts'
import type { Failure, Observed, Operation } from '../plan/observed.ts'
import { podIpsOf } from '../plan/pod-ips.ts'
import { plan } from '../plan/plan.ts'
import { allocatedPod } from '../resize/allocate.ts'
import { givenTo } from '../resize/given.ts'
import { resizeRecord } from '../resize/record.ts'
import { samePodStatus } from '../status/same-status.ts'
import type { NodeContext } from './context.ts'
import type { Effect, EffectFailure, PodShell } from './effect.ts'
import { perform } from './effects/perform.ts'
import { lastMessages } from './last-messages.ts'
import { retrySeconds, touchesRuntime, troubledMilliseconds } from './retry.ts'
import { originOf, telling } from './telling.ts'
import { writeStatus } from './write-status.ts'

/**
 * One pod of this node: looks at what is there, plans, begins what the plan asks for, tells the API what changed; again at every
 * wake. Passes are synchronous and never overlap; effects run beside them and wake the worker when they end.
 */
export interface PodWorker {
  readonly pod: Pod
  /** The same with the resources that it was given, where the node refuses those that it asks for. */
  readonly allocated: Pod
  /** What writes on the pod's behalf say of themselves. */
  readonly origin: Origin
  /** The node would not take the pod. */
  readonly rejected: boolean
  wake(): void
  /** Ends the pod as failed, for its use of the node. */
  evict(message: string): void
  /** Gives back what is kept of it for people to look at, once it has ended. */
  giveBack(): void
  /** What its volumes or environment come from has changed. */
  sourcesChanged(): void
  /** The event that the next writes are caused by. */
  causedBy(change: Change): void
  /** Stops planning; what runs is left running. */
  close(): void
  /** Nothing is under way and nothing waits to be planned. */
  readonly idle: boolean
}

export const podWorker = (
  node: NodeContext,
  first: Pod,
  rejection: Rejection | undefined,
  forgotten: () => void,
  others: () => readonly Pod[] = () => [],
): PodWorker => {
  const { name = '', namespace = '', uid = '' } = first.metadata ?? {}
  const report = reporter(node.log, `pod ${namespace}/${name}`)
  const operations = new Map<string, Operation>()
  const failures = new Map<string, Failure>()
  const resizes = resizeRecord(first)
  let pod = first
  let allocated = first
  let removed = false
  let closed = false
  let waking = false
  let writing = false
  let volumesReady = false
  let volumesStale = false
  let tornDown = false
  let eviction: string | undefined
  let unkept = false
  let terminatingSince: number | undefined
  let throwsInARow = 0
  let cancelTimer: (() => void) | undefined
  let cancel: () => void = () => undefined
  const cancellation = new Promise<void>(resolve => (cancel = resolve))
  let origin = originOf(node.settings.nodeName, uid)

  const wake = (): void => {
    if (waking || closed) return
    waking = true
    queueMicrotask(() => {
      waking = false
      if (!closed) containedPass()
    })
  }

  const { tell, tellOnce } = telling(node.events, () => ({ pod, origin }))

  const messages = lastMessages(
    operations,
    container => containedLater(report, '', () => node.disk.terminationMessage(pod, container)),
    wake,
  )

  /** A pod that cannot be synced is told of and looked at again later and later; what runs of it is left alone. */
  const containedPass = (): void => {
    try {
      pass()
      throwsInARow = 0
    } catch (error) {
      report(error)
      throwsInARow++
      tell(undefined)('Warning', 'FailedSync', `error syncing pod, will be retried: ${thrownText(error)}`)
      cancelTimer?.()
      cancelTimer = node.clock.after(troubledMilliseconds(throwsInARow), wake)
    }
  }

  const pass = (): void => {
    readPod()
    if (!messages.areRead(node.view.pod(uid).containers)) return
    const now = node.clock.now()
    const observed = observe()
    allocated = allocatedPod(pod, observed)
    const next = plan(pod, observed, now)
    if (next.goal.tag === 'Terminate' && terminatingSince === undefined) {
      terminatingSince = now
      cancel()
    }
    for (const action of next.actions)
      if (action.tag === 'Tell') tellOnce(action)
      else start(action, observed)
    if (!removed && !writing && !samePodStatus(pod.status, next.status)) write(next.status)
    cancelTimer?.()
    cancelTimer = next.wakeAt === undefined ? undefined : node.clock.after(next.wakeAt - now, wake)
  }

  const readPod = (): void => {
    const seen = node.cut.get(Pod, namespace, name)
    if (seen?.metadata.uid !== uid) {
      removed = true
      return
    }
    if (
      !deepEqual(seen.metadata.labels, pod.metadata?.labels) ||
      !deepEqual(seen.metadata.annotations, pod.metadata?.annotations)
    )
      volumesStale = true
    pod = seen
  }

  const observe = (): Observed => {
    const runtime = node.view.pod(uid)
    // Nothing is asked of a container before its postStart hook is done.
    const running = runtime.containers.filter(
      container => container.state === 'running' && !isInPostStart(pod, operations, container),
    )
    const [podIp = ''] = podIpsOf(pod, runtime.sandboxes, node.settings.hostIps)
    const observed: Observed = {
      ...runtime,
      operations,
      failures,
      messages: messages.texts,
      probes: node.prober.track(pod, running, podIp, terminatingSince !== undefined),
      volumesReady,
      volumesStale,
      tornDown,
      removed,
      rejection,
      ...resizes.facts,
      unkept,
      eviction,
      terminatingSince,
      hostIps: node.settings.hostIps,
      runtimeName: node.runtime.name,
    }
    return resizes.judged(pod, observed, others, node.settings)
  }

  const start = (action: Exclude<Action, { tag: 'Tell' }>, observed: Observed): void => {
    const operation = operationOf(action)
    operations.set(action.subject, operation)
    if (action.tag === 'PrepareVolumes') volumesStale = false
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
      // A kill with a shorter grace period may have taken the operation over.
      if (operations.get(action.subject) === operation) operations.delete(action.subject)
      if (E.isLeft(result)) failed(action, result.left)
      else succeeded(action)
      wake()
    })
  }

  const failed = (action: Action, failure: EffectFailure): void => {
    if (action.tag === 'PrepareVolumes' && volumesReady) volumesStale = true
    if (failure.reason === 'Cancelled') return
    const at = node.clock.now()
    const tries = (failures.get(action.subject)?.tries ?? 0) + 1
    failures.set(action.subject, {
      reason: failure.reason,
      message: failure.message,
      at,
      tries,
      retryAt: at + retrySeconds(failure, tries) * 1000,
    })
  }

  const succeeded = (action: Action): void => {
    failures.delete(action.subject)
    if (action.tag === 'PrepareVolumes') volumesReady = true
    if (action.tag === 'TearDown') {
      tornDown = true
      node.prober.forget(uid)
    }
    if (action.tag === 'Forget') {
      close()
      forgotten()
    }
  }

  const write = (status: Pod['status']): void => {
    writing = true
    void containedLater<number | undefined>(report, troubledMilliseconds(Infinity), () =>
      writeStatus(node, pod, status ?? {}, origin),
    ).then(retryAfter => {
      writing = false
      if (retryAfter === undefined) wake()
      else node.clock.after(retryAfter, wake)
    })
  }

  const close = (): void => {
    closed = true
    cancelTimer?.()
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
    wake,
    evict: message => {
      eviction ??= message
      wake()
    },
    giveBack: () => {
      unkept = true
      wake()
    },
    sourcesChanged: () => {
      volumesStale = true
      for (const [subject, failure] of failures)
        if (failure.reason === 'CreateContainerConfigError' || failure.reason === 'FailedMount')
          failures.set(subject, { ...failure, retryAt: Math.min(failure.retryAt, node.clock.now()) })
      wake()
    },
    causedBy: ({ event }) => {
      origin = { ...origin, causes: [event.sequence], correlationId: event.origin.correlationId }
    },
    close,
    get idle() {
      return closed || (!waking && !writing && operations.size === 0)
    },
  }
}
