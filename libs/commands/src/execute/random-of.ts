import { seededRandom } from '@periplus/prelude'
import type { Random } from '@periplus/prelude'

/**
 * Randomness that belongs to a command: the same id draws the same numbers, so that a creation with a generated name that is
 * tried again after a crash finds its own object instead of making a second one. (FNV-1a makes a seed of the text.)
 */
export const randomOf = (text: string): Random => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return seededRandom(hash >>> 0)
}
