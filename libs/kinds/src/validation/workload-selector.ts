import { E } from '@periplus/prelude'
import { fieldError, labelSelectorAsSelector, labelSelectorErrors, withSortedKeys } from '@periplus/api'
import type { FieldError, LabelSelectorLike } from '@periplus/api'
import { isEmptySelector } from './empty-selector.ts'

/** Whether it can be read at all; what is absent can, and selects nothing. */
export const isReadable = (selector: LabelSelectorLike | undefined): boolean =>
  E.isRight(labelSelectorAsSelector(selector))

/** What is wrong with the selector of a workload, `kind` in lower case: it must be there and ask for something. */
export const workloadSelectorErrors = (selector: LabelSelectorLike | undefined, kind: string): readonly FieldError[] =>
  selector === undefined
    ? [fieldError.required('spec.selector')]
    : [
        ...labelSelectorErrors(selector, 'spec.selector'),
        ...(isEmptySelector(selector)
          ? [fieldError.invalid('spec.selector', selector, `empty selector is invalid for ${kind}`)]
          : []),
      ]

/** What is asked of the template where the selector can be read, else that it can't. */
export const whereReadable = (
  selector: LabelSelectorLike | undefined,
  complaint: string,
  errors: () => readonly FieldError[],
): readonly FieldError[] =>
  isReadable(selector) ? errors() : [fieldError.invalid('spec.selector', shownSelector(selector), complaint)]

/** As Go shows it: fields in the order of its type, labels in the order of their keys. */
export const shownSelector = (selector: LabelSelectorLike | undefined): unknown =>
  selector && {
    ...(selector.matchLabels && { matchLabels: withSortedKeys(selector.matchLabels) }),
    ...(selector.matchExpressions && {
      matchExpressions: selector.matchExpressions.map(({ key, operator, values }) => ({
        key,
        operator,
        ...(values && values.length > 0 && { values }),
      })),
    }),
  }
