import type { Clock } from '@periplus/prelude'
import type { LogRequest } from '@periplus/runtime'
import type { LogLine } from './cri-line.ts'
import { followFile } from './follow-file.ts'
import type { LogPosition } from './follow-file.ts'
import { openPlainFile } from '../files/open-plain-file.ts'
import { lastLines, readerOf, readerOfBytes } from './line-end.ts'
import { lineCutter } from './lines.ts'
import { readRotated, rotatedFiles } from './log-files.ts'

export interface LogSource {
  readonly path: string
  readonly clock: Clock
  readonly signal: AbortSignal
  /** The container has ended: nothing more will come. */
  readonly ended: () => boolean
}

type Wanted = Omit<LogRequest, 'pod' | 'container' | 'previous'>

/** A container's log as `kubectl logs` shows it: rotated files and the current one, from where it is wanted, as text. */
export async function* readLog(source: LogSource, wanted: Wanted): AsyncGenerator<Buffer> {
  const since = beginning(wanted, source.clock.now())
  let left = wanted.limitBytes ?? Infinity
  // A line that came in pieces is stamped once.
  let continues = false
  for await (const line of lines(source, wanted)) {
    if (left <= 0) return
    const unwanted = wanted.stream !== 'All' && line.stream !== wanted.stream.toLowerCase()
    if (unwanted || (since !== undefined && Date.parse(line.time) < since)) continue
    const stamp = wanted.timestamps && !continues ? `${line.time} ` : ''
    continues = line.partial
    const bytes = Buffer.from(stamp + line.text)
    yield bytes.length > left ? bytes.subarray(0, left) : bytes
    left -= bytes.length
  }
}

const beginning = ({ sinceSeconds, sinceTime }: Wanted, now: number): number | undefined => {
  if (sinceTime !== undefined) return Date.parse(sinceTime)
  return sinceSeconds === undefined ? undefined : now - sinceSeconds * 1000
}

async function* lines(source: LogSource, wanted: Wanted): AsyncGenerator<LogLine> {
  const { older, from } = await start(source.path, wanted.tailLines)
  for (const bytes of older) for (const { line } of lineCutter().take(bytes)) yield line
  let inode = from.inode
  let current = lineCutter()
  for await (const { bytes, after } of followFile({
    ...source,
    from,
    ended: () => !wanted.follow || source.ended(),
  })) {
    if (after.inode !== inode) {
      inode = after.inode
      current = lineCutter()
    }
    for (const { line } of current.take(bytes)) yield line
  }
}

/** What is wanted of the rotated files, and where to begin in the current one. */
const start = async (
  path: string,
  tailLines: number | undefined,
): Promise<{ readonly older: readonly Buffer[]; readonly from: LogPosition }> => {
  const rotated = await rotatedFiles(path)
  const file = await openPlainFile(path)
  const mark = await file?.stat()
  try {
    if (tailLines === undefined)
      return {
        older: await Promise.all(rotated.map(readRotated)),
        from: { inode: mark?.ino ?? 0, offset: 0 },
      }
    const tail = file && mark ? await lastLines(readerOf(file), mark.size, tailLines) : { offset: 0, lines: 0 }
    const older: Buffer[] = []
    let missing = tailLines - tail.lines
    for (const name of [...rotated].reverse()) {
      if (missing <= 0) break
      const bytes = await readRotated(name)
      const part = await lastLines(readerOfBytes(bytes), bytes.length, missing)
      older.unshift(bytes.subarray(part.offset))
      missing -= part.lines
    }
    return { older, from: { inode: mark?.ino ?? 0, offset: tail.offset } }
  } finally {
    await file?.close()
  }
}
