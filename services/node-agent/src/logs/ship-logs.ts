import type { ContainerState, LogRecord } from '@periplus/runtime'
import type { NodeContext } from '../pods/context.ts'
import { containerNameLabel, podNameLabel, podNamespaceLabel, podUidLabel } from '../runtime/labels.ts'
import { containedLater, reporter } from '../contained.ts'
import { pause } from '../runtime/view.ts'
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import { followFile } from './follow-file.ts'
import type { LogChunk, LogPosition } from './follow-file.ts'
import { lineCutter } from './lines.ts'
import type { LogShipper } from './log-shipper.ts'

export interface ShippingOptions {
  readonly node: NodeContext
  readonly shipper: LogShipper
  /** Where a container's checkpoint is kept. */
  readonly checkpointOf: (uid: string, container: string, attempt: number) => string
}

/** Follows every container's log file and ships its lines; a slow receiver slows the reading down, and nothing else. */
export interface LogShipping {
  /** Takes up the containers of a pod that are not followed yet. */
  look(uid: string): void
  /** Resolves when all following has ended, after the node's signal. */
  settled(): Promise<void>
}

const batchLines = 256
const retryMilliseconds = 1000
const longestLine = 256 * 1024

export const shipLogs = (options: ShippingOptions): LogShipping => {
  const { node } = options
  const followed = new Map<string, Promise<void>>()
  return {
    look: uid => {
      for (const container of node.view.pod(uid).containers) {
        if (followed.has(container.id) || container.logPath === '' || container.state === 'created') continue
        followed.set(
          container.id,
          followOn(options, container).then(() => {
            // Kept while the container is there, so that it is not begun again.
            if (!isThere(node, uid, container.id)) followed.delete(container.id)
          }),
        )
      }
      for (const [id] of followed) if (!isKnown(node, id)) void followed.get(id)?.then(() => followed.delete(id))
    },
    settled: async () => {
      await Promise.all(followed.values())
    },
  }
}

const isThere = (node: NodeContext, uid: string, id: string): boolean =>
  node.view.pod(uid).containers.some(container => container.id === id)

const isKnown = (node: NodeContext, id: string): boolean => node.view.uids().some(uid => isThere(node, uid, id))

/** What throws on the way is reported, and the log is taken up again where it was left, later and later. */
const followOn = async (options: ShippingOptions, container: ContainerState): Promise<void> => {
  const { node } = options
  const uid = container.labels[podUidLabel] ?? ''
  const report = reporter(node.log, `the log of ${container.name} of pod ${uid}`)
  for (let tries = 1; !node.signal.aborted; tries++) {
    if (await containedLater(report, false, () => follow(options, container).then(() => true))) return
    if (!isThere(node, uid, container.id)) return
    await pause(node.clock, retryMilliseconds * Math.min(2 ** tries, 300), node.signal)
  }
}

const follow = async ({ node, shipper, checkpointOf }: ShippingOptions, container: ContainerState): Promise<void> => {
  const uid = container.labels[podUidLabel] ?? ''
  const checkpoint = checkpointOf(uid, container.name, container.attempt)
  const from = await readCheckpoint(checkpoint)
  const about = {
    namespace: container.labels[podNamespaceLabel] ?? '',
    pod: container.labels[podNameLabel] ?? '',
    uid,
    container: container.labels[containerNameLabel] ?? container.name,
    attempt: container.attempt,
    node: node.settings.nodeName,
  }
  const ended = (): boolean => {
    const now = node.view.pod(uid).containers.find(({ id }) => id === container.id)
    return !now || now.state === 'exited'
  }
  const ship = async (
    batch: readonly { record: LogRecord; id: string }[],
    after: LogPosition,
    isKept: LogChunk['isKept'],
  ): Promise<void> => {
    for (let at = 0; at < batch.length; at += batchLines)
      while (!(await shipper.ship(batch.slice(at, at + batchLines)))) {
        await pause(node.clock, retryMilliseconds, node.signal)
        if (node.signal.aborted || !(await isKept())) return
      }
    await writeCheckpoint(checkpoint, after)
  }

  let inode = from.inode
  let cutter = lineCutter()
  let pieces = ''
  for await (const { bytes, after, isKept } of followFile({
    path: container.logPath,
    from,
    clock: node.clock,
    signal: node.signal,
    ended,
    isShort: () => node.pressure().disk,
  })) {
    if (after.inode !== inode) {
      inode = after.inode
      cutter = lineCutter()
      pieces = ''
    }
    const begin = after.offset - bytes.length
    const batch: { record: LogRecord; id: string }[] = []
    let shipped: LogPosition | undefined
    for (const { line, consumed } of cutter.take(bytes)) {
      pieces += line.text
      if (line.partial && pieces.length < longestLine) continue
      const record = { ...about, stream: line.stream, time: line.time, line: pieces.replace(/\n$/, '') }
      pieces = ''
      shipped = { inode, offset: begin + consumed }
      batch.push({ record, id: `${container.id}/${inode}/${shipped.offset}` })
    }
    if (shipped) await ship(batch, shipped, isKept)
    if (node.signal.aborted) return
  }
}
