import { watch } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '@periplus/prelude'
import { openPlainFile } from '../files/open-plain-file.ts'
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
  /** The disk is short: a file that has been removed is not kept alive for being read to its end. */
  readonly isShort?: () => boolean
}

export interface LogChunk {
  readonly bytes: Buffer
  /** The place behind it. */
  readonly after: LogPosition
  /** Whether to go on with what is in the file. */
  readonly isKept: () => Promise<boolean>
}

const chunkBytes = 64 * 1024
/** Inotify tells most changes at once; this catches what it misses. */
const lookMilliseconds = 500

/** A log's bytes as they are written, across rotations. */
export async function* followFile(options: FollowOptions): AsyncGenerator<LogChunk> {
  const { path, clock, signal } = options
  let position = options.from
  let file: FileHandle | undefined
  const isKept = async (): Promise<boolean> => !options.isShort?.() || ((await file?.stat())?.nlink ?? 0) > 0
  const waker = wakeUps(dirname(path), clock)
  signal.addEventListener('abort', waker.wake)
  try {
    while (!signal.aborted) {
      // Asked before reading: what is written until then is read below.
      const last = options.ended()
      file ??= await openPlainFile(path)
      if (file) {
        const { ino } = await file.stat()
        if (ino !== position.inode) position = { inode: ino, offset: 0 }
        for (;;) {
          const buffer = Buffer.alloc(chunkBytes)
          const { bytesRead } = await file.read(buffer, 0, chunkBytes, position.offset)
          if (bytesRead === 0) break
          position = { inode: position.inode, offset: position.offset + bytesRead }
          yield { bytes: buffer.subarray(0, bytesRead), after: position, isKept }
          if (signal.aborted || !(await isKept())) return
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
