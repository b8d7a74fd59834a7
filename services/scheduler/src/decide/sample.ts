import type { Random } from '@periplus/prelude'

const fewest = 100
const fewestPercent = 5

/** How many nodes that will do are enough to choose from, as kube-scheduler has it by default: of more nodes a smaller part. */
export const enoughOf = (nodes: number): number => {
  const percent = Math.max(fewestPercent, 50 - Math.floor(nodes / 125))
  return Math.min(nodes, Math.max(fewest, Math.floor((nodes * percent) / 100)))
}

/** As kube-scheduler: of how many nodes is it enough to know whom evictions would hit there. */
export const enoughCandidatesOf = (nodes: number): number => Math.max(fewest, Math.floor(nodes / 10))

/** Of lists that are looked at only in part every place in turn, from anywhere on, in strides that cover names and zones alike. */
export function* strewn(length: number, random: Random): Generator<number> {
  let at = Math.floor(random() * length)
  const stride = strideOf(length)
  for (let i = 0; i < length; i++) {
    yield at
    at = (at + stride) % length
  }
}

/** About the golden part of the length, and without a common divisor, so that none is met twice. */
const strideOf = (length: number): number => {
  let stride = Math.max(1, Math.round(length * 0.618))
  while (commonDivisor(stride, length) !== 1) stride++
  return stride
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b))
