import { watch } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { repeatedly } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'

/** A folder in which others put files and take them away. */
export interface WatchedFolder {
  readonly directory: string
  /** How often it is looked at in any case: inotify does not tell of every change, nor is there always one left. */
  readonly everyMilliseconds: number
  readonly clock: Clock
  readonly signal: AbortSignal
}

/**
 * Looks at a folder now, whenever something changes in it, and now and then, until the signal aborts. What changes while it looks is
 * looked at afterwards. Resolves when it has looked for the first time; `look` must not reject.
 */
export const watchFolder = (
  { directory, everyMilliseconds, clock, signal }: WatchedFolder,
  look: () => Promise<void>,
): Promise<void> => {
  let looking: Promise<void> = Promise.resolve()
  const again = (): void => {
    if (!signal.aborted) looking = looking.then(look)
  }
  const watcher = watched(directory, again)
  again()
  const looks = repeatedly(clock, everyMilliseconds, again)
  signal.addEventListener('abort', () => {
    watcher?.close()
    void looks.stop()
  })
  return looking
}

const watched = (directory: string, changed: () => void): ReturnType<typeof watch> | undefined => {
  try {
    return watch(directory, changed).on('error', () => undefined)
  } catch {
    return undefined
  }
}

/** What lies in a directory; nothing where it cannot be read. */
export const namesIn = (directory: string): Promise<readonly string[]> => readdir(directory).catch(() => [])
