import type { LogLine } from '@periplus/logs'

/** Some lines that were read together. */
export interface ReadLines {
  readonly lines: readonly LogLine[]
  /** Up to here everything of the stream has been read with them, or before. */
  readonly position: number
  /** Milliseconds since the epoch when the stream got them. */
  readonly storedAt: number
}

export interface QueueLimits {
  readonly maxLines: number
  readonly maxBytes: number
  readonly maxWaitMilliseconds: number
}

/** Between who reads and who delivers: holds about two batches, so that a sink that stands still costs bounded memory. */
export interface LineQueue {
  /** Resolves when there is room for more. */
  put(read: ReadLines): Promise<void>
  /** A batch, when it is full or some time after its first line came; `undefined` after `close`. `storedAt` is its oldest line's. */
  take(): Promise<ReadLines | undefined>
  /** When the oldest of what waits was stored. */
  oldest(): number | undefined
  /** Nobody waits any more, and what is left is nobody's. */
  close(): void
}

/** What a line weighs beside its bytes. */
const overhead = 128

const weightOf = ({ bytes }: LogLine): number => bytes.length + overhead

interface Part extends ReadLines {
  readonly weight: number
}

/** Parts that are no larger than a batch. Only the last one has come as far as all of it. */
export const partsOf = (
  { lines, position, storedAt }: ReadLines,
  { maxLines, maxBytes }: QueueLimits,
): readonly Part[] => {
  const parts: Part[] = []
  let from = 0
  let weight = 0
  for (const [i, line] of lines.entries()) {
    const more = weightOf(line)
    if (i > from && (i - from >= maxLines || weight + more > maxBytes)) {
      parts.push({ lines: lines.slice(from, i), position: position - 1, storedAt, weight })
      from = i
      weight = 0
    }
    weight += more
  }
  return [...parts, { lines: from === 0 ? lines : lines.slice(from), position, storedAt, weight }]
}

export const lineQueue = (
  limits: QueueLimits,
  after: (milliseconds: number, task: () => void) => () => void,
): LineQueue => {
  const { maxLines, maxBytes, maxWaitMilliseconds } = limits
  const waiting: Part[] = []
  const held = { lines: 0, weight: 0 }
  let closed = false
  let due = false
  let hasRoom = (): void => undefined
  let hasBatch = (): void => undefined
  let cancel = (): void => undefined

  const holds = (batches: number): boolean => held.lines >= maxLines * batches || held.weight >= maxBytes * batches
  const arm = (): void => {
    cancel()
    cancel = after(maxWaitMilliseconds, () => {
      due = true
      hasBatch()
    })
  }
  const add = (part: Part): void => {
    // Frames without a line of this sink only move it on.
    if (part.lines.length === 0 && waiting.at(-1)?.lines.length === 0) waiting.pop()
    waiting.push(part)
    held.lines += part.lines.length
    held.weight += part.weight
    if (waiting.length === 1) arm()
  }
  const batch = (): ReadLines => {
    const lines: LogLine[] = []
    const first = waiting[0] ?? { position: 0, storedAt: 0 }
    let { position } = first
    let weight = 0
    for (let [part] = waiting; part !== undefined; [part] = waiting) {
      if (lines.length > 0 && (lines.length + part.lines.length > maxLines || weight + part.weight > maxBytes)) break
      for (const line of part.lines) lines.push(line)
      weight += part.weight
      position = part.position
      waiting.shift()
    }
    held.lines -= lines.length
    held.weight -= weight
    return { lines, position, storedAt: first.storedAt }
  }

  return {
    put: async read => {
      for (const part of partsOf(read, limits)) {
        add(part)
        if (holds(1)) hasBatch()
        while (holds(2) && !closed) await new Promise<void>(resolve => (hasRoom = resolve))
      }
    },
    take: async () => {
      while (!closed && !holds(1) && !(due && waiting.length > 0))
        await new Promise<void>(resolve => (hasBatch = resolve))
      if (closed) return undefined
      due = false
      const taken = batch()
      if (waiting.length > 0) arm()
      hasRoom()
      return taken
    },
    oldest: () => waiting[0]?.storedAt,
    close: () => {
      closed = true
      cancel()
      hasBatch()
      hasRoom()
    },
  }
}
