import { pause } from '@periplus/prelude'
import { Namespace, Pod } from '@periplus/kinds'
import { runKey } from '@periplus/log-stream'
import type { ContainerRun, Loss } from '@periplus/log-stream'
import type { ContainerState } from '@periplus/runtime'
import { containedLater, reporter } from '../contained.ts'
import type { NodeContext } from '../pods/context.ts'
import { containerNameLabel, podNameLabel, podNamespaceLabel, podUidLabel } from '../runtime/labels.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { LogDestination } from './log-destination.ts'
import { logPaces } from './log-pace.ts'
import type { LogPace } from './log-pace.ts'
import { multilineOf, quotaOf } from './log-quota.ts'
import { lossBook } from './loss-book.ts'
import type { LossBook } from './loss-book.ts'
import { shipRun } from './ship-run.ts'

export interface ShippingOptions {
  readonly node: NodeContext
  readonly destination: LogDestination
  /** Where a run's checkpoint is kept. */
  readonly checkpointOf: (uid: string, container: string, attempt: number) => string
  /** Last lines of a pod were not waited for any longer. */
  readonly unfinished: (uid: string) => void
  /** Other lines of a pod are lost than before. */
  readonly lost: (uid: string) => void
  /** More is lost than before. */
  readonly count: (more: Loss) => void
}

/** Follows every container's log and sends its lines to the stream; a slow stream slows the reading down, and nothing else. */
export interface LogShipping {
  /** Takes up the containers of a pod that are not followed yet. */
  look(uid: string): void
  /** Resolves when all lines of a pod's containers that have ended, or of one of them, are in the stream, or when that takes too long. */
  finished(uid: string, containerId?: string): Promise<void>
  /** Resolves when all following has ended, after the node's signal. */
  settled(): Promise<void>
  readonly losses: Pick<LossBook, 'of'>
}

const retryMilliseconds = 1_000
/** A pod's files wait so long for their last lines to be sent. */
const lastLinesMilliseconds = 15_000

interface Followed {
  readonly uid: string
  readonly done: Promise<void>
}

export const shipLogs = (options: ShippingOptions): LogShipping => {
  const { node } = options
  const followed = new Map<string, Followed>()
  const losses = lossBook({ changed: options.lost, count: options.count })
  /** One for all containers of a pod. */
  const paces = new Map<string, () => LogPace>()
  const paceOf = (uid: string, quota: Parameters<typeof logPaces>[0]): LogPace => {
    const pace = paces.get(uid) ?? logPaces(quota, node.clock)
    paces.set(uid, pace)
    return pace()
  }
  const forget = (uid: string): void => {
    if (node.view.pod(uid).containers.length > 0) return
    paces.delete(uid)
    losses.forget(uid)
  }
  return {
    losses,
    look: uid => {
      for (const container of node.view.pod(uid).containers) {
        if (followed.has(container.id) || container.logPath === '' || container.state === 'created') continue
        const done = followOn({ ...options, losses, paceOf }, container).then(() => {
          // Kept while the container is there, so that it is not begun again.
          if (!isThere(node, uid, container.id)) followed.delete(container.id)
        })
        followed.set(container.id, { uid, done })
      }
      for (const [id, { uid: its, done }] of followed)
        if (!isThere(node, its, id))
          void done.then(() => {
            followed.delete(id)
            forget(its)
          })
    },
    finished: async (uid, containerId) => {
      const hasEnded = (id: string): boolean =>
        node.view.pod(uid).containers.every(each => each.id !== id || each.state === 'exited')
      const waiting = [...followed].filter(
        ([id, each]) => each.uid === uid && id === (containerId ?? id) && hasEnded(id),
      )
      // Where the disk is short, room comes first.
      if (waiting.length === 0 || node.pressure().disk) return
      const all = Promise.all(waiting.map(([, { done }]) => done))
      const late = pause(node.clock, lastLinesMilliseconds, node.signal)
      const isDone = await Promise.race([all.then(() => true), late.then(() => false)])
      if (!isDone && !node.signal.aborted) options.unfinished(uid)
    },
    settled: async () => {
      await Promise.all([...followed.values()].map(({ done }) => done))
    },
  }
}

const isThere = (node: NodeContext, uid: string, id: string): boolean =>
  node.view.pod(uid).containers.some(container => container.id === id)

interface RunOptions extends ShippingOptions {
  readonly losses: LossBook
  readonly paceOf: (uid: string, quota: Parameters<typeof logPaces>[0]) => LogPace
}

/** What throws on the way is reported, and the log is taken up again where it was left, later and later. */
const followOn = async (options: RunOptions, container: ContainerState): Promise<void> => {
  const { node, destination } = options
  const run = runOf(node, container)
  const namespaceNotes = () => node.cut.get(Namespace, '', run.namespace)?.metadata.annotations
  const podNotes = () => node.cut.get(Pod, run.namespace, run.pod)?.metadata.annotations
  const report = reporter(node.log, `the log of ${container.name} of pod ${run.podUid}`)
  const shipping = {
    ...{ run, destination, clock: node.clock, signal: node.signal },
    path: container.logPath,
    checkpoint: options.checkpointOf(run.podUid, run.container, run.restart),
    ended: () => {
      const now = node.view.pod(run.podUid).containers.find(({ id }) => id === container.id)
      return !now || now.state === 'exited'
    },
    isShort: () => node.pressure().disk,
    objectSequence: () => node.cut.sequence,
    rule: () => multilineOf(podNotes()),
    pace: options.paceOf(run.podUid, () => quotaOf(namespaceNotes(), podNotes())),
    settled: ({ losses }: Checkpoint) => options.losses.note(run.podUid, runKey(run), losses),
    rejected: (message: string) => node.log.error('the log stream refused lines', { ...run, message }),
  }
  for (let tries = 1; !node.signal.aborted; tries++) {
    if (await containedLater(report, false, () => shipRun(shipping).then(() => true))) return
    if (!isThere(node, run.podUid, container.id)) return
    await pause(node.clock, retryMilliseconds * Math.min(2 ** tries, 300), node.signal)
  }
}

const runOf = (node: NodeContext, { labels, name, attempt }: ContainerState): ContainerRun => ({
  node: node.settings.nodeName,
  namespace: labels[podNamespaceLabel] ?? '',
  pod: labels[podNameLabel] ?? '',
  podUid: labels[podUidLabel] ?? '',
  container: labels[containerNameLabel] ?? name,
  restart: attempt,
})
