import { deflateRawSync } from 'node:zlib'
import { lossReasons } from '../record.ts'
import type { ContainerRun, Loss, LogFrame, MultilineRule } from '../record.ts'
import { byteWriter } from './byte-writer.ts'
import { rowWriter } from './row-writer.ts'
import { frameFlags, frameVersion, fullFrameBytes, mostRows, nanosPerSecond, rowFlagBits, rowFlags } from './layout.ts'

/** A frame as it is stored. */
export interface EncodedFrame {
  readonly run: ContainerRun
  /** The numbers that it accounts for; `to` is `from - 1` for none. */
  readonly from: number
  readonly to: number
  readonly bytes: Uint8Array
}

/** A line for a frame: the bytes from `start` to `end` of `source`. */
export interface FrameLine {
  readonly isStderr: boolean
  readonly isPartial: boolean
  /** Since the epoch. */
  readonly seconds: number
  readonly nanos: number
  readonly source: Uint8Array
  readonly start: number
  readonly end: number
}

/** Makes one frame after another of a run's lines, without an object for each line. */
export interface FrameWriter {
  /** The next line, whose number is greater than all before. */
  add(number: number, line: FrameLine): void
  /** Something that is not there. Its `lines`, if any, are among the numbers that no line was added for. */
  lose(loss: Loss): void
  /** Nothing was added since the last frame. */
  readonly isEmpty: boolean
  /** Time for a frame. */
  readonly isFull: boolean
  /** All that was added, accounting for every number up to `to`. The writer begins its next frame behind it. */
  frame(to: number, about: { readonly objectSequence: number; readonly ended: boolean }): EncodedFrame
}

/** Below this, a deflated frame is hardly smaller. */
const worthDeflating = 512
const fastest = { level: 1 }

const longestDelta = 2 ** 50

/** Gathers lines of one container into frames. */
export const frameWriter = (run: ContainerRun, firstNumber: number, rule?: MultilineRule): FrameWriter => {
  const rows = rowWriter()
  let count = 0
  let losses: Loss[] = []
  let from = firstNumber
  let next = firstNumber
  let lastSeconds = 0
  let lastNanos = 0
  return {
    add: (number, line) => {
      const { seconds, nanos } = line
      const delta = (seconds - lastSeconds) * nanosPerSecond + nanos - lastNanos
      const standsAlone = count === 0 || delta < 0 || delta > longestDelta
      const flags =
        (line.isStderr ? rowFlags.stderr : 0) |
        (line.isPartial ? rowFlags.partial : 0) |
        (number > next ? rowFlags.skips : 0) |
        (standsAlone ? rowFlags.ownTime : 0)
      const head = (line.end - line.start) * rowFlagBits + flags
      const time = standsAlone ? seconds : delta
      rows.add(head, number - next, time, standsAlone ? nanos : -1, line.source, line.start, line.end)
      lastSeconds = seconds
      lastNanos = nanos
      next = number + 1
      count++
    },
    lose: loss => {
      const same = losses.findIndex(({ reason }) => reason === loss.reason)
      const before = losses[same]
      if (before === undefined) losses.push(loss)
      else losses[same] = { ...loss, lines: before.lines + loss.lines, bytes: before.bytes + loss.bytes }
    },
    get isEmpty() {
      return count === 0 && losses.length === 0
    },
    get isFull() {
      return rows.length >= fullFrameBytes || count >= mostRows
    },
    frame: (to, { objectSequence, ended }) => {
      const header = { run, rule, objectSequence, ended, from, to, losses, count }
      const bytes = sealed(header, rows.view())
      const encoded = { run, from, to, bytes }
      rows.clear()
      count = 0
      losses = []
      from = next = to + 1
      return encoded
    },
  }
}

interface Header {
  readonly run: ContainerRun
  readonly rule: MultilineRule | undefined
  readonly objectSequence: number
  readonly ended: boolean
  readonly from: number
  readonly to: number
  readonly losses: readonly Loss[]
  readonly count: number
}

const sealed = (header: Header, rows: Buffer): Buffer => {
  const { run, rule, objectSequence, ended, from, to, losses, count } = header
  const smaller = rows.length < worthDeflating ? rows : deflateRawSync(rows, fastest)
  const isDeflated = smaller.length < rows.length
  const writer = byteWriter(256)
  writer.byte(frameVersion)
  writer.byte((isDeflated ? frameFlags.deflated : 0) | (ended ? frameFlags.ended : 0))
  for (const text of [run.node, run.namespace, run.pod, run.podUid, run.container, rule ?? '']) writer.text(text)
  for (const number of [run.restart, objectSequence, from, to - from + 1, losses.length]) writer.count(number)
  for (const { reason, lines, bytes } of losses)
    for (const number of [lossReasons.indexOf(reason), lines, bytes]) writer.count(number)
  writer.count(count)
  writer.count(rows.length)
  return Buffer.concat([writer.view(), isDeflated ? smaller : rows])
}

/** A frame's bytes; its records stand in the order of their numbers. */
export const encodeFrame = (frame: LogFrame): EncodedFrame => {
  const writer = frameWriter(frame.run, frame.from, frame.rule)
  for (const { number, stream, partial, time, bytes } of frame.records)
    writer.add(number, {
      isStderr: stream === 'stderr',
      isPartial: partial === true,
      seconds: Number(time / BigInt(nanosPerSecond)),
      nanos: Number(time % BigInt(nanosPerSecond)),
      source: bytes,
      start: 0,
      end: bytes.length,
    })
  for (const loss of frame.losses) writer.lose(loss)
  return writer.frame(frame.to, frame)
}
