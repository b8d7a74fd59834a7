import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** A container's log in CRI's format: `<RFC 3339 time> <stream> <F|P> <text>`, one entry a line. */
export interface LogFile {
  write(stream: 'stdout' | 'stderr', data: Buffer): void
  /** Writes what has no line end yet, as a partial line. */
  end(): void
  reopen(): void
}

/** Longer lines are written in parts, as by containerd. */
const longestPart = 16 * 1024

export const logFile = (path: string, now: () => number): LogFile => {
  mkdirSync(dirname(path), { recursive: true })
  let file = openSync(path, 'a', 0o640)
  const pending = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) }
  const put = (stream: string, tag: 'F' | 'P', text: Buffer): void => {
    const head = Buffer.from(`${new Date(now()).toISOString().replace('Z', '000000Z')} ${stream} ${tag} `)
    append(Buffer.concat([head, text, Buffer.from('\n')]))
  }
  /** An entry that the disk does not take is lost, as with containerd, and no part of it stays: it ends nobody but itself. */
  const append = (entry: Buffer): void => {
    try {
      const { size } = fstatSync(file)
      if (!isWritten(file, entry)) ftruncateSync(file, size)
    } catch {
      // A disk that can neither be asked nor be written to.
    }
  }
  return {
    write: (stream, data) => {
      let rest = Buffer.concat([pending[stream], data])
      for (;;) {
        const end = rest.indexOf(10)
        if (end >= 0 && end <= longestPart) {
          put(stream, 'F', rest.subarray(0, end))
          rest = rest.subarray(end + 1)
        } else if (rest.length > longestPart) {
          put(stream, 'P', rest.subarray(0, longestPart))
          rest = rest.subarray(longestPart)
        } else break
      }
      pending[stream] = rest
    },
    end: () => {
      for (const stream of ['stdout', 'stderr'] as const)
        if (pending[stream].length > 0) put(stream, 'P', pending[stream])
      closeSync(file)
    },
    reopen: () => {
      // First the new one: where it cannot be opened, the old one's number must not become another file's.
      const fresh = openSync(path, 'a', 0o640)
      closeSync(file)
      file = fresh
    },
  }
}

const isWritten = (file: number, entry: Buffer): boolean => {
  try {
    return writeSync(file, entry) === entry.length
  } catch {
    return false
  }
}
