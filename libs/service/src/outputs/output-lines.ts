import { stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { pause, systemClock } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { gunzippedBytes } from './gunzipped-bytes.ts'
import { newestRotated, openOutput, openRotated } from './rotated-files.ts'

/** What is read of an output that begins anew now and then. */
export interface OutputReading {
  readonly path: string
  /** Files to which nothing was written since then are passed over; in milliseconds since the epoch. */
  readonly since?: number
  /** Goes on with what comes, until the signal aborts or it is over. Absent: what is there. */
  readonly follow?: { readonly clock: Clock; readonly signal: AbortSignal; readonly isOver?: () => boolean }
}

/** Some lines of an output, perhaps none, without their ends. */
export interface OutputPart {
  readonly lines: readonly string[]
  /** All that was there has been read; what follows comes later. */
  readonly isCaughtUp: boolean
}

const lookMilliseconds = 500
const chunkBytes = 64 * 1024
/** A longer line is cut. */
const longestLine = 2 ** 20
const newline = 10

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  )

/** Cuts bytes into lines; what has no end yet is kept for what follows. */
const lineCutter = () => {
  let rest = Buffer.alloc(0)
  return {
    take: (bytes: Buffer): readonly string[] => {
      const all = Buffer.concat([rest, bytes])
      const end = all.lastIndexOf(newline)
      rest = all.subarray(end + 1)
      if (rest.length > longestLine) rest = rest.subarray(0, longestLine)
      return end < 0 ? [] : all.toString('utf8', 0, end).split('\n')
    },
    last: (): readonly string[] => (rest.length === 0 ? [] : [rest.toString()]),
  }
}

/** The bytes of a file from a place on, as many as it has now. */
async function* bytesOf(file: FileHandle, from: number): AsyncGenerator<Buffer> {
  for (let at = from, end = (await file.stat()).size; at < end;) {
    const length = Math.min(chunkBytes, end - at)
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), { position: at })
    if (bytesRead === 0) return
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

/**
 * The lines of an output in their order: those of the files before it (`<path>.5` to `<path>.1`), its own, and with `follow` what comes. Where it
 * begins anew meanwhile, what had not been read of it is read where it then is.
 */
export async function* outputLines({ path, since = -Infinity, follow }: OutputReading): AsyncGenerator<OutputPart> {
  const { clock, signal } = follow ?? { clock: systemClock, signal: undefined }
  const cutter = lineCutter()
  /** The newest of the files before it that has been read, and how far it has been itself. */
  let [newest, at]: [string | undefined, number] = [undefined, 0]

  async function* ofRotated(from: number): AsyncGenerator<OutputPart> {
    const files = await openRotated(path)
    try {
      const known = files.findIndex(({ id }) => id === newest)
      const unread = (known < 0 ? files : files.slice(0, known)).toReversed()
      // What was being read is the oldest of those that are new; where that cannot be told, rather twice than never.
      const isTold = known >= 0 || newest === undefined
      for (const [i, { file, endedAt, isCompressed }] of unread.entries()) {
        if (endedAt < since) continue
        const place = i === 0 && isTold ? from : 0
        const source = isCompressed
          ? gunzippedBytes(file.createReadStream({ autoClose: false }), place)
          : bytesOf(file, place)
        for await (const bytes of source) yield { lines: cutter.take(bytes), isCaughtUp: false }
      }
      ;[newest, at] = [files[0]?.id, 0]
    } finally {
      for (const { file } of files) await file.close()
    }
  }
  const beganAnew = async (): Promise<boolean> => (await newestRotated(path)) !== newest
  /** Stops where it begins anew, as what is read then may be of what comes after that. */
  async function* ofNow(): AsyncGenerator<OutputPart> {
    const file = await openOutput(path)
    if (!file) return
    try {
      for await (const bytes of bytesOf(file, at)) {
        if (await beganAnew()) return
        at += bytes.length
        yield { lines: cutter.take(bytes), isCaughtUp: false }
      }
    } finally {
      await file.close()
    }
  }

  yield* ofRotated(0)
  for (;;) {
    const isLast = !follow || follow.signal.aborted || follow.isOver?.() === true
    // Where the disk had no room for a copy there is none.
    if ((await sizeOf(path)) < at && !(await beganAnew())) at = 0
    yield* ofNow()
    if (await beganAnew()) {
      // By then it is over.
      await pause(clock, lookMilliseconds, signal)
      yield* ofRotated(at)
      continue
    }
    if (isLast) return yield { lines: cutter.last(), isCaughtUp: true }
    yield { lines: [], isCaughtUp: true }
    await pause(clock, lookMilliseconds, signal)
  }
}
