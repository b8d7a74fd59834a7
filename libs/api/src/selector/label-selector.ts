import { E, own } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { FieldError, Refusal } from '../refusal.ts'
import { badRequest } from '../status/refusals.ts'
import { forbidden, index, invalid, required } from '../status/field-error.ts'
import type { FieldPath } from '../status/field-error.ts'
import { goQuote } from '../status/go-quote.ts'
import { labelErrors } from '../names/labels.ts'
import { isLabelValue, isQualifiedName } from '../names/qualified-name.ts'
import type { Operator, Requirement } from './requirement.ts'
import { nothing, selectorOf } from './selector.ts'
import type { Selector } from './selector.ts'
import { requirementComplaint } from './validate-requirement.ts'

/** The JSON form of `meta/v1` LabelSelector. */
export interface LabelSelectorLike {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly LabelSelectorRequirementLike[]
}

/** A requirement of `matchExpressions`, of selectors of every type. */
export interface LabelSelectorRequirementLike {
  readonly key: string
  /** `In`, `NotIn`, `Exists` or `DoesNotExist`. */
  readonly operator: string
  readonly values?: readonly string[]
}

const operators: Readonly<Record<string, Operator>> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' }

const requirementsOf = (selector: LabelSelectorLike): Either<string, readonly Requirement[]> => {
  const requirements: Requirement[] = []
  for (const [key, value] of Object.entries(selector.matchLabels ?? {}))
    requirements.push({ key, operator: '=', values: [value] })
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const known = own(operators, operator)
    if (known === undefined) return E.left(`${goQuote(operator)} is not a valid label selector operator`)
    requirements.push({ key, operator: known, values: [...new Set(values)].sort() })
  }
  for (const requirement of requirements) {
    const complaint = requirementComplaint(requirement)
    if (complaint !== undefined) return E.left(complaint)
  }
  return E.right(requirements)
}

const cache = new WeakMap<LabelSelectorLike, Either<Refusal, Selector>>()

/**
 * As `metav1.LabelSelectorAsSelector`: an absent selector selects nothing, an empty one everything. The answer is kept with
 * the object, so a selector out of a cut is compiled once.
 */
export const labelSelectorAsSelector = (selector: LabelSelectorLike | undefined): Either<Refusal, Selector> => {
  if (selector === undefined) return E.right(nothing)
  const known = cache.get(selector)
  if (known !== undefined) return known
  const requirements = requirementsOf(selector)
  const answer: Either<Refusal, Selector> = E.isLeft(requirements)
    ? E.left(badRequest(requirements.left))
    : E.right(selectorOf(requirements.right))
  cache.set(selector, answer)
  return answer
}

/**
 * For objects that validation has passed, as all stored ones have: whether the labels are selected. A selector that can't be
 * compiled selects nothing.
 */
export const selects = (
  selector: LabelSelectorLike | undefined,
  labels: Readonly<Record<string, string>> | undefined,
): boolean => {
  const compiled = labelSelectorAsSelector(selector)
  return E.isRight(compiled) && compiled.right.matches(labels)
}

/** As `metav1.FormatLabelSelector`: `<none>` for an empty one, `<error>` for one that can't be read. */
export const formatLabelSelector = (selector: LabelSelectorLike | undefined): string => {
  const compiled = labelSelectorAsSelector(selector)
  if (E.isLeft(compiled)) return '<error>'
  const text = compiled.right.toString()
  return text === '' ? '<none>' : text
}

const expressionErrors = (
  { key, operator, values = [] }: LabelSelectorRequirementLike,
  path: FieldPath,
): readonly FieldError[] => {
  const errors: FieldError[] = []
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
  } else errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'))
  for (const text of isQualifiedName(key)) errors.push(invalid(`${path}.key`, key, text))
  values.forEach((value, position) => {
    for (const text of isLabelValue(value)) errors.push(invalid(index(`${path}.values`, position), value, text))
  })
  return errors
}

/** What is wrong with a LabelSelector at `path`, as Kubernetes validates it. */
export const labelSelectorErrors = (selector: LabelSelectorLike | undefined, path: FieldPath): readonly FieldError[] =>
  selector === undefined
    ? []
    : [
        ...labelErrors(selector.matchLabels, `${path}.matchLabels`),
        ...(selector.matchExpressions ?? []).flatMap((expression, position) =>
          expressionErrors(expression, index(`${path}.matchExpressions`, position)),
        ),
      ]
