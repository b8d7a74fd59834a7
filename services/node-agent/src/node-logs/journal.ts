import { execFile, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { LogQueryOptions } from './log-query.ts'

/** The machine's journal, where it keeps one. */
export interface Journal {
  /** Whether it has anything of a unit such as `containerd`; not, where `signal` ends the question. */
  has(unit: string, signal: AbortSignal): Promise<boolean>
  /** What units said. Ends with `signal`. */
  read(units: readonly string[], options: LogQueryOptions, signal: AbortSignal): Readable
}

const at = (time: number): string => `@${(time / 1000).toFixed(3)}`

/** What `journalctl` is asked for. Each value is part of a word of its own, which nothing in it ends. */
export const journalWords = (
  units: readonly string[],
  { since, until, tail, boot, pattern }: LogQueryOptions,
): readonly string[] => [
  ...['--utc', '--no-pager', '--output=short-precise', '--quiet'],
  ...(since === undefined ? [] : [`--since=${at(since)}`]),
  ...(until === undefined ? [] : [`--until=${at(until)}`]),
  ...(tail === undefined ? [] : [`--lines=${tail}`]),
  ...units.map(unit => `--unit=${unit}`),
  ...(pattern === undefined ? [] : [`--grep=${pattern}`]),
  ...(boot === undefined ? [] : [`--boot=${boot}`]),
]

/** Of this machine, by `journalctl`; `words` come before all others. */
export const systemJournal = (words: readonly string[] = []): Journal => ({
  has: (unit, signal) =>
    new Promise(resolve =>
      execFile('journalctl', [...words, '--quiet', '--field=_SYSTEMD_UNIT'], { signal }, (error, units) =>
        resolve(!error && units.split('\n').includes(`${unit}.service`)),
      ),
    ),
  read: (units, options, signal) => {
    const asked = spawn('journalctl', [...words, ...journalWords(units, options)], {
      stdio: ['ignore', 'pipe', 'ignore'],
      signal,
    })
    asked.on('error', error => asked.stdout.destroy(signal.aborted ? undefined : error))
    return asked.stdout
  },
})
