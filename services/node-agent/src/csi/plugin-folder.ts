import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@periplus/prelude'
import { namesIn, watchFolder } from '../files/watch-folder.ts'

export interface PluginFolderOptions {
  readonly directory: string
  readonly clock: Clock
  readonly signal: AbortSignal
  /** A socket that was not there. The promise says whether it is done with: what is not is found again, less and less often. */
  readonly found: (path: string) => Promise<boolean>
  readonly gone: (path: string) => void
}

/** Inotify tells most changes; this finds the others. */
const lookMilliseconds = 10_000
/** Nobody has so many drivers. */
const mostSockets = 64

/** Watches the sockets of a directory. Links are not followed, and whatever else lies there is none of its business. */
export const pluginFolder = ({ directory, clock, signal, found, gone }: PluginFolderOptions) => {
  /** By path: which socket it is, as one of the same path may be made anew. */
  const known = new Map<string, string>()
  const asking = new Set<() => void>()

  const look = async (): Promise<void> => {
    const names = await namesIn(directory)
    const present = new Map<string, string>()
    for (const name of names.toSorted().slice(0, mostSockets)) {
      const path = join(directory, name)
      const stats = await lstat(path).catch(() => undefined)
      if (stats?.isSocket()) present.set(path, `${stats.ino}/${stats.ctimeMs}`)
    }
    for (const [path, identity] of [...known])
      if (present.get(path) !== identity) {
        known.delete(path)
        gone(path)
      }
    for (const [path, identity] of present) {
      if (known.has(path)) continue
      known.set(path, identity)
      // One that hangs keeps nobody waiting.
      ask(path, identity, 0)
    }
  }
  /** A socket is there before anybody listens at it. */
  const ask = (path: string, identity: string, before: number): void =>
    void found(path).then(done => {
      // It went while it was asked.
      if (done && !known.has(path)) return gone(path)
      if (done || signal.aborted || known.get(path) !== identity) return
      const cancelAsking = clock.after(Math.min(lookMilliseconds, 100 * 2 ** before), () => {
        asking.delete(cancelAsking)
        if (known.get(path) === identity) ask(path, identity, before + 1)
      })
      asking.add(cancelAsking)
    })

  void watchFolder({ directory, everyMilliseconds: lookMilliseconds, clock, signal }, look)
  signal.addEventListener('abort', () => {
    for (const stop of asking) stop()
  })
}
