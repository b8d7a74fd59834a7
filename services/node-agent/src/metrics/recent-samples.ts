import type { Sample } from './sample.ts'

/** The last two samples that were taken. */
export interface RecentSamples {
  pair(): readonly [Sample, Sample] | undefined
  add(sample: Sample): void
}

export const recentSamples = (): RecentSamples => {
  let kept: readonly Sample[] = []
  return {
    pair: () => {
      const [before, after] = kept
      return before && after ? [before, after] : undefined
    },
    add: sample => {
      kept = [...kept, sample].slice(-2)
    },
  }
}
