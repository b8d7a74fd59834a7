import { flag, int, listOf, mapOf, structOf, textOfRequest as text, dynamic, time } from '../schema/declared.ts'
import { readJson } from '../schema/read-json.ts'
import type { Declared } from '../schema/declared.ts'
import { Authorizer, ResourceCheck } from '../library/authorizer.ts'
import type { Authorize } from '../library/authorizer.ts'
import { scalars } from '../types/type.ts'
import type { Type } from '../types/type.ts'
import type { Value } from '../values/value.ts'
import type { Variables } from '../compile.ts'

const kindOf = (name: string, last: string): Declared =>
  structOf(`kubernetes.${name}`, { group: text, version: text, [last]: text })
const groupVersionKind = kindOf('GroupVersionKind', 'kind')
const groupVersionResource = kindOf('GroupVersionResource', 'resource')
const texts = listOf(text)

const request = structOf('kubernetes.AdmissionRequest', {
  kind: groupVersionKind,
  resource: groupVersionResource,
  subResource: text,
  requestKind: groupVersionKind,
  requestResource: groupVersionResource,
  requestSubResource: text,
  name: text,
  namespace: text,
  operation: text,
  userInfo: structOf('kubernetes.UserInfo', { username: text, uid: text, groups: texts, extra: mapOf(texts) }),
  dryRun: flag,
  options: dynamic,
})

const namespace = structOf('kubernetes.Namespace', {
  metadata: structOf('kubernetes.NamespaceMetadata', {
    ...{ name: text, generateName: text, namespace: text, labels: mapOf(text), annotations: mapOf(text), UID: text },
    ...{ creationTimestamp: time, deletionGracePeriodSeconds: int, deletionTimestamp: time, generation: int },
    ...{ resourceVersion: text, finalizers: texts },
  }),
  spec: structOf('kubernetes.NamespaceSpec', { finalizers: texts }),
  status: structOf('kubernetes.NamespaceStatus', {
    conditions: listOf(
      structOf('kubernetes.NamespaceCondition', {
        ...{ status: text, type: text, lastTransitionTime: time, message: text, reason: text },
      }),
    ),
    phase: text,
  }),
})

const opaque = (name: string): Type => ({ tag: 'opaque', name: `kubernetes.authorization.${name}` })

const always: readonly (readonly [string, Type])[] = [
  ['object', scalars.dyn],
  ['oldObject', scalars.dyn],
  ['request', request.type],
  ['namespaceObject', namespace.type],
  ['authorizer', opaque('Authorizer')],
  ['authorizer.requestResource', opaque('ResourceCheck')],
]

/** What expressions of admission may name; of policies with parameters, `params` too. */
export const admissionVariables = (options: { readonly hasParams: boolean }): ReadonlyMap<string, Type> =>
  new Map(options.hasParams ? [...always, ['params', scalars.dyn]] : always)

/** A write as expressions see it. All of it is JSON but for who may do what. */
export interface AdmissionInput {
  /** `null` of deletions. */
  readonly object: unknown
  /** `null` of creations. */
  readonly oldObject: unknown
  readonly request: AdmissionRequest
  /** `null` where the object is in no namespace. */
  readonly namespaceObject: unknown
  readonly params?: unknown
  readonly authorize: Authorize
}

/** `AdmissionRequest` of admission.k8s.io/v1, without the objects. */
export interface AdmissionRequest {
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string }
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string }
  readonly subResource: string
  readonly requestKind: AdmissionRequest['kind']
  readonly requestResource: AdmissionRequest['resource']
  readonly requestSubResource: string
  readonly name: string
  readonly namespace: string
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'
  readonly userInfo: {
    readonly username: string
    readonly uid?: string
    readonly groups?: readonly string[]
    readonly extra?: Readonly<Record<string, readonly string[]>>
  }
  readonly dryRun: boolean
  readonly options?: unknown
}

/** The values of an admission's variables, read when an expression first asks. */
export const admissionValues = (input: AdmissionInput): Variables => {
  const { object, oldObject, authorize, params, namespaceObject } = input
  const authorizer = new Authorizer(authorize)
  const make = new Map<string, () => Value>([
    ['object', () => readJson(object)],
    ['oldObject', () => readJson(oldObject)],
    ['request', () => readJson(input.request, request)],
    ['namespaceObject', () => readJson(namespaceObject, namespace)],
    ['params', () => readJson(params)],
    ['authorizer', () => authorizer],
    ['authorizer.requestResource', () => requestResource(authorizer, input.request)],
  ])
  const made = new Map<string, Value>()
  return name => {
    const known = made.get(name)
    if (known !== undefined) return known
    const value = make.get(name)?.()
    if (value !== undefined) made.set(name, value)
    return value
  }
}

const requestResource = (
  by: Authorizer,
  { resource, subResource, namespace: within, name }: AdmissionRequest,
): ResourceCheck =>
  new ResourceCheck(by, {
    group: resource.group,
    resource: resource.resource,
    subresource: subResource,
    namespace: within,
    name,
  })
