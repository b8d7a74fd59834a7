import type { Job } from '@periplus/kinds'
import { parseIndexes, sharedBy, totalOf } from './indexes.ts'
import type { Indexes } from './indexes.ts'

/** Why an indexed job has succeeded by its policy before all its indexes have; `undefined` while it hasn't. */
export const successByPolicy = ({ spec }: Job, succeeded: Indexes): string | undefined => {
  if (succeeded.length === 0) return undefined
  const rule = (spec?.successPolicy?.rules ?? []).findIndex(({ succeededCount, succeededIndexes }) => {
    if (succeededIndexes === undefined) return totalOf(succeeded) >= (succeededCount ?? Infinity)
    const needed = parseIndexes(succeededIndexes, spec?.completions ?? 0)
    const shared = sharedBy(needed, succeeded)
    return needed.length > 0 && (shared === totalOf(needed) || shared >= (succeededCount ?? Infinity))
  })
  return rule < 0 ? undefined : `Matched rules at index ${rule}`
}
