import { E } from '@periplus/prelude'
import type { Either, Steps } from '@periplus/prelude'
import { requestLimit } from '../limits.ts'
import { list } from '../types/type.ts'
import { toJsonValue } from '../values/to-json.ts'
import { EvaluationFault, List, StructValue, typeNameOf } from '../values/value.ts'
import type { Value } from '../values/value.ts'
import { matchConditions } from './match-conditions.ts'
import type { MatchCondition, MatchConditions } from './match-conditions.ts'
import { misnamed, patchOperation, patchTypes, wholeObject } from './patch-types.ts'
import { compileTyped, evaluated } from './policy-expression.ts'
import type { Compiled } from './policy-expression.ts'
import { composedVariables } from './variables-of-policy.ts'
import type { ComposedVariables, Ledger, PolicyVariable } from './variables-of-policy.ts'
import { admissionValues, admissionVariables } from './variables.ts'
import type { AdmissionInput } from './variables.ts'

/** What of a MutatingAdmissionPolicy is expressions. */
export interface MutatingPolicySpec {
  readonly paramKind?: unknown
  readonly matchConditions?: readonly MatchCondition[]
  readonly variables?: readonly PolicyVariable[]
  readonly mutations?: readonly PolicyMutation[]
}

export interface PolicyMutation {
  readonly patchType: string
  readonly applyConfiguration?: { readonly expression?: string }
  readonly jsonPatch?: { readonly expression?: string }
}

type Json = Readonly<Record<string, unknown>>

/** How an object is to be changed. */
export type PolicyPatch =
  /** As if somebody applied this, who owns nothing. */
  | { readonly tag: 'ApplyConfiguration'; readonly configuration: Json }
  /** By these operations, of RFC 6902, if all of their tests hold. */
  | { readonly tag: 'JSONPatch'; readonly operations: readonly unknown[] }

/** One mutation as a function of a write, whose object is as those before it have left it. Left: why it cannot be said. */
export type PolicyMutator = (input: AdmissionInput) => Steps<Either<string, PolicyPatch>>

/** A policy as functions of a write, with one of its parameters. */
export interface MutatingPolicy {
  readonly matches: MatchConditions
  /** In order; what they cost together is bounded. */
  readonly mutators: () => readonly PolicyMutator[]
}

type Read = (value: Value) => Either<string, PolicyPatch>

/** Without what leads to more than an object may have, or to what JSON cannot say. */
const json = (value: Value): Either<string, unknown> => {
  try {
    return E.right(toJsonValue(value))
  } catch (thrown) {
    if (thrown instanceof EvaluationFault) return E.left(thrown.message)
    throw thrown
  }
}

const typed = (value: StructValue): Either<string, undefined> => {
  const wrong = misnamed(value)
  return wrong.length === 0 ? E.right(undefined) : E.left(`type mismatch: ${wrong.join('\n')}`)
}

const asConfiguration: Read = value => {
  if (!(value instanceof StructValue))
    return E.left(`unsupported return type from ApplyConfiguration expression: ${typeNameOf(value)}`)
  const read = json(value)
  if (E.isLeft(read)) return read
  const right = typed(value)
  if (E.isLeft(right)) return right
  return E.right({ tag: 'ApplyConfiguration', configuration: read.right as Json })
}

const notOperations = 'type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch'

const asOperations: Read = value => {
  if (!(value instanceof List)) return E.left(notOperations)
  const read = json(value)
  if (E.isLeft(read))
    return E.left(`JSONPath valueExpression evaluated to a type that could not marshal to JSON: ${read.left}`)
  for (let i = 0; i < value.size; i++) {
    const operation = value.at(i)
    if (!(operation instanceof StructValue)) return E.left(notOperations)
    const part = operation.field('value')
    const right = part instanceof StructValue ? typed(part) : E.right(undefined)
    if (E.isLeft(right)) return right
  }
  return E.right({ tag: 'JSONPatch', operations: (read.right as readonly Json[]).map(whole) })
}

/** With what an operation that leaves it out has in Kubernetes. */
const whole = ({ from, ...operation }: Json): Json => ({ op: '', path: '', ...operation, ...(from ? { from } : {}) })

interface CompiledMutation {
  readonly program: Compiled
  readonly read: Read
}

/** What an expression of a mutation makes, by the type of its patch. */
export const compileMutation = (
  { patchType, applyConfiguration, jsonPatch }: PolicyMutation,
  { declared }: Pick<ComposedVariables, 'declared'>,
): CompiledMutation => {
  const declarations = { variables: declared, ...patchTypes }
  return patchType === 'JSONPatch'
    ? {
        program: compileTyped((jsonPatch?.expression ?? '').trim(), declarations, list(patchOperation)),
        read: asOperations,
      }
    : {
        program: compileTyped((applyConfiguration?.expression ?? '').trim(), declarations, wholeObject),
        read: asConfiguration,
      }
}

/** Compiles a policy once; what cannot be compiled fails on every write. */
export const mutatingPolicy = (spec: MutatingPolicySpec): MutatingPolicy => {
  const hasParams = spec.paramKind !== undefined
  const composed = composedVariables(spec.variables ?? [], admissionVariables({ hasParams }))
  const mutations = (spec.mutations ?? []).map(mutation => compileMutation(mutation, composed))
  return {
    matches: matchConditions(spec.matchConditions ?? [], { hasParams }),
    mutators: () => {
      const ledger: Ledger = { left: requestLimit }
      return mutations.map(
        ({ program, read }) =>
          function* (input) {
            const said = yield* evaluated(program, composed.values(admissionValues(input), ledger), ledger)
            return E.isLeft(said) ? said : read(said.right)
          },
      )
    },
  }
}
