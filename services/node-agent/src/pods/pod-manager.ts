import type { Pod } from '@periplus/kinds'
import { Node, isTerminalPhase } from '@periplus/kinds'
import { podsOnNode } from '@periplus/projection'
import type { Change } from '@periplus/projection'
import { thrownText } from '@periplus/prelude'
import { admit } from '../admission/admit.ts'
import type { Rejection } from '../admission/rejection.ts'
import { contained, reporter } from '../contained.ts'
import { aboutPod } from '../events/about.ts'
import type { NodeContext } from './context.ts'
import { orphanPod } from './orphan.ts'
import type { PodFeed } from './pod-feed.ts'
import { sourcesOf } from './pod-sources.ts'
import { originOf } from './telling.ts'
import { boundPod } from './pod-record.ts'
import type { PodRecord } from './pod-record.ts'
import { runStaticPods } from '../static/run-static-pods.ts'
import type { StaticPods } from '../static/manifest-folder.ts'
import { notAdmitted } from '../shutdown/texts.ts'
import { isMirrorPod } from '../static/mirror.ts'
import { noShownComponents } from '../components/show-components.ts'
import type { ShownComponents } from '../components/show-components.ts'
import type { PodWorker } from './pod-worker.ts'
import { podWorker } from './worker.ts'

/**
 * The pods of one node: a worker each, for those bound to it, for those that it runs of its own accord and for what is left of those
 * that the API has forgotten.
 */
export interface PodManager {
  wake(uid: string): void
  /** Something of the node's own accord is shown, or is to be shown no more, that no pod is. */
  componentsChanged(): void
  /** By the pod's uid, or by that of the mirror which shows it. */
  worker(uid: string): PodWorker | undefined
  readonly pods: readonly Pod[]
  /** What the volumes of such pods come from has changed, or is to be looked at again. */
  sourcesChanged(concerns: (pod: Pod) => boolean): void
  readonly idle: boolean
  close(): void
}

/** `gone`: told of a pod of which nothing is left here. */
export const podManager = (
  node: NodeContext,
  feed: PodFeed,
  wanted: StaticPods,
  gone: (pod: Pod) => void = () => undefined,
  components: ShownComponents = noShownComponents,
): PodManager => {
  const { nodeName } = node.settings
  const report = reporter(node.log, 'the pods of the node')
  const workers = new Map<string, PodWorker>()

  const activePods = (): readonly Pod[] =>
    [...workers.values()]
      .filter(({ pod, rejected, removed }) => !rejected && !removed && !isTerminalPhase(pod.status?.phase))
      .map(({ allocated }) => allocated)

  /** Whether the node takes a pod must be known before anything of it is begun: where that cannot be told, it does not. */
  const admission = (pod: Pod): Rejection | undefined => {
    if (node.shuttingDown()) return notAdmitted
    try {
      return admit(pod, activePods(), node.cut.get(Node, '', nodeName), node.settings, node.pressure())
    } catch (error) {
      report(error)
      return { reason: 'UnexpectedAdmissionError', message: `unexpected error: ${thrownText(error)}` }
    }
  }

  const take = (pod: Pod, record: PodRecord = boundPod(node, pod), forgotten?: () => void): PodWorker => {
    const uid = pod.metadata?.uid ?? ''
    const runtime = node.view.pod(uid)
    const isNew = !pod.status?.startTime && runtime.sandboxes.length === 0 && !pod.metadata?.deletionTimestamp
    const rejection = isNew ? admission(pod) : undefined
    if (rejection)
      node.events.record({
        about: aboutPod(pod),
        type: 'Warning',
        reason: rejection.reason,
        message: rejection.message,
        origin: originOf(nodeName, uid),
      })
    const others = (): readonly Pod[] => activePods().filter(({ metadata }) => metadata?.uid !== uid)
    const worker = podWorker(node, pod, {
      record,
      rejection,
      forgotten: () => {
        workers.delete(uid)
        forgotten?.()
        gone(worker.pod)
      },
      others,
    })
    workers.set(uid, worker)
    return worker
  }

  const heard = (change: Change): void => {
    const pod = (change.after ?? change.before)?.object() as Pod | undefined
    const uid = pod?.metadata?.uid
    if (!pod || uid === undefined) return
    if (isMirrorPod(pod)) return components.shows(pod) ? components.heard(change) : statics.heard(pod, change)
    const known = workers.get(uid)
    if (!known && !change.after) return
    const worker = known ?? take(pod)
    worker.causedBy(change)
    if (change.after) worker.wake()
    else worker.remove()
    // A pod may be deleted and made again under its name between two batches.
    const before = (change.before?.object() as Pod | undefined)?.metadata?.uid
    if (before !== undefined && before !== uid) workers.get(before)?.remove()
  }

  const statics = runStaticPods(node, wanted, { take, worker: uid => workers.get(uid), report }, components)
  const stop = feed.listen(nodeName, {
    pod: change => contained(report, () => heard(change)),
    source: ({ event: { ref } }) => {
      for (const worker of workers.values())
        if (
          worker.pod.metadata?.namespace === ref.namespace &&
          sourcesOf(worker.pod).has(`${ref.resource}/${ref.name}`)
        )
          worker.sourcesChanged()
    },
  })
  const bound = node.cut
    .by(podsOnNode, nodeName)
    .filter(pod => !isMirrorPod(pod))
    .sort((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp))
  for (const pod of bound) contained(report, () => take(pod).wake())
  contained(report, statics.look)
  for (const uid of node.view.uids()) {
    const orphan = workers.has(uid) ? undefined : orphanPod(uid, node.view.pod(uid))
    if (orphan) take(orphan).wake()
  }

  return {
    componentsChanged: () => contained(report, statics.look),
    wake: uid => workers.get(uid)?.wake(),
    worker: uid => workers.get(uid) ?? workers.get(statics.shownBy(uid) ?? ''),
    get pods() {
      return [...workers.values()].map(({ pod }) => pod)
    },
    sourcesChanged: concerns => {
      for (const worker of workers.values()) if (concerns(worker.pod)) worker.sourcesChanged()
    },
    get idle() {
      return [...workers.values()].every(worker => worker.idle)
    },
    close: () => {
      stop()
      for (const worker of workers.values()) worker.close()
    },
  }
}
