import { E, atOnce, isRestDue, own } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { deepEqual, fieldError, structural } from '@periplus/api'
import type { FieldError, StructuralSchema } from '@periplus/api'
import type { Evaluation, Variables } from '../compile.ts'
import { callLimit, requestLimit } from '../limits.ts'
import { readJson } from '../schema/read-json.ts'
import { declaredOf } from '../schema/from-schema.ts'
import type { Declared } from '../schema/declared.ts'
import { Optional, noValue } from '../values/value.ts'
import { failureOf } from './failure.ts'
import { compileRule } from './rule.ts'
import type { CompiledRule, Purse, ValidationRule } from './rule.ts'

type Json = Readonly<Record<string, unknown>>

const { mostTold } = structural

/** A value with what it was before, as far as the two belong together. */
interface Correlated {
  readonly value: unknown
  /** `undefined`: there was none, or nobody can say which. */
  readonly old: unknown
  /** It, or what it is in, is as it was: what it broke before, it may go on breaking. */
  readonly unchanged: boolean
  readonly field: string
}

/**
 * What an object breaks of the rules of its schema. Of an update, what has not changed may go on breaking rules that do not look at what
 * was before; a rule that names `oldSelf` holds for changes alone, unless it takes that there may be none.
 */
export function* validateRulesInSteps(
  schema: StructuralSchema,
  object: unknown,
  old?: unknown,
): Steps<readonly FieldError[]> {
  const tree = yield* treeOf(schema, true)
  if (!tree) return []
  const unchanged = old !== undefined && deepEqual(object, old)
  const found = yield* below(tree, { value: object, old, unchanged, field: '' }, { left: requestLimit })
  return found.slice(0, mostTold)
}

/** The same at once. */
export const validateRules = (...given: Parameters<typeof validateRulesInSteps>): readonly FieldError[] =>
  atOnce(validateRulesInSteps(...given))

/** The parts of a schema that have rules, in them or below them. */
interface Tree {
  readonly schema: StructuralSchema
  readonly self: Declared | undefined
  readonly rules: readonly CompiledRule[]
  readonly properties: ReadonlyMap<string, Tree>
  readonly additional: Tree | undefined
  readonly items: Tree | undefined
}

const trees = new WeakMap<StructuralSchema, Tree | null>()

/** Made once for each schema, when the first object comes. */
function* treeOf(schema: StructuralSchema, isResource: boolean): Steps<Tree | undefined> {
  const known = trees.get(schema)
  if (known !== undefined) return known ?? undefined
  if (isRestDue()) yield
  const made = yield* makeTree(schema, isResource)
  trees.set(schema, made ?? null)
  return made
}

function* innerTree(schema: StructuralSchema | boolean | undefined): Steps<Tree | undefined> {
  return typeof schema === 'object'
    ? yield* treeOf(schema, schema['x-kubernetes-embedded-resource'] === true)
    : undefined
}

function* makeTree(schema: StructuralSchema, isResource: boolean): Steps<Tree | undefined> {
  const rules = (schema['x-kubernetes-validations'] ?? []) as readonly ValidationRule[]
  const self = rules.length > 0 ? declaredOf(schema, isResource) : undefined
  const properties = new Map<string, Tree>()
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const tree = yield* innerTree(property)
    if (tree) properties.set(name, tree)
  }
  const [additional, items] = [yield* innerTree(schema.additionalProperties), yield* innerTree(schema.items)]
  if (!self && properties.size === 0 && !additional && !items) return undefined
  const compiled: CompiledRule[] = []
  for (const rule of self ? rules : []) {
    yield
    if (self) compiled.push(compileRule(rule, self, schema))
  }
  return { schema, self, rules: compiled, properties, additional, items }
}

function* below(tree: Tree, at: Correlated, purse: Purse): Steps<readonly FieldError[]> {
  if (at.value === null || at.value === undefined || purse.left < 0) return []
  const own = tree.rules.length === 0 ? [] : yield* ownErrors(tree, at, purse)
  const inside = yield* Array.isArray(at.value) ? ofList(tree, at, at.value, purse) : ofObject(tree, at, purse)
  return own.length === 0 ? inside : [...own, ...inside]
}

const inner = (at: Correlated, value: unknown, old: unknown, field: string): Correlated => ({
  value,
  old,
  unchanged: at.unchanged || (old !== undefined && deepEqual(value, old)),
  field,
})

function* ofObject(tree: Tree, at: Correlated, purse: Purse): Steps<readonly FieldError[]> {
  const { value, field } = at
  if (typeof value !== 'object' || value === null) return []
  const mapType = tree.schema['x-kubernetes-map-type'] ?? 'granular'
  const old =
    typeof at.old === 'object' && (mapType === 'granular' || mapType === 'atomic') ? (at.old as Json) : undefined
  const errors: FieldError[] = []
  for (const [name, member] of Object.entries(value)) {
    if (isRestDue()) yield
    if (errors.length >= mostTold) break
    const property = tree.properties.get(name)
    const found = property ?? tree.additional
    if (!found) continue
    const path = property ? fieldError.child(field, name) : fieldError.keyed(field, name)
    errors.push(...(yield* below(found, inner(at, member, own(old, name), path), purse)))
  }
  return errors
}

function* ofList(
  { schema, items }: Tree,
  at: Correlated,
  list: readonly unknown[],
  purse: Purse,
): Steps<readonly FieldError[]> {
  if (!items) return []
  const keys = schema['x-kubernetes-list-type'] === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : undefined
  const keyed = (element: unknown): string =>
    JSON.stringify(
      (keys ?? []).map(key => (typeof element === 'object' ? own(element as Json, key) : undefined) ?? null),
      plain,
    )
  const before = new Map(keys && Array.isArray(at.old) ? at.old.map(one => [keyed(one), one as unknown]) : [])
  const errors: FieldError[] = []
  for (const [i, element] of list.entries()) {
    if (isRestDue()) yield
    if (errors.length >= mostTold) break
    const old = keys ? before.get(keyed(element)) : undefined
    errors.push(...(yield* below(items, inner(at, element, old, fieldError.index(at.field, i)), purse)))
  }
  return errors
}

const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value)

const variablesOf = ({ self }: Tree, { value, old }: Correlated, isOptional: boolean): Variables => {
  const read = (json: unknown) => readJson(json, self)
  const current = read(value)
  return name => {
    if (name === 'self') return current
    if (name !== 'oldSelf') return undefined
    if (!isOptional) return old === undefined || old === null ? undefined : read(old)
    return old === undefined || old === null ? noValue : new Optional(read(old))
  }
}

const outOfBudget = 'validation failed due to running out of cost budget, no further validation rules will be run'

function* ownErrors(tree: Tree, at: Correlated, purse: Purse): Steps<readonly FieldError[]> {
  const { rules, schema } = tree
  const errors: FieldError[] = []
  const says = (detail: string): unknown =>
    errors.push(fieldError.invalid(at.field || '<nil>', schema.type ?? '', detail))
  for (const compiled of rules) {
    yield
    if (purse.left <= 0) {
      says(outOfBudget)
      purse.left = -1
      return errors
    }
    const { rule, program, usesOldSelf } = compiled
    if (typeof program === 'string') {
      says(`rule compile error: ${program}`)
      continue
    }
    const isNew = at.old === undefined || at.old === null
    if (usesOldSelf && isNew && !rule.optionalOldSelf) continue
    const variables = variablesOf(tree, at, rule.optionalOldSelf === true)
    const evaluation = yield* program.evaluateInSteps(variables, callLimit)
    const trouble = troubleOf(evaluation, rule, purse)
    if (trouble !== undefined) says(trouble)
    if (purse.left < 0) return errors
    if (E.isLeft(evaluation.result) || evaluation.result.right === true) continue
    if (at.unchanged && !usesOldSelf) continue
    errors.push(yield* failureOf(compiled, schema, at.value, at.field, variables, purse))
  }
  return errors
}

/** Why a rule says nothing of the object. */
const troubleOf = ({ cost, result }: Evaluation, rule: ValidationRule, purse: Purse): string | undefined => {
  if (cost > purse.left) {
    purse.left = -1
    return outOfBudget
  }
  purse.left -= cost
  if (E.isRight(result)) return undefined
  const { tag, message } = result.left
  const named = rule.message?.trim() || rule.rule.trim()
  if (tag === 'BudgetExceeded') {
    purse.left = -1
    return `'${message}': no further validation rules will be run due to call cost exceeds limit for rule: ${named}`
  }
  return message.startsWith('no such overload')
    ? `'${message}': call arguments did not match a supported operator, function or macro signature for rule: ${named}`
    : `${message} evaluating rule: ${named}`
}
