import type { Sequence } from '../event.ts'
import { everyKind, horizonOfName } from '../horizons.ts'
import type { Horizons } from '../horizons.ts'
import type { Archived, ArchivedState, InParts } from './segments.ts'

/** Whether all that a state has of a kind is there: in the kind's own part, or among the others. */
const hasKind =
  (kind: string) =>
  ({ parts, damage }: InParts): boolean => {
    if (damage) return false
    const part = parts.find(one => one.kind === kind) ?? parts.find(one => one.kind === everyKind)
    return part === undefined || part.blob !== undefined
  }

/** The state from which a kind is folded at its horizon; 0: from the log's beginning. */
export const firstReadOf =
  (states: readonly ArchivedState[], horizons: Horizons) =>
  (kind: string): Sequence => {
    const horizon = horizonOfName(horizons, kind)
    return states.filter(({ sequence }) => sequence <= horizon).findLast(hasKind(kind))?.sequence ?? 0
  }

/**
 * Which of an archive's blobs nobody reads any more, where the past of kinds begins at these horizons: parts of segments that end at or before the
 * state from which their kind is read at its horizon, and of the states before that one. Oldest first, so that the chain of segments loses
 * its beginning only.
 */
export const forgottenBlobs = ({ segments, states }: Archived, horizons: Horizons): readonly string[] => {
  const firstRead = firstReadOf(states, horizons)
  const first = firstRead(everyKind)
  const ofStates = states.flatMap(({ blob, parts, sequence }) => {
    const going = parts.filter(({ kind }) => sequence < firstRead(kind))
    return named(blob.name, parts, going, sequence < first)
  })
  let isBeginning = true
  const ofSegments = segments.flatMap(({ blob, parts, upTo }) => {
    // What was written at a horizon itself is told still.
    const going = parts.filter(({ kind }) => upTo <= firstRead(kind) && upTo < horizonOfName(horizons, kind))
    isBeginning &&= upTo <= first && going.length === parts.length
    return named(blob.name, parts, going, isBeginning)
  })
  return [...ofSegments, ...ofStates]
}

/** The parts that go, and what lists them where nothing of it stays. */
const named = (name: string, parts: InParts['parts'], going: InParts['parts'], isOver: boolean): readonly string[] => {
  const goesAll = isOver && going.length === parts.length
  const there = going.flatMap(({ blob }) => (blob && blob.name !== name ? [blob.name] : []))
  return goesAll ? [...there, name] : there
}
