import { fieldError, labelSelectorErrors } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, oneOf } from '../../../validation/values.ts'
import type { TopologySpreadConstraint } from '../pod/spec.ts'
import { labelKeyErrors } from './label-keys.ts'

const { duplicate, invalid, notSupported, required } = fieldError

const actions = ['DoNotSchedule', 'ScheduleAnyway']
const inclusions = ['Honor', 'Ignore']

const aboveZero = (path: FieldPath, value: number | undefined): readonly FieldError[] =>
  value !== undefined && value <= 0 ? [invalid(path, value, 'must be greater than zero')] : []

const pairOf = ({ topologyKey, whenUnsatisfiable }: TopologySpreadConstraint): string =>
  `{${topologyKey}, ${whenUnsatisfiable}}`

/** How pods are spread over the domains of a topology: each topology once for each way to treat what doesn't fit. */
export const spreadErrors = (
  path: FieldPath,
  constraints: readonly TopologySpreadConstraint[] | undefined,
): readonly FieldError[] => {
  const last = new Map((constraints ?? []).map((constraint, i) => [pairOf(constraint), i] as const))
  return each(path, constraints, (constraint, at, i) => {
    const { maxSkew, topologyKey, whenUnsatisfiable: action, labelSelector, minDomains } = constraint
    const repeated = last.get(pairOf(constraint)) !== i
    return [
      ...aboveZero(`${at}.maxSkew`, maxSkew),
      ...(topologyKey ? [] : [required(`${at}.topologyKey`, 'can not be empty')]),
      ...(actions.includes(action) ? [] : [notSupported(`${at}.whenUnsatisfiable`, action, actions)]),
      ...(repeated ? [duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, pairOf(constraint))] : []),
      ...aboveZero(`${at}.minDomains`, minDomains),
      ...(minDomains !== undefined && action !== 'DoNotSchedule'
        ? [
            invalid(
              `${at}.minDomains`,
              minDomains,
              `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`,
            ),
          ]
        : []),
      ...oneOf(`${at}.nodeAffinityPolicy`, constraint.nodeAffinityPolicy, inclusions),
      ...oneOf(`${at}.nodeTaintsPolicy`, constraint.nodeTaintsPolicy, inclusions),
      ...labelKeyErrors(at, constraint),
      ...labelSelectorErrors(labelSelector, `${at}.labelSelector`),
    ]
  })
}
