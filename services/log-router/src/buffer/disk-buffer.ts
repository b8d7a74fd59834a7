import { mkdir, open, readFile, readdir, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { isAbsent } from '@periplus/prelude'
import type { Budget } from './budget.ts'
import { encodedRecord, segmentContent } from './segment.ts'
import type { KeptFrame } from './segment.ts'

/**
 * Frames that a sink has still to deliver, on disk, so that the stream may let them go. Not synced: after a crash of the machine what
 * is missing at its end is read from the stream again.
 */
export interface DiskBuffer {
  /** Position of the newest frame in it; `undefined` where it has none. */
  readonly last: number | undefined
  /** All frames in it were taken. */
  readonly isEmpty: boolean
  readonly bytes: number
  /** Adds a frame that is newer than all others. False where there is no room, and nothing was added. */
  push(frame: KeptFrame): Promise<boolean>
  /** The oldest frame that was not taken; it stays on disk until it is let go. */
  take(): Promise<KeptFrame | undefined>
  /** Frames up to a position are needed no more. */
  letGo(position: number): Promise<void>
  close(): Promise<void>
}

export interface BufferLimits {
  /** Of one buffer. */
  readonly mostBytes: number
  /** Of all together. */
  readonly budget: Budget
  /** Whether the disk may take more. */
  readonly hasRoom: () => boolean
  /** Segments of this one writer have it in their names: another one who is not gone yet writes to others. */
  readonly writer: string
}

interface Segment {
  readonly path: string
  last: number
  bytes: number
  isTaken: boolean
  /** Its end was damaged when it was found; what stands before that is good. */
  readonly mayBeCut: boolean
}

const segmentBytes = 4 * 2 ** 20

/** What cannot be read now, such as with too many files open, is not gone. */
export const unlessAbsent =
  <A>(absent: A) =>
  (error: unknown): A => {
    if (isAbsent(error)) return absent
    throw error
  }

/** Segments that an earlier life left, up to the first damage; what stands behind that is removed, as is what was delivered. */
const found = async (directory: string, after: number): Promise<readonly Segment[]> => {
  const names = await readdir(directory).catch(unlessAbsent([]))
  const segments: Segment[] = []
  let isDamaged = false
  for (const name of names.filter(each => each.endsWith('.frames')).sort()) {
    const path = join(directory, name)
    const content = await readFile(path).catch(unlessAbsent(undefined))
    if (content === undefined) continue
    const { frames, isWhole } = segmentContent(content)
    const last = frames.at(-1)?.position ?? 0
    if (isDamaged || last <= after) await rm(path, { force: true })
    else segments.push({ path, last, bytes: content.length, isTaken: false, mayBeCut: !isWhole })
    isDamaged ||= !isWhole
  }
  return segments
}

/** The buffer in a directory, which is made when something is put into it. `after`: all up to this position was delivered. */
export const diskBuffer = async (
  directory: string,
  after: number,
  { mostBytes, budget, hasRoom, writer }: BufferLimits,
): Promise<DiskBuffer> => {
  const segments = [...(await found(directory, after))]
  let bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
  budget.take(bytes)
  let last = segments.at(-1)?.last
  let tail: { readonly segment: Segment; readonly file: FileHandle } | undefined
  let taking: readonly KeptFrame[] = []
  let at = 0
  let line: Promise<unknown> = Promise.resolve()
  /** Who puts in and who takes out do not wait for each other otherwise. */
  const alone = <A>(work: () => Promise<A>): Promise<A> => {
    const done = line.then(work)
    line = done.catch(() => undefined)
    return done
  }

  const seal = async (): Promise<void> => {
    const file = tail?.file
    tail = undefined
    await file?.close()
  }
  const begin = async (position: number) => {
    await seal()
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const path = join(directory, `${String(position).padStart(16, '0')}-${writer}.frames`)
    // At the end, wherever that is once half a record was cut off.
    const file = await open(path, 'ax', 0o600)
    const segment: Segment = { path, last: position, bytes: 0, isTaken: false, mayBeCut: false }
    segments.push(segment)
    tail = { segment, file }
    return tail
  }
  const write = async (position: number, record: Buffer): Promise<boolean> => {
    try {
      const to = tail && tail.segment.bytes < segmentBytes ? tail : await begin(position)
      try {
        await to.file.appendFile(record)
      } catch (error) {
        await to.file.truncate(to.segment.bytes)
        throw error
      }
      to.segment.last = position
      to.segment.bytes += record.length
      return true
    } catch {
      return false
    }
  }
  const drop = async (segment: Segment): Promise<void> => {
    segments.splice(segments.indexOf(segment), 1)
    bytes -= segment.bytes
    budget.give(segment.bytes)
    if (tail?.segment === segment) await seal()
    await rm(segment.path, { force: true })
  }

  const push = async (frame: KeptFrame): Promise<boolean> => {
    const record = encodedRecord(frame)
    if (!hasRoom() || bytes + record.length > mostBytes || record.length > budget.left) return false
    if (!(await write(frame.position, record))) return false
    budget.take(record.length)
    bytes += record.length
    last = frame.position
    return true
  }
  const load = async (segment: Segment): Promise<void> => {
    if (tail?.segment === segment) await seal()
    const { frames, isWhole } = segmentContent(await readFile(segment.path))
    if (!isWhole && !segment.mayBeCut) throw new Error(`${segment.path} is not what was written`)
    segment.isTaken = true
    taking = frames
    at = 0
  }
  const take = async (): Promise<KeptFrame | undefined> => {
    while (at === taking.length) {
      const segment = segments.find(({ isTaken }) => !isTaken)
      if (segment === undefined) return undefined
      await load(segment)
    }
    return taking[at++]
  }

  return {
    get last() {
      return last
    },
    get isEmpty() {
      return at === taking.length && segments.every(({ isTaken }) => isTaken)
    },
    get bytes() {
      return bytes
    },
    push: frame => alone(() => push(frame)),
    take: () => alone(take),
    letGo: position =>
      alone(async () => {
        for (const segment of segments.filter(each => each.isTaken && each.last <= position)) await drop(segment)
      }),
    close: () =>
      alone(async () => {
        await seal()
        budget.give(bytes)
        bytes = 0
      }),
  }
}
