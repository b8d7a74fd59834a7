import { atOnce, isRestDue } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { fieldError } from '@periplus/api'
import type { FieldError, StructuralSchema } from '@periplus/api'
import { definitionCostLimit, ruleCostLimit } from '../limits.ts'
import { declaredOf } from '../schema/from-schema.ts'
import { largestRequest } from '../schema/declared.ts'
import type { Declared } from '../schema/declared.ts'
import { compileRule } from './rule.ts'
import type { CompiledRule, ValidationRule } from './rule.ts'
import { ruleShapeErrors } from './rule-shape.ts'

const { child, forbidden, index, invalid, keyed } = fieldError

/** Where a schema stands. */
interface Place {
  readonly path: string
  /** How often values of it may be in an object; `undefined`: as often as fits. */
  readonly cardinality: number | undefined
  readonly isResource: boolean
  /** Of a list whose elements have no keys, or below one: old values cannot be told from new ones. */
  readonly uncorrelatable: string | undefined
  readonly cost: { total: number; readonly dear: { readonly path: string; readonly cost: number }[] }
}

/** What is wrong with the rules of a schema that is structural itself, and whether evaluating them could cost too much. */
export function* schemaRuleErrorsInSteps(schema: StructuralSchema, path: string): Steps<readonly FieldError[]> {
  const cost: Place['cost'] = { total: 0, dear: [] }
  const errors: FieldError[] = []
  yield* below(schema, { path, cardinality: 1, isResource: true, uncorrelatable: undefined, cost }, errors)
  if (cost.total <= definitionCostLimit) return errors
  const contributed = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema'
  const dearest = [...cost.dear].sort((a, b) => b.cost - a.cost).slice(0, 4)
  const what = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema'
  return [
    ...errors,
    ...dearest.map(one => forbidden(one.path, contributed)),
    forbidden(path, tooDear(what, cost.total, definitionCostLimit)),
  ]
}

/** The same at once. */
export const schemaRuleErrors = (...given: Parameters<typeof schemaRuleErrorsInSteps>): readonly FieldError[] =>
  atOnce(schemaRuleErrorsInSteps(...given))

function* below(schema: StructuralSchema, place: Place, errors: FieldError[]): Steps<void> {
  if (isRestDue()) yield
  const { additionalProperties, items, properties } = schema
  if (properties) {
    const at = child(place.path, 'properties')
    for (const [name, property] of Object.entries(properties))
      yield* below(property, inside(schema, property, keyed(at, name), place), errors)
  }
  if (items) yield* below(items, inside(schema, items, child(place.path, 'items'), place), errors)
  if (typeof additionalProperties === 'object') {
    const at = child(place.path, 'additionalProperties')
    yield* below(additionalProperties, inside(schema, additionalProperties, at, place), errors)
  }
  if (schema['x-kubernetes-validations']) yield* ownErrors(schema, place, errors)
}

const inside = (outer: StructuralSchema, inner: StructuralSchema, path: string, place: Place): Place => ({
  ...place,
  path,
  isResource: inner['x-kubernetes-embedded-resource'] === true,
  cardinality: timesAsOften(outer, place.cardinality),
  uncorrelatable: place.uncorrelatable ?? (isUncorrelatable(outer) ? place.path : undefined),
})

const isUncorrelatable = (schema: StructuralSchema): boolean =>
  (schema.type === 'array' && schema['x-kubernetes-list-type'] !== 'map') ||
  (schema.type === 'object' &&
    schema['x-kubernetes-map-type'] !== undefined &&
    !['granular', 'atomic'].includes(schema['x-kubernetes-map-type']))

const timesAsOften = (schema: StructuralSchema, cardinality: number | undefined): number | undefined => {
  const { type, additionalProperties, maxItems, maxProperties } = schema
  const most = type === 'array' ? maxItems : type === 'object' && additionalProperties !== undefined ? maxProperties : 1
  return most === undefined || cardinality === undefined ? undefined : cardinality * Math.max(0, most)
}

function* ownErrors(schema: StructuralSchema, place: Place, errors: FieldError[]): Steps<void> {
  const rules = (schema['x-kubernetes-validations'] ?? []) as readonly ValidationRule[]
  if (rules.length === 0) return
  const at = child(place.path, 'x-kubernetes-validations')
  const shape = rules.flatMap((rule, i) => ruleShapeErrors(rule, schema, index(at, i)))
  const self = declaredOf(schema, place.isResource)
  if (shape.length > 0) errors.push(...shape)
  else if (!self) errors.push(forbidden(at, 'no rule can look at a value of which the schema says nothing'))
  else
    for (const [i, rule] of rules.entries()) {
      yield
      errors.push(...compiledErrors(compileRule(rule, self, schema), index(at, i), self, place))
    }
}

const compiledErrors = (compiled: CompiledRule, at: string, self: Declared, place: Place): readonly FieldError[] => {
  const { rule, program, message, usesOldSelf } = compiled
  const often = place.cardinality ?? Math.floor(largestRequest / (self.leastSize + 1))
  return [
    ...costErrors(child(at, 'rule'), 'estimated rule cost', compiled.mostCost * often, place),
    ...(typeof program === 'string' ? [invalid(child(at, 'rule'), rule, program)] : []),
    ...(typeof message === 'string' ? [invalid(child(at, 'messageExpression'), rule, message)] : []),
    ...(typeof message === 'object'
      ? costErrors(child(at, 'messageExpression'), 'estimated messageExpression cost', message.mostCost, place)
      : []),
    ...(usesOldSelf && place.uncorrelatable !== undefined
      ? [
          invalid(
            child(at, 'rule'),
            rule.rule,
            `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelatable}`,
          ),
        ]
      : []),
    ...(!usesOldSelf && rule.optionalOldSelf !== undefined && typeof program === 'object'
      ? [invalid(child(at, 'optionalOldSelf'), rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule')]
      : []),
  ]
}

const costErrors = (path: string, what: string, cost: number, place: Place): readonly FieldError[] => {
  place.cost.total += cost
  if (cost >= definitionCostLimit / 100) place.cost.dear.push({ path, cost })
  return cost > ruleCostLimit ? [forbidden(path, tooDear(what, cost, ruleCostLimit))] : []
}

const tooDear = (what: string, cost: number, limit: number): string => {
  const factor = cost / limit
  const text = factor > 100 ? 'more than 100x' : factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`
  return `${what} exceeds budget by factor of ${text} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`
}
