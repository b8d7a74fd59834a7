import { own } from '@periplus/prelude'
import type { LabelSelectorLike } from './label-selector.ts'

type Labels = Readonly<Record<string, string>> | undefined

/** Whether `labels` has all of `wanted`: how Services, ReplicationControllers and node selectors select. */
export const hasLabels = (wanted: Labels, labels: Labels): boolean => {
  for (const key in wanted) if (labels === undefined || own(labels, key) !== wanted[key]) return false
  return true
}

/** Whether a selector selects everything, as one without any requirement does. */
export const selectsEverything = (selector: LabelSelectorLike | undefined): boolean =>
  selector !== undefined &&
  Object.keys(selector.matchLabels ?? {}).length === 0 &&
  (selector.matchExpressions ?? []).length === 0
