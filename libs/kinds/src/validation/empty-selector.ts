import type { LabelSelectorLike } from '@periplus/api'

/** Whether a selector is there and asks for nothing, and so would take everything. */
export const isEmptySelector = (selector: LabelSelectorLike | undefined): boolean =>
  selector !== undefined &&
  Object.keys(selector.matchLabels ?? {}).length === 0 &&
  (selector.matchExpressions ?? []).length === 0
