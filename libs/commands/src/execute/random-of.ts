import { fnv1a, seededRandom } from '@periplus/prelude'
import type { Random } from '@periplus/prelude'

/**
 * Randomness that belongs to a command: the same id draws the same numbers, so that a creation with a generated name that is
 * tried again after a crash finds its own object instead of making a second one.
 */
export const randomOf = (text: string): Random => seededRandom(fnv1a(text))
