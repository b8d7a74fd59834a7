import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { pause } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'

/** What is read of an output that `boundFile` keeps within its limit. */
export interface OutputReading {
  readonly path: string
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

/** Files that are links, pipes or devices are none of ours. */
const openFile = async (path: string): Promise<FileHandle | undefined> => {
  const { O_RDONLY: read, O_NOFOLLOW: noLink, O_NONBLOCK: atOnce } = constants
  const file = await open(path, read | noLink | atOnce).catch(() => undefined)
  if (!file || (await file.stat()).isFile()) return file
  await file.close()
  return undefined
}

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

/**
 * The lines of an output in their order: those of the file before it (`<path>.1`), its own, and with `follow` what comes. Where it begins
 * anew meanwhile, what had not been read of it is read there.
 */
export async function* outputLines({ path, follow }: OutputReading): AsyncGenerator<OutputPart> {
  const cutter = lineCutter()
  async function* bytesOf(file: string, from: number): AsyncGenerator<OutputPart, number> {
    const opened = await openFile(file)
    if (!opened) return 0
    try {
      let read = 0
      for (let left = (await opened.stat()).size - from; left > 0;) {
        const { bytesRead, buffer } = await opened.read(Buffer.alloc(Math.min(chunkBytes, left)), {
          position: from + read,
        })
        if (bytesRead === 0) break
        left -= bytesRead
        read += bytesRead
        yield { lines: cutter.take(buffer.subarray(0, bytesRead)), isCaughtUp: false }
      }
      return read
    } finally {
      await opened.close()
    }
  }
  let at = 0
  let seen = await sizeOf(path)
  yield* bytesOf(`${path}.1`, 0)
  for (;;) {
    const isLast = !follow || follow.signal.aborted || follow.isOver?.() === true
    const size = await sizeOf(path)
    if (size < seen) {
      yield* bytesOf(`${path}.1`, at)
      at = 0
    }
    at += yield* bytesOf(path, at)
    seen = Math.max(size, at)
    if (isLast) return yield { lines: cutter.last(), isCaughtUp: true }
    yield { lines: [], isCaughtUp: true }
    await pause(follow.clock, lookMilliseconds, follow.signal)
  }
}
