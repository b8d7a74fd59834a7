import { E } from '@periplus/prelude'
import { labelSelectorAsSelector } from '@periplus/api'
import type { LabelSelectorLike } from '@periplus/api'

/** The selector of a Scale in text form; empty for one that can't be read, which validation keeps out. */
export const scaleSelector = (selector: LabelSelectorLike | undefined): string => {
  const compiled = labelSelectorAsSelector(selector)
  return E.isRight(compiled) ? compiled.right.toString() : ''
}
