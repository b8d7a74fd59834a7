import { approximateValue, compareQuantities, fieldError, isQualifiedName, quantityOf } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each } from '../../../validation/values.ts'
import type { LimitRange, LimitRangeItem } from './schema.ts'
import { containerResourceErrors, overcommits, resourceNameErrors } from '../validation/resource-names.ts'

const { duplicate, forbidden, invalid, required } = fieldError

type Bound = 'min' | 'max' | 'default' | 'defaultRequest' | 'maxLimitRequestRatio'

const types = new Set(['Container', 'PersistentVolumeClaim', 'Pod'])

const typeErrors = (path: FieldPath, type: string): readonly FieldError[] => {
  const broken = isQualifiedName(type).map(complaint => invalid(path, type, complaint))
  if (broken.length > 0 || type.includes('/') || types.has(type)) return broken
  return [invalid(path, type, 'must be a standard limit type or fully qualified')]
}

/** Pairs of bounds of which the first may not exceed the second; `at` is where it is told, and of which value. */
const orders: readonly {
  readonly less: Bound
  readonly more: Bound
  readonly at: Bound
  readonly shown: Bound
  readonly told: (less: string, more: string) => string
}[] = [
  {
    less: 'min',
    more: 'max',
    at: 'min',
    shown: 'min',
    told: (a, b) => `min value ${a} is greater than max value ${b}`,
  },
  {
    less: 'min',
    more: 'defaultRequest',
    at: 'defaultRequest',
    shown: 'defaultRequest',
    told: (a, b) => `min value ${a} is greater than default request value ${b}`,
  },
  {
    less: 'defaultRequest',
    more: 'max',
    at: 'defaultRequest',
    shown: 'defaultRequest',
    told: (a, b) => `default request value ${a} is greater than max value ${b}`,
  },
  {
    less: 'defaultRequest',
    more: 'default',
    at: 'defaultRequest',
    shown: 'defaultRequest',
    told: (a, b) => `default request value ${a} is greater than default limit value ${b}`,
  },
  {
    less: 'min',
    more: 'default',
    at: 'default',
    shown: 'min',
    told: (a, b) => `min value ${a} is greater than default value ${b}`,
  },
  {
    less: 'default',
    more: 'max',
    at: 'default',
    shown: 'max',
    told: (a, b) => `default value ${a} is greater than max value ${b}`,
  },
]

const compare = (a: string, b: string): number => compareQuantities(quantityOf(a), quantityOf(b))

/** How the bounds of one resource fit together. */
const boundErrors = (
  path: FieldPath,
  name: string,
  of: (bound: Bound) => string | undefined,
): readonly FieldError[] => {
  const [ratio, least, most] = [of('maxLimitRequestRatio'), of('min'), of('max')]
  const [standard, asked] = [of('default'), of('defaultRequest')]
  const limit = least === undefined || most === undefined ? undefined : approximate(most) / approximate(least)
  const ratioAt = `${path}.maxLimitRequestRatio[${name}]`
  return [
    ...orders.flatMap(({ less, more, at, shown, told }) => {
      const [a, b] = [of(less), of(more)]
      return a !== undefined && b !== undefined && compare(a, b) > 0
        ? [invalid(`${path}.${at}[${name}]`, of(shown), told(a, b))]
        : []
    }),
    ...(ratio !== undefined && compare(ratio, '1') < 0
      ? [invalid(ratioAt, ratio, `ratio ${ratio} is less than 1`)]
      : []),
    ...(ratio !== undefined && limit !== undefined && approximate(ratio) > limit
      ? [invalid(ratioAt, ratio, `ratio ${ratio} is greater than max/min = ${goFloat(limit)}`)]
      : []),
    ...(standard !== undefined && asked !== undefined && !overcommits(name) && compare(standard, asked) !== 0
      ? [
          invalid(
            `${path}.defaultRequest[${name}]`,
            asked,
            `default value ${standard} must equal to defaultRequest value ${asked} in ${name}`,
          ),
        ]
      : []),
  ]
}

const approximate = (text: string): number => approximateValue(quantityOf(text))

/** As `%f` prints it. */
const goFloat = (value: number): string =>
  Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? value.toFixed(6) : value > 0 ? '+Inf' : '-Inf'

const podForbidden = ['default', 'defaultRequest'] as const

const itemErrors = (path: FieldPath, item: LimitRangeItem): readonly FieldError[] => {
  const isPod = item.type === 'Pod'
  const rule = isPod || item.type === 'Container' ? containerResourceErrors : resourceNameErrors
  const bounds: readonly Bound[] = isPod
    ? ['max', 'min', 'maxLimitRequestRatio']
    : ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio']
  const names = [...new Set(bounds.flatMap(bound => Object.keys(item[bound] ?? {})))]
  return [
    ...bounds.flatMap(bound => Object.keys(item[bound] ?? {}).flatMap(name => rule(`${path}.${bound}[${name}]`, name))),
    ...(isPod
      ? podForbidden
          .filter(bound => Object.keys(item[bound] ?? {}).length > 0)
          .map(bound => forbidden(`${path}.${bound}`, "may not be specified when `type` is 'Pod'"))
      : []),
    ...(item.type === 'PersistentVolumeClaim' && !item.min?.['storage'] && !item.max?.['storage']
      ? [required(`${path}.limits`, 'either minimum or maximum storage value is required, but neither was provided')]
      : []),
    ...names.flatMap(name =>
      boundErrors(path, name, bound => (bounds.includes(bound) ? item[bound]?.[name] : undefined)),
    ),
  ]
}

/** What is wrong with the bounds of a namespace: each type once, and its bounds in order. */
export const limitRangeErrors = ({ spec }: LimitRange): readonly FieldError[] => {
  const seen = new Set<string>()
  return each('spec.limits', spec?.limits, (item, at) => {
    const repeated = seen.has(item.type)
    seen.add(item.type)
    return [
      ...typeErrors(`${at}.type`, item.type),
      ...(repeated ? [duplicate(`${at}.type`, item.type)] : []),
      ...itemErrors(at, item),
    ]
  })
}
