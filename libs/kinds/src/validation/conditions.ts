import { fieldError, isQualifiedName } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import type { Condition } from '../apimachinery/meta/v1/condition.ts'
import { each, presentAnd, unique } from './values.ts'

const { invalid, notSupported, required, tooLong } = fieldError

const longestReason = 1024
const longestMessage = 32 * 1024
const reasonText = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?'
const reason = new RegExp(`^${reasonText}$`)
const reasonRule = `a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '${reasonText}')`

/** What is wrong with conditions that have all that `metav1.Condition` asks for. */
export const conditionsErrors = (
  path: FieldPath,
  conditions: readonly Condition[] | undefined,
): readonly FieldError[] => [
  ...unique(path, conditions, ({ type }) => type, 'type'),
  ...each(path, conditions, conditionErrors),
]

const conditionErrors = (condition: Condition, path: FieldPath): readonly FieldError[] => {
  const { type, status, observedGeneration = 0, lastTransitionTime } = condition
  return [
    ...isQualifiedName(type).map(complaint => invalid(`${path}.type`, type, complaint)),
    ...(['True', 'False', 'Unknown'].includes(status)
      ? []
      : [notSupported(`${path}.status`, status, ['False', 'True', 'Unknown'])]),
    ...(observedGeneration < 0
      ? [invalid(`${path}.observedGeneration`, observedGeneration, 'must be greater than or equal to zero')]
      : []),
    ...(lastTransitionTime ? [] : [required(`${path}.lastTransitionTime`)]),
    ...presentAnd(`${path}.reason`, condition.reason, text => (reason.test(text) ? [] : [reasonRule])),
    ...lengthErrors(`${path}.reason`, condition.reason, longestReason),
    ...lengthErrors(`${path}.message`, condition.message, longestMessage),
  ]
}

const lengthErrors = (path: FieldPath, text: string, longest: number): readonly FieldError[] =>
  Buffer.byteLength(text) > longest ? [tooLong(path, longest)] : []
