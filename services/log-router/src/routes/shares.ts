import { fnv1a } from '@periplus/prelude'

/** Mixes what FNV leaves alike in texts that end alike (the finaliser of MurmurHash3). */
const mixed = (hash: number): number => {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/**
 * Which of the members has a sink: the one with the highest hash of both (rendezvous hashing), so that only the sinks of a member
 * that goes, or those that a new one gets, change hands. `undefined` without members.
 */
export const ownerOf = (uid: string, members: readonly string[]): string | undefined => {
  let owner: string | undefined
  let highest = -1
  for (const member of members) {
    const weight = mixed(fnv1a(`${member}/${uid}`))
    if (weight > highest || (weight === highest && member > (owner ?? ''))) [owner, highest] = [member, weight]
  }
  return owner
}
