import { fieldError, isDns1123Label, isPathSegment, quantityOf } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { containerResourceErrors } from '../../../core/v1/validation/resource-names.ts'
import { obeys, presentAnd } from '../../../validation/values.ts'
import type { CrossVersionObjectReference, MetricIdentifier, MetricSpec, MetricTarget } from './metrics.ts'

const { forbidden, invalid, notSupported, required } = fieldError

/** What something of another version is called. */
export const referenceErrors = (
  path: FieldPath,
  { kind, name, apiVersion = '' }: CrossVersionObjectReference,
  isTarget = false,
): readonly FieldError[] => [
  ...presentAnd(`${path}.kind`, kind, isPathSegment),
  ...presentAnd(`${path}.name`, name, isPathSegment),
  ...versionErrors(`${path}.apiVersion`, apiVersion, isTarget),
]

/** What is scaled is in a group of its own. */
const versionErrors = (path: FieldPath, apiVersion: string, isTarget: boolean): readonly FieldError[] => {
  if (apiVersion.split('/').length > 2)
    return [invalid(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)]
  return isTarget && !namesGroup(apiVersion) ? [invalid(path, apiVersion, 'apiVersion must specify API group')] : []
}

/** Whether it has a part before its only slash. */
export const namesGroup = (apiVersion: string): boolean => /^[^/]+\/[^/]*$/.test(apiVersion)

const isPositive = (text: string): boolean => quantityOf(text).nanos > 0n

const targetErrors = (path: FieldPath, target: MetricTarget): readonly FieldError[] => {
  const { type, value, averageValue, averageUtilization: utilization } = target
  return [
    ...(type === '' ? [required(`${path}.type`, 'must specify a metric target type')] : []),
    ...(['Utilization', 'Value', 'AverageValue'].includes(type)
      ? []
      : [invalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue')]),
    ...(value !== undefined && !isPositive(value) ? [invalid(`${path}.value`, value, 'must be positive')] : []),
    ...(averageValue !== undefined && !isPositive(averageValue)
      ? [invalid(`${path}.averageValue`, averageValue, 'must be positive')]
      : []),
    ...(utilization !== undefined && utilization < 1
      ? [invalid(`${path}.averageUtilization`, utilization, 'must be greater than 0')]
      : []),
  ]
}

const identifierErrors = (path: FieldPath, { name }: MetricIdentifier): readonly FieldError[] =>
  name === ''
    ? [required(`${path}.name`, 'must specify a metric name')]
    : isPathSegment(name).map(complaint => invalid(`${path}.name`, name, complaint))

/** A raw value for all pods or a share of what they ask for, and not both. */
const resourceErrors = (
  path: FieldPath,
  { name, target }: { readonly name: string; readonly target: MetricTarget },
) => {
  const { averageUtilization: share, averageValue: value } = target
  return [
    ...(name === '' ? [required(`${path}.name`, 'must specify a resource name')] : []),
    ...targetErrors(`${path}.target`, target),
    ...(share === undefined && value === undefined
      ? [required(`${path}.target.averageUtilization`, 'must set either a target raw value or a target utilization')]
      : []),
    ...(share !== undefined && value !== undefined
      ? [forbidden(`${path}.target.averageValue`, 'may not set both a target raw value and a target utilization')]
      : []),
  ]
}

type Sources = Omit<MetricSpec, 'type'>
type Rules = {
  readonly [N in keyof Sources]-?: (path: FieldPath, source: NonNullable<Sources[N]>) => readonly FieldError[]
}

/** In the order in which Kubernetes looks at them: only the first that is there is looked into. */
const rules: Rules = {
  object: (path, { describedObject, metric, target }) => [
    ...referenceErrors(`${path}.describedObject`, describedObject),
    ...identifierErrors(`${path}.metric`, metric),
    ...targetErrors(`${path}.target`, target),
    ...(target.value === undefined && target.averageValue === undefined
      ? [required(`${path}.target.averageValue`, 'must set either a target value or averageValue')]
      : []),
  ],
  external: (path, { metric, target }) => [
    ...identifierErrors(`${path}.metric`, metric),
    ...targetErrors(`${path}.target`, target),
    ...(target.value === undefined && target.averageValue === undefined
      ? [required(`${path}.target.averageValue`, 'must set either a target value for metric or a per-pod target')]
      : []),
    ...(target.value !== undefined && target.averageValue !== undefined
      ? [forbidden(`${path}.target.value`, 'may not set both a target value for metric and a per-pod target')]
      : []),
  ],
  pods: (path, { metric, target }) => [
    ...identifierErrors(`${path}.metric`, metric),
    ...targetErrors(`${path}.target`, target),
    ...(target.averageValue === undefined
      ? [required(`${path}.target.averageValue`, 'must specify a positive target averageValue')]
      : []),
  ],
  resource: resourceErrors,
  containerResource: (path, source) => [
    ...(source.name === '' ? [] : containerResourceErrors(`${path}.name`, source.name)),
    ...(source.container === ''
      ? [required(`${path}.container`, 'must specify a container')]
      : obeys(`${path}.container`, source.container, isDns1123Label)),
    ...resourceErrors(path, source),
  ],
}

const fields: Readonly<Record<string, keyof Sources>> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
}

/** What is wrong with a metric: exactly the source that its type names. */
export const metricErrors = (path: FieldPath, metric: MetricSpec): readonly FieldError[] => {
  const field = Object.hasOwn(fields, metric.type) ? fields[metric.type] : undefined
  const given = (Object.keys(rules) as (keyof Sources)[]).filter(name => metric[name] !== undefined)
  const [first] = given
  const unknown = notSupported(`${path}.type`, metric.type, Object.keys(fields))
  return [
    ...(metric.type === '' ? [required(`${path}.type`, 'must specify a metric source type')] : []),
    // Kubernetes looks twice.
    ...(field === undefined ? [unknown, unknown] : []),
    ...(first === undefined ? [] : rules[first](`${path}.${first}`, metric[first] as never)),
    ...(field !== undefined && metric[field] === undefined
      ? [required(`${path}.${field}`, 'must populate information for the given metric source')]
      : []),
    ...(given.length === 1 ? [] : given.filter(name => name !== field)).map(name =>
      forbidden(`${path}.${name}`, 'must populate the given metric source only'),
    ),
  ]
}
