import { fieldError, isQualifiedName } from '@periplus/api'
import type { FieldError, FieldPath, LabelSelectorLike } from '@periplus/api'
import { each } from '../../../validation/values.ts'

const { forbidden, invalid } = fieldError

/** Something that selects pods which share, or don't share, the values of certain labels with the pod itself. */
interface LabelKeys {
  readonly matchLabelKeys?: readonly string[]
  readonly mismatchLabelKeys?: readonly string[]
  readonly labelSelector?: LabelSelectorLike
}

const keysErrors = (path: FieldPath, keys: readonly string[] | undefined, selector: LabelSelectorLike | undefined) => [
  ...((keys?.length ?? 0) > 0 && !selector
    ? [forbidden(path, 'must not be specified when labelSelector is not set')]
    : each(path, keys, (key, at) => isQualifiedName(key).map(complaint => invalid(at, key, complaint)))),
]

/** What is wrong with `matchLabelKeys` and `mismatchLabelKeys`, after they have become part of the selector. */
export const labelKeyErrors = (path: FieldPath, given: LabelKeys): readonly FieldError[] => {
  const { matchLabelKeys = [], mismatchLabelKeys = [], labelSelector } = given
  const mismatched = new Set(mismatchLabelKeys)
  const last = new Map(matchLabelKeys.map((key, at) => [key, at] as const))
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}))
  const again = (labelSelector?.matchExpressions ?? []).flatMap(({ key }) => {
    const position = last.get(key) ?? -1
    const told = position >= 0 && seen.has(key)
    seen.add(key)
    return told ? [invalid(`${path}[${position}]`, key, 'exists in both matchLabelKeys and labelSelector')] : []
  })
  return [
    ...keysErrors(`${path}.matchLabelKeys`, matchLabelKeys, labelSelector),
    ...keysErrors(`${path}.mismatchLabelKeys`, mismatchLabelKeys, labelSelector),
    ...again,
    ...each(`${path}.matchLabelKeys`, matchLabelKeys, (key, at) =>
      mismatched.has(key) ? [invalid(at, key, 'exists in both matchLabelKeys and mismatchLabelKeys')] : [],
    ),
  ]
}
