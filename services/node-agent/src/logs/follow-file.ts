import { watch } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '@periplus/prelude'
import { fileMark } from './log-files.ts'

/** A place in a log that may be rotated away: the file by its inode, and how far into it. */
export interface LogPosition {
  readonly inode: number
  readonly offset: number
}

export interface FollowOptions {
  readonly path: string
  /** Where to begin; a file with another inode is begun at its start. */
  readonly from: LogPosition
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Nothing more will be written: at the end of the file, following ends. */
  readonly ended: () => boolean
}

const chunkBytes = 64 * 1024
/** Inotify tells most changes at once; this catches what it misses. */
const lookMilliseconds = 500

/** A log's bytes as they are written, across rotations. `after` is the place behind each chunk. */
export async function* followFile(
  options: FollowOptions,
): AsyncGenerator<{ readonly bytes: Buffer; readonly after: LogPosition }> {
  const { path, clock, signal } = options
  let position = options.from
  let file: FileHandle | undefined
  const waker = wakeUps(dirname(path), clock)
  signal.addEventListener('abort', waker.wake)
  try {
    while (!signal.aborted) {
      // Asked before reading: what is written until then is read below.
      const last = options.ended()
      file ??= await open(path).catch(() => undefined)
      if (file) {
        const { ino } = await file.stat()
        if (ino !== position.inode) position = { inode: ino, offset: 0 }
        for (;;) {
          const buffer = Buffer.alloc(chunkBytes)
          const { bytesRead } = await file.read(buffer, 0, chunkBytes, position.offset)
          if (bytesRead === 0) break
          position = { inode: position.inode, offset: position.offset + bytesRead }
          yield { bytes: buffer.subarray(0, bytesRead), after: position }
          if (signal.aborted) return
        }
        const now = await fileMark(path)
        if (now && now.inode !== position.inode) {
          await file.close()
          file = undefined
          continue
        }
      }
      if (last) return
      await waker.next()
    }
  } finally {
    signal.removeEventListener('abort', waker.wake)
    waker.close()
    await file?.close()
  }
}

/** Resolves at the next change in a directory, or when it is time to look anyway. */
const wakeUps = (
  directory: string,
  clock: Clock,
): { next(): Promise<void>; readonly wake: () => void; close(): void } => {
  let waiting: (() => void) | undefined
  let changed = false
  const wake = (): void => {
    changed = true
    waiting?.()
  }
  let watcher: ReturnType<typeof watch> | undefined
  try {
    watcher = watch(directory, wake)
    watcher.on('error', () => undefined)
  } catch {
    // No inotify left, or no directory yet: looking now and then does.
  }
  return {
    wake,
    next: () =>
      new Promise(resolve => {
        const cancel = clock.after(lookMilliseconds, wake)
        waiting = () => {
          cancel()
          waiting = undefined
          changed = false
          resolve()
        }
        if (changed) waiting()
      }),
    close: () => watcher?.close(),
  }
}
