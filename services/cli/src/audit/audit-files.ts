import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pause, systemClock } from '@periplus/prelude'

/** What one file has from a place on, and where its whole lines end. */
interface Place {
  readonly path: string
  at: number
}

const lookMilliseconds = 500

/** By when they were begun, whichever API server they are of: `<name>-<time>.log`. */
const begun = (name: string): string => name.slice(name.lastIndexOf('-'))

const filesIn = (directory: string): readonly string[] =>
  (existsSync(directory) ? readdirSync(directory) : [])
    .filter(name => name.endsWith('.log'))
    .sort((a, b) => (begun(a) < begun(b) ? -1 : 1))
    .map(name => join(directory, name))

/** The audit files of a directory, read on and on. */
export interface AuditFiles {
  /** The lines that have come since they were last asked for, oldest file first; files last written to before `since` (milliseconds) are passed over. */
  next(since?: number): AsyncGenerator<string>
  /** Those and what comes, until `signal` aborts. */
  toCome(signal: AbortSignal): AsyncGenerator<string>
}

export const auditFiles = (directory: string): AuditFiles => {
  const places = new Map<string, Place>()
  async function* next(since = 0): AsyncGenerator<string> {
    for (const path of filesIn(directory)) {
      const place = places.get(path) ?? { path, at: 0 }
      places.set(path, place)
      if (statSync(path).mtimeMs >= since) yield* linesOf(place)
    }
  }
  async function* toCome(signal: AbortSignal): AsyncGenerator<string> {
    while (!signal.aborted) {
      yield* next()
      await pause(systemClock, lookMilliseconds, signal)
    }
  }
  return { next, toCome }
}

/** Up to the last that is whole. */
async function* linesOf(place: Place): AsyncGenerator<string> {
  const end = statSync(place.path).size
  if (end === place.at) return
  const input = createReadStream(place.path, { start: place.at, end: end - 1 })
  let line: string | undefined
  for await (const next of createInterface({ input, crlfDelay: Infinity })) {
    if (line !== undefined) yield* taken(place, line)
    line = next
  }
  // A line that ends with the file may be cut off by its end; one of JSON that is whole is not.
  if (line?.endsWith('}')) yield* taken(place, line)
}

function* taken(place: Place, line: string): Generator<string> {
  place.at += Buffer.byteLength(line) + 1
  yield line
}
