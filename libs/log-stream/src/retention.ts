import { E, pause } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { LogStream } from './log-stream.ts'

/** How much of a namespace's lines is kept; what is older, or more, goes from its oldest end. */
export interface LogRetention {
  readonly mostMilliseconds?: number
  /** As they are stored. */
  readonly mostBytes?: number
}

/** What retention is wanted, and the stream that it is kept on. */
export interface KeepRetention {
  readonly stream: LogStream
  readonly clock: Clock
  readonly signal: AbortSignal
  /** By namespace; those that say nothing have what the whole stream keeps. */
  readonly wanted: () => ReadonlyMap<string, LogRetention>
  /** Told of what goes, in frames. */
  readonly expired?: (namespace: string, frames: number) => void
}

const everyMilliseconds = 60_000

/** Lets go of lines that namespaces do not want to keep, every minute, until `signal` aborts. */
export const keepRetention = async (options: KeepRetention): Promise<void> => {
  const { wanted, clock, signal } = options
  const counted = new Map<string, Counted>()
  while (!signal.aborted) {
    const now = wanted()
    for (const namespace of counted.keys()) if (!now.has(namespace)) counted.delete(namespace)
    for (const [namespace, retention] of now) await expireOne(options, namespace, retention, counted)
    await pause(clock, everyMilliseconds, signal)
  }
}

/** Sizes of a namespace's frames from its oldest on, some of them together. */
interface Counted {
  readonly parts: { upTo: number; bytes: number }[]
  next: number
}

const partBytes = 2 ** 20

const expireOne = async (
  { stream, clock, expired }: KeepRetention,
  namespace: string,
  { mostMilliseconds, mostBytes }: LogRetention,
  counted: Map<string, Counted>,
): Promise<void> => {
  const scope = { namespace }
  const tooOld =
    mostMilliseconds === undefined ? 0 : await lastBefore(stream, namespace, clock.now() - mostMilliseconds)
  const known = counted.get(namespace) ?? { parts: [], next: 1 }
  counted.set(namespace, known)
  const tooMany = mostBytes === undefined ? 0 : await lastBeyond(stream, namespace, mostBytes, known)
  const upTo = Math.max(tooOld, tooMany)
  if (upTo === 0) return
  while ((known.parts[0]?.upTo ?? Infinity) <= upTo) known.parts.shift()
  const gone = await stream.expire(scope, upTo)
  if (E.isRight(gone) && gone.right > 0) expired?.(namespace, gone.right)
}

/** The last position that was stored before a moment; 0 where there is none. */
const lastBefore = async (stream: LogStream, namespace: string, moment: number): Promise<number> => {
  const bounds = await stream.bounds()
  if (E.isLeft(bounds)) return 0
  for await (const [first] of stream.sizes({ scope: { namespace }, since: Math.max(0, moment) }))
    if (first) return first.position - 1
  return bounds.right.last
}

/** The last position that there is no room for; 0 where there is room. Counts what came since it was last asked. */
const lastBeyond = async (stream: LogStream, namespace: string, most: number, known: Counted): Promise<number> => {
  for await (const sizes of stream.sizes({ scope: { namespace }, from: known.next }))
    for (const { position, bytes } of sizes) {
      known.next = position + 1
      const last = known.parts.at(-1)
      if (last && last.bytes < partBytes && last.bytes < most / 10) {
        last.bytes += bytes
        last.upTo = position
      } else known.parts.push({ upTo: position, bytes })
    }
  let kept = 0
  for (const { upTo, bytes } of [...known.parts].reverse()) {
    kept += bytes
    if (kept > most) return upTo
  }
  return 0
}
