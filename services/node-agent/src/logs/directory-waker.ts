import { watch } from 'node:fs'
import type { Clock } from '@periplus/prelude'

/** Tells of changes in a directory. */
export interface DirectoryWaker {
  /** Resolves at the next change since it was last asked, when it is woken, or when it is time to look anyway: soon where `isBusy`. */
  next(isBusy: boolean): Promise<void>
  readonly wake: () => void
  close(): void
}

/** Inotify tells most changes at once; this catches what it misses, less and less often where nothing happens. */
const lookMilliseconds = 500
const longestMilliseconds = 8_000

export const directoryWaker = (directory: string, clock: Clock): DirectoryWaker => {
  let waiting: (() => void) | undefined
  let changed = false
  let milliseconds = lookMilliseconds
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
    next: isBusy => {
      milliseconds = isBusy || !watcher ? lookMilliseconds : Math.min(2 * milliseconds, longestMilliseconds)
      return new Promise(resolve => {
        const cancel = clock.after(milliseconds, wake)
        waiting = () => {
          cancel()
          waiting = undefined
          changed = false
          resolve()
        }
        if (changed) waiting()
      })
    },
    close: () => watcher?.close(),
  }
}
