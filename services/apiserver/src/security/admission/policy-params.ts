import { E } from '@periplus/prelude'
import { deepEqual, fieldError, invalidObject, parseGroupVersion } from '@periplus/api'
import type { KindRegistry, KubernetesObject, Refusal } from '@periplus/api'
import type { Candidate } from '@periplus/commands'
import type { KindsAt } from '@periplus/custom'
import { MutatingAdmissionPolicy, ValidatingAdmissionPolicy, kindOfParams } from '@periplus/kinds'
import type { ParamKind, ParamRef } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { Attributes, Authorize, User } from '../../ports.ts'

interface PolicyParamsDeps {
  readonly cut: Cut
  readonly kindsAt: KindsAt
  readonly authorize: Authorize
}

interface PolicySpec {
  readonly paramKind?: ParamKind
}

interface BindingSpec {
  readonly policyName?: string
  readonly paramRef?: ParamRef
}

type Place = Pick<Attributes & { readonly tag: 'Resource' }, 'verb' | 'namespace' | 'name'>

/** What may be parameters: of which resource, as far as that can be said. */
interface Params {
  readonly group: string
  readonly version: string
  readonly resource: string
}

const anything: Params = { group: '*', version: '*', resource: '*' }

/** The resource of a policy's parameters, or all that it could be; in `unknown`, what cannot be said. */
const paramsOf = (
  paramKind: ParamKind,
  kinds: KindRegistry,
): { readonly params: Params; readonly unknown?: string } => {
  const parsed = parseGroupVersion(paramKind.apiVersion ?? '')
  if (!parsed) return { params: anything, unknown: 'parse' }
  const known = kindOfParams(paramKind, kinds)
  return known
    ? { params: { ...parsed, resource: known.resource } }
    : { params: { ...parsed, resource: '*' }, unknown: 'resolve' }
}

const specOf = <S>(object: KubernetesObject | undefined): Partial<S> =>
  (object as { readonly spec?: Partial<S> } | undefined)?.spec ?? {}

const may = ({ authorize }: PolicyParamsDeps, user: User, params: Params, place: Place): boolean =>
  E.isRight(authorize(user, { tag: 'Resource', ...params, subresource: '', ...place }))

/** Whoever writes a policy must be able to read all that could be its parameters. */
const ofPolicy = (deps: PolicyParamsDeps, user: User, { next, previous }: Candidate): string | undefined => {
  const { paramKind } = specOf<PolicySpec>(next)
  if (!paramKind || deepEqual(paramKind, specOf<PolicySpec>(previous).paramKind)) return undefined
  const { params } = paramsOf(paramKind, deps.kindsAt(deps.cut))
  if (may(deps, user, params, { verb: 'get', namespace: '*', name: '*' })) return undefined
  return `user ${user.name} must have "get" permission on all objects of the referenced paramKind (kind=${paramKind.kind}, apiVersion=${paramKind.apiVersion})`
}

/** Whoever writes a binding must be able to read what it names. */
const ofBinding = (deps: PolicyParamsDeps, user: User, { kind, next, previous }: Candidate): string | undefined => {
  const { policyName = '', paramRef } = specOf<BindingSpec>(next)
  const before = specOf<BindingSpec>(previous)
  if (!paramRef || (deepEqual(paramRef, before.paramRef) && policyName === before.policyName)) return undefined
  const policyKind = kind.resource.startsWith('mutating') ? MutatingAdmissionPolicy : ValidatingAdmissionPolicy
  const policy: KubernetesObject | undefined = deps.cut.get(policyKind, '', policyName)
  const { paramKind } = specOf<PolicySpec>(policy)
  const { params, unknown } = paramKind ? paramsOf(paramKind, deps.kindsAt(deps.cut)) : { params: anything }
  const { name = '', namespace = '' } = paramRef
  const verb = name === '' ? 'list' : 'get'
  if (may(deps, user, params, { verb, namespace, name })) return undefined
  const lacking = `to determine minimum required permissions and user ${user.name} does not have "${verb}" permission for all groups, versions and resources`
  if (!policy) return `unable to get policy ${policyName} ${lacking}`
  if (unknown !== undefined)
    return `unable to ${unknown} paramKind ${paramKind?.apiVersion}, Kind=${paramKind?.kind} ${lacking}`
  return `user ${user.name} does not have "${verb}" permission on the object referenced by paramRef`
}

const judges = [
  { resource: /^(validating|mutating)admissionpolicies$/, field: 'spec.paramKind', judge: ofPolicy },
  { resource: /^(validating|mutating)admissionpolicybindings$/, field: 'spec.paramRef', judge: ofBinding },
]

/**
 * Nobody has a policy read for them what they cannot read: its expressions see its parameters, and say in messages and in what they change
 * whatever they like of them. `undefined` lets the write pass.
 */
export const policyParams =
  (deps: PolicyParamsDeps) =>
  (user: User, write: Candidate): Refusal | undefined => {
    const { kind, operation, ref } = write
    if (kind.group !== 'admissionregistration.k8s.io' || operation === 'delete') return undefined
    for (const { resource, field, judge } of judges) {
      const why = resource.test(kind.resource) ? judge(deps, user, write) : undefined
      if (why !== undefined) return invalidObject(kind, ref.name, [fieldError.forbidden(field, why)])
    }
    return undefined
  }
