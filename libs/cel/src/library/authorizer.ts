import { Opaque } from '../values/value.ts'
import type { Value } from '../values/value.ts'
import { arg, overload } from './overload.ts'
import type { Overload } from './overload.ts'

/** What somebody would do, as a SubjectAccessReview says it. */
export type AccessAttributes =
  | { readonly verb: string; readonly path: string; readonly as?: ServiceAccountName }
  | {
      readonly verb: string
      readonly group: string
      readonly resource: string
      readonly subresource: string
      readonly namespace: string
      readonly name: string
      readonly fieldSelector?: string
      readonly labelSelector?: string
      readonly as?: ServiceAccountName
    }

export interface ServiceAccountName {
  readonly namespace: string
  readonly name: string
}

/** What the authorizer said. */
export interface AccessDecision {
  readonly allowed: boolean
  readonly reason: string
  readonly error?: string
}

/** Whether whoever makes a request, or another, may do something. Pure over the moment that it was made for. */
export type Authorize = (attributes: AccessAttributes) => AccessDecision

type Resource = Exclude<AccessAttributes, { readonly path: string }>

abstract class Receiver extends Opaque {
  equals(other: Opaque): boolean {
    return this === other
  }
}

/** `authorizer`, of whoever makes the request or (`as`) of a service account. */
export class Authorizer extends Receiver {
  readonly type = { tag: 'opaque', name: 'kubernetes.authorization.Authorizer' } as const
  readonly authorize: Authorize
  readonly as: ServiceAccountName | undefined
  constructor(authorize: Authorize, as?: ServiceAccountName) {
    super()
    this.authorize = authorize
    this.as = as
  }
}

class PathCheck extends Receiver {
  readonly type = { tag: 'opaque', name: 'kubernetes.authorization.PathCheck' } as const
  readonly by: Authorizer
  readonly path: string
  constructor(by: Authorizer, path: string) {
    super()
    this.by = by
    this.path = path
  }
}

class GroupCheck extends Receiver {
  readonly type = { tag: 'opaque', name: 'kubernetes.authorization.GroupCheck' } as const
  readonly by: Authorizer
  readonly group: string
  constructor(by: Authorizer, group: string) {
    super()
    this.by = by
    this.group = group
  }
}

/** `authorizer.requestResource`, and what `group(...).resource(...)` gives. */
export class ResourceCheck extends Receiver {
  readonly type = { tag: 'opaque', name: 'kubernetes.authorization.ResourceCheck' } as const
  readonly by: Authorizer
  readonly about: Omit<Resource, 'verb' | 'as'>
  constructor(by: Authorizer, about: Omit<Resource, 'verb' | 'as'>) {
    super()
    this.by = by
    this.about = about
  }
}

class Decision extends Receiver {
  readonly type = { tag: 'opaque', name: 'kubernetes.authorization.Decision' } as const
  readonly decision: AccessDecision
  constructor(decision: AccessDecision) {
    super()
    this.decision = decision
  }
}

const asked = ({ as }: Authorizer): { readonly as?: ServiceAccountName } => (as ? { as } : {})

const withPart =
  (part: keyof Omit<Resource, 'verb' | 'as'>) =>
  (args: readonly Value[]): Value => {
    const { by, about } = arg<ResourceCheck>(args, 0)
    return new ResourceCheck(by, { ...about, [part]: arg<string>(args, 1) })
  }

/** A check has the price that allows two of them in an expression. */
const check = (): number => 350_000
const authorization = 'kubernetes.authorization'
const [whole, pathCheck, groupCheck, resourceCheck, decision] = [
  'Authorizer',
  'PathCheck',
  'GroupCheck',
  'ResourceCheck',
  'Decision',
].map(name => `${authorization}.${name}`)

/** As Kubernetes prices the reading of a selector. */
const selectorCost = (args: readonly Value[]): number => {
  const { length } = arg<string>(args, 1)
  return 10 + Math.ceil(length * 0.1) + Math.ceil(Math.ceil(length * 0.5) * 50)
}

const said = (args: readonly Value[]): AccessDecision => arg<Decision>(args, 0).decision

/** Kubernetes' `authorizer`. */
export const authorizers: readonly Overload[] = [
  overload(
    '.path',
    'authorizer_path',
    `${whole}, string -> ${pathCheck}`,
    args => new PathCheck(arg<Authorizer>(args, 0), arg<string>(args, 1)),
  ),
  overload(
    '.group',
    'authorizer_group',
    `${whole}, string -> ${groupCheck}`,
    args => new GroupCheck(arg<Authorizer>(args, 0), arg<string>(args, 1)),
  ),
  overload('.serviceAccount', 'authorizer_serviceaccount', `${whole}, string, string -> ${whole}`, args => {
    const as = { namespace: arg<string>(args, 1), name: arg<string>(args, 2) }
    return new Authorizer(arg<Authorizer>(args, 0).authorize, as)
  }),
  overload('.resource', 'groupcheck_resource', `${groupCheck}, string -> ${resourceCheck}`, args => {
    const { by, group } = arg<GroupCheck>(args, 0)
    return new ResourceCheck(by, { group, resource: arg<string>(args, 1), subresource: '', namespace: '', name: '' })
  }),
  overload(
    '.subresource',
    'resourcecheck_subresource',
    `${resourceCheck}, string -> ${resourceCheck}`,
    withPart('subresource'),
  ),
  overload(
    '.namespace',
    'resourcecheck_namespace',
    `${resourceCheck}, string -> ${resourceCheck}`,
    withPart('namespace'),
  ),
  overload('.name', 'resourcecheck_name', `${resourceCheck}, string -> ${resourceCheck}`, withPart('name')),
  overload(
    '.fieldSelector',
    'authorizer_fieldselector',
    `${resourceCheck}, string -> ${resourceCheck}`,
    withPart('fieldSelector'),
    selectorCost,
  ),
  overload(
    '.labelSelector',
    'authorizer_labelselector',
    `${resourceCheck}, string -> ${resourceCheck}`,
    withPart('labelSelector'),
    selectorCost,
  ),
  overload(
    '.check',
    'pathcheck_check',
    `${pathCheck}, string -> ${decision}`,
    args => {
      const { by, path } = arg<PathCheck>(args, 0)
      return new Decision(by.authorize({ verb: arg<string>(args, 1), path, ...asked(by) }))
    },
    check,
  ),
  overload(
    '.check',
    'resourcecheck_check',
    `${resourceCheck}, string -> ${decision}`,
    args => {
      const { by, about } = arg<ResourceCheck>(args, 0)
      return new Decision(by.authorize({ ...about, verb: arg<string>(args, 1), ...asked(by) }))
    },
    check,
  ),
  overload('.errored', 'decision_errored', `${decision} -> bool`, args => said(args).error !== undefined),
  overload('.error', 'decision_error', `${decision} -> string`, args => said(args).error ?? ''),
  overload('.allowed', 'decision_allowed', `${decision} -> bool`, args => said(args).allowed),
  overload('.reason', 'decision_reason', `${decision} -> string`, args => said(args).reason),
]
