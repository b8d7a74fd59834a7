import { parseLogLine } from '../logs/cri-line.ts'
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
  const lines = log.split('\n').flatMap(line => parseLogLine(line)?.text ?? [])
  const text = lines.slice(-fallbackLines).join('')
  return Buffer.from(text).subarray(-Math.min(most, fallbackBytes)).toString()
}

const head = (path: string, bytes: number): Promise<string> => part(path, () => 0, bytes)
const tail = (path: string, bytes: number): Promise<string> => part(path, size => Math.max(0, size - bytes), bytes)

const part = async (path: string, from: (size: number) => number, bytes: number): Promise<string> => {
  const file = await openPlainFile(path)
  if (!file) return ''
  try {
    const { size } = await file.stat()
    const buffer = Buffer.alloc(Math.min(bytes, size))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from(size))
    return buffer.subarray(0, bytesRead).toString()
  } finally {
    await file.close()
  }
}
