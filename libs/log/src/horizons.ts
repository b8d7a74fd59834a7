import { groupResource } from '@periplus/api'
import type { ObjectRef } from '@periplus/api'
import type { Sequence } from './event.ts'

/**
 * From where on the past of kinds can be read, by kind (`pods`, `deployments.apps`): the state at this sequence is the first that is, and what
 * happened behind it. `*` is for all kinds, those included that are named, and is never above theirs.
 */
export type Horizons = Readonly<Record<string, Sequence>>

/** How much of the past of a kind can be read; whichever is reached first, and what is absent never is. */
export interface PastBounds {
  readonly milliseconds?: number
  /** But for heartbeats, which have no past. */
  readonly events?: number
  /** Of its events: in the log their subjects, headers and bodies, in the archive what its files come to. */
  readonly bytes?: number
}

/** How much of the past of kinds can be read, by kind; `*` for all that are not named. Of those that are not in it: all. */
export type KindRetention = ReadonlyMap<string, PastBounds>

/** All kinds, in `Horizons` and `KindRetention`, and those that are not named, in the archive. */
export const everyKind = '*'

type KindRef = Pick<ObjectRef, 'group' | 'resource'>

/** A kind as settings name it. */
export const kindName = ({ group, resource }: KindRef): string => groupResource(resource, group)

/** From where on the past of what is so named can be read; 0: from the beginning. */
export const horizonOfName = (horizons: Horizons, name: string): Sequence =>
  Math.max(horizons[name] ?? 0, horizons[everyKind] ?? 0)

/** The same of a kind. */
export const horizonOf = (horizons: Horizons, kind: KindRef): Sequence => horizonOfName(horizons, kindName(kind))

/** Which kinds cannot be read at a sequence any more, and from where on each can. */
export const forgottenAt = (horizons: Horizons, sequence: Sequence): readonly (readonly [string, Sequence])[] =>
  Object.entries(horizons).filter(([, first]) => sequence < first)

/**
 * From `from` to `to` as several ranges, behind each of which other kinds can be read than before it: within one of them the state of a kind can
 * be read everywhere, or nowhere.
 */
export const stretches = (
  horizons: Horizons,
  from: Sequence,
  to: Sequence,
): readonly { readonly from: Sequence; readonly to: Sequence }[] => {
  const starts = [from, ...Object.values(horizons).filter(first => first > from && first <= to)]
  const sorted = [...new Set(starts)].sort((a, b) => a - b)
  return sorted.map((start, at) => ({ from: start, to: (sorted[at + 1] ?? to + 1) - 1 }))
}

/** In the metadata of the log's stream; JSON. */
export const horizonsKey = 'io.periplus.horizons'

/** `undefined` for what are none. */
export const parseHorizons = (text: string): Horizons | undefined => {
  try {
    const value = JSON.parse(text) as unknown
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return Object.values(value).every(one => Number.isSafeInteger(one) && one >= 0) ? (value as Horizons) : undefined
  } catch {
    return undefined
  }
}

/** Those of a log, by its stream's metadata. */
export const horizonsIn = ({ metadata }: { readonly metadata: Readonly<Record<string, string>> }): Horizons =>
  parseHorizons(metadata[horizonsKey] || '{}') ?? {}

/** What is forgotten does not come back: whether nothing can be read by the later ones that could not by the earlier. */
export const neverGoesBack = (earlier: Horizons, later: Horizons): boolean =>
  Object.keys({ ...earlier, ...later }).every(name => horizonOfName(later, name) >= horizonOfName(earlier, name))
