import { randomFillSync } from 'node:crypto'

/** Randomness as an input: uniform in [0, 1), never `Math.random`. */
export type Random = () => number

/** A reproducible generator (mulberry32): the same 32-bit seed gives the same numbers, on every machine. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Seeds are fetched many at a time: each decision takes one, and asking the operating system costs more than most of them do. */
const seeds = new Uint32Array(256)
let taken = seeds.length

/** A fresh 32-bit seed from the operating system. */
export const freshSeed = (): number => {
  if (taken === seeds.length) {
    randomFillSync(seeds)
    taken = 0
  }
  return seeds[taken++] as number
}
