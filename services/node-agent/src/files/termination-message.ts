import { open } from 'node:fs/promises'
import { parseLogLine } from '../logs/cri-line.ts'

const longestBytes = 4096
const fallbackLines = 80
const fallbackBytes = 2048

/** What a container wrote for people before it ended; by its policy, the end of its log where it wrote nothing and failed. */
export const readTerminationMessage = async (
  messageFile: string,
  logFile: string,
  fallBackToLog: boolean,
): Promise<string> => {
  const written = await head(messageFile, longestBytes)
  if (written !== '' || !fallBackToLog) return written
  const lines = (await tail(logFile, 16 * fallbackBytes)).split('\n').flatMap(line => parseLogLine(line)?.text ?? [])
  const text = lines.slice(-fallbackLines).join('')
  return Buffer.from(text).subarray(-fallbackBytes).toString()
}

const head = (path: string, bytes: number): Promise<string> => part(path, () => 0, bytes)
const tail = (path: string, bytes: number): Promise<string> => part(path, size => Math.max(0, size - bytes), bytes)

const part = async (path: string, from: (size: number) => number, bytes: number): Promise<string> => {
  const file = await open(path).catch(() => undefined)
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
