import type { Pod } from '@periplus/kinds'
import { podsOnNode } from '@periplus/projection'
import type { Change } from '@periplus/projection'
import { contained, containedLater } from '../contained.ts'
import type { NodeContext } from '../pods/context.ts'
import type { PodRecord } from '../pods/pod-record.ts'
import { originOf } from '../pods/telling.ts'
import type { PodWorker } from '../pods/pod-worker.ts'
import type { ShownComponents } from '../components/show-components.ts'
import type { StaticPods } from './manifest-folder.ts'
import { isMirrorPod } from './mirror.ts'
import { removeMirror, staticPod } from './static-pod.ts'

/** The static pods of a node at work. */
export interface RunningStaticPods {
  /** Begins what is wanted and not there, wakes the others, and takes mirrors away that show nothing. */
  look(): void
  /** Something has become of a mirror. */
  heard(mirror: Pod, change: Change): void
  /** The uid of the pod that a mirror of this uid shows. */
  shownBy(mirrorUid: string): string | undefined
}

export interface PodWorkers {
  take(pod: Pod, record: PodRecord, forgotten: () => void): PodWorker
  worker(uid: string): PodWorker | undefined
  report(error: unknown): void
}

const nameOf = ({ metadata }: Pod): string => `${metadata?.namespace}/${metadata?.name}`

/** A pod whose file has changed is another pod of the same name: it begins when nothing is left of the one before. */
export const runStaticPods = (
  node: NodeContext,
  wanted: StaticPods,
  { take, worker, report }: PodWorkers,
  components: Pick<ShownComponents, 'shows'>,
): RunningStaticPods => {
  const { nodeName } = node.settings
  /** Uids by name, until nothing is left of them. */
  const running = new Map<string, string>()

  const mirrorsHere = (): readonly Pod[] =>
    node.cut.by(podsOnNode, nodeName).filter(pod => isMirrorPod(pod) && !components.shows(pod))

  const begin = (pod: Pod): void => {
    const { uid = '' } = pod.metadata ?? {}
    running.set(nameOf(pod), uid)
    const forgotten = (): void => {
      running.delete(nameOf(pod))
      contained(report, look)
    }
    take(pod, staticPod(node, wanted, pod), forgotten).wake()
  }
  const look = (): void => {
    for (const uid of running.values()) worker(uid)?.wake()
    for (const pod of wanted.pods) if (!running.has(nameOf(pod))) contained(report, () => begin(pod))
    for (const mirror of mirrorsHere()) if (!running.has(nameOf(mirror))) remove(mirror)
  }
  /** Tried again until the cut does without it. */
  const remove = (mirror: Pod): void => {
    const origin = originOf(nodeName, mirror.metadata?.uid ?? '')
    void containedLater<number | undefined>(report, undefined, () => removeMirror(node, mirror, origin)).then(again => {
      if (again !== undefined && !node.signal.aborted) node.clock.after(again, () => contained(report, look))
    })
  }

  wanted.listen(() => contained(report, look))
  return {
    look,
    heard: (mirror, change) => {
      const own = worker(running.get(nameOf(mirror)) ?? '')
      own?.causedBy(change)
      own?.wake()
      if (!own && change.after) look()
    },
    shownBy: mirrorUid => {
      const mirror = mirrorsHere().find(({ metadata }) => metadata?.uid === mirrorUid)
      return mirror && running.get(nameOf(mirror))
    },
  }
}
