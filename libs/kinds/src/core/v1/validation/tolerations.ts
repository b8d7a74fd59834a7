import { fieldError, isLabelValue, isQualifiedName } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, obeys, oneOf, requiredOneOf } from '../../../validation/values.ts'
import type { Taint, Toleration } from '../tolerations.ts'

const { invalid, notSupported } = fieldError

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

export const tolerationErrors = (
  path: FieldPath,
  tolerations: readonly Toleration[] | undefined,
): readonly FieldError[] =>
  each(path, tolerations, ({ key, operator, value, effect, tolerationSeconds }, at) => [
    ...obeys(`${at}.key`, key, isQualifiedName),
    ...(!key && operator !== 'Exists'
      ? [
          invalid(
            `${at}.operator`,
            operator ?? '',
            'operator must be Exists when `key` is empty, which means "match all values and all keys"',
          ),
        ]
      : []),
    ...(tolerationSeconds !== undefined && effect !== 'NoExecute'
      ? [invalid(`${at}.effect`, effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set")]
      : []),
    ...operatorErrors(at, operator, value),
    ...(effect ? oneOf(`${at}.effect`, effect, effects) : []),
  ])

const operatorErrors = (
  at: FieldPath,
  operator: string | undefined,
  value: string | undefined,
): readonly FieldError[] => {
  switch (operator) {
    case undefined:
    case '':
    case 'Equal':
      return joined(`${at}.operator`, value ?? '')
    case 'Exists':
      return value ? [invalid(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'")] : []
    case 'Lt':
    case 'Gt':
      return [notSupported(`${at}.operator`, operator, ['Equal', 'Exists', 'Lt', 'Gt'])]
    default:
      return oneOf(`${at}.operator`, operator, ['Equal', 'Exists'])
  }
}

const joined = (path: FieldPath, value: string): readonly FieldError[] => {
  const complaints = isLabelValue(value)
  return complaints.length === 0 ? [] : [invalid(path, value, complaints.join(';'))]
}

/** A node's taints: each key and effect once. */
export const taintErrors = (path: FieldPath, taints: readonly Taint[] | undefined): readonly FieldError[] => {
  const seen = new Set<string>()
  return each(path, taints, (taint, at) => {
    const identity = `${taint.key}:${taint.effect}`
    const repeated = seen.has(identity)
    seen.add(identity)
    return [
      ...isQualifiedName(taint.key).map(complaint => invalid(`${at}.key`, taint.key, complaint)),
      ...obeys(`${at}.value`, taint.value, isLabelValue),
      ...requiredOneOf(`${at}.effect`, taint.effect, effects),
      ...(repeated ? [fieldError.duplicate(at, goTaint(taint), 'taints must be unique by key and effect pair')] : []),
    ]
  })
}

/** As Go shows a value of its internal type. */
const goTaint = ({ key, value = '', effect, timeAdded }: Taint): object => ({
  Key: key,
  Value: value,
  Effect: effect,
  TimeAdded: timeAdded ?? null,
})
