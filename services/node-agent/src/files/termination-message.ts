import { entryCutter } from '../logs/entry-cutter.ts'
import { openPlainFile } from './open-plain-file.ts'

const longestBytes = 4096
/** Of all containers of a pod together: its status must stay small enough to be told. */
const longestOfPod = 12 * 1024
const fallbackLines = 80
const fallbackBytes = 2048

export interface MessageSource {
  readonly messageFile: string
  readonly logFile: string
  readonly fallBackToLog: boolean
  /** How many containers the pod has. */
  readonly containers: number
}

/** What a container wrote for people before it ended; by its policy, the end of its log where it wrote nothing and failed. */
export const readTerminationMessage = async (source: MessageSource): Promise<string> => {
  const most = Math.min(longestBytes, Math.floor(longestOfPod / Math.max(1, source.containers)))
  const written = await head(source.messageFile, most)
  if (written !== '' || !source.fallBackToLog) return written
  const log = await tail(source.logFile, 16 * fallbackBytes)
  const text = linesOf(log).slice(-fallbackLines).join('')
  return Buffer.from(text).subarray(-Math.min(most, fallbackBytes)).toString()
}

/** Lines with their ends; the half of an entry at the beginning is left out. */
const linesOf = (log: Buffer): readonly string[] => {
  const lines: string[] = []
  const cutter = entryCutter({
    entry: ({ source, textStart, end, isPartial }) =>
      void lines.push(source.toString('utf8', textStart, end) + (isPartial ? '' : '\n')),
    unreadable: () => undefined,
  })
  cutter.take(log)
  return lines
}

const head = async (path: string, bytes: number): Promise<string> => (await part(path, () => 0, bytes)).toString()
const tail = (path: string, bytes: number): Promise<Buffer> => part(path, size => Math.max(0, size - bytes), bytes)

const part = async (path: string, from: (size: number) => number, bytes: number): Promise<Buffer> => {
  const file = await openPlainFile(path)
  if (!file) return Buffer.alloc(0)
  try {
    const { size } = await file.stat()
    const buffer = Buffer.alloc(Math.min(bytes, size))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from(size))
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
