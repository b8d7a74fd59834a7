import { boundedSeconds } from '@periplus/prelude'
import type { Pod } from '@periplus/kinds'

/** A pod may ask for less than nothing: then it has the least that there is. */
export const graceSecondsOf = ({ spec }: Pod): number => {
  const seconds = spec?.terminationGracePeriodSeconds ?? 30
  return seconds < 0 ? 1 : boundedSeconds(seconds)
}
