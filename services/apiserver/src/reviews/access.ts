import { E } from '@periplus/prelude'
import { fieldError } from '@periplus/api'
import type { FieldError, TypeOf } from '@periplus/api'
import type { LocalSubjectAccessReview, SelfSubjectAccessReview, SubjectAccessReview } from '@periplus/kinds'
import type { NonResourceAttributes, ResourceAttributes } from '@periplus/kinds'
import type { Answer } from '../http/call.ts'
import { answered } from '../http/reply.ts'
import type { Attributes, Security, User } from '../ports.ts'
import type { ResourceCall, ResourceHandler } from '../resources/resource-call.ts'
import { readReview } from './read-review.ts'

type Spec = NonNullable<TypeOf<typeof SubjectAccessReview.schema>['spec']>
type Asked = Pick<Spec, 'resourceAttributes' | 'nonResourceAttributes'>

const fromResource = (asked: ResourceAttributes): Attributes => ({
  tag: 'Resource',
  verb: asked.verb ?? '',
  group: asked.group ?? '',
  version: asked.version ?? '',
  resource: asked.resource ?? '',
  subresource: asked.subresource ?? '',
  namespace: asked.namespace ?? '',
  name: asked.name ?? '',
})

const fromNonResource = (asked: NonResourceAttributes): Attributes => ({
  tag: 'NonResource',
  verb: asked.verb ?? '',
  path: asked.path ?? '',
})

/** Exactly one of the two ways to ask. */
const errorsIn = ({ resourceAttributes, nonResourceAttributes }: Asked): readonly FieldError[] => {
  if (resourceAttributes && nonResourceAttributes)
    return [
      fieldError.invalid(
        'spec.nonResourceAttributes',
        nonResourceAttributes,
        'cannot be specified in combination with resourceAttributes',
      ),
    ]
  return resourceAttributes || nonResourceAttributes
    ? []
    : [
        fieldError.invalid(
          'spec.resourceAttributes',
          undefined,
          'exactly one of nonResourceAttributes or resourceAttributes must be specified',
        ),
      ]
}

const answer = async (asked: ResourceCall, judge: Judge, review: object, user: User, spec: Asked): Promise<Answer> => {
  const { kind } = asked
  const causes = errorsIn(spec)
  if (causes.length > 0) return E.left({ tag: 'Invalid', target: { ...kind, name: '' }, causes })
  const { allowed, denied, reason, fault } = await judge(
    user,
    spec.resourceAttributes ? fromResource(spec.resourceAttributes) : fromNonResource(spec.nonResourceAttributes ?? {}),
  )
  const status = {
    allowed,
    ...(denied ? { denied } : {}),
    ...(reason === '' ? {} : { reason }),
    ...(fault === undefined ? {} : { evaluationError: fault }),
  }
  return E.right(answered(201, { ...review, status }, kind.schema))
}

type Judge = Security['judge']

export const selfSubjectAccess =
  (judge: Judge): ResourceHandler =>
  async asked => {
    const { call } = asked
    const review = await readReview(asked)
    if (E.isLeft(review)) return review
    const spec = (review.right as TypeOf<typeof SelfSubjectAccessReview.schema>).spec ?? {}
    return answer(asked, judge, review.right, call.user, spec)
  }

export const subjectAccess =
  (judge: Judge): ResourceHandler =>
  async asked => {
    const { kind, ref } = asked
    const review = await readReview(asked)
    if (E.isLeft(review)) return review
    const given = review.right as
      TypeOf<typeof SubjectAccessReview.schema> | TypeOf<typeof LocalSubjectAccessReview.schema>
    const spec: Partial<Spec> = given.spec ?? {}
    const causes: FieldError[] = []
    if (!spec.user && (spec.groups ?? []).length === 0)
      causes.push(fieldError.invalid('spec.user', spec.user ?? '', 'at least one of user or group must be specified'))
    if (kind.namespaced && spec.resourceAttributes?.namespace !== ref.namespace)
      causes.push(
        fieldError.invalid(
          'spec.resourceAttributes.namespace',
          spec.resourceAttributes?.namespace ?? '',
          'must match metadata.namespace',
        ),
      )
    if (causes.length > 0) return E.left({ tag: 'Invalid', target: { ...kind, name: '' }, causes })
    const user: User = {
      name: spec.user ?? '',
      uid: spec.uid ?? '',
      groups: spec.groups ?? [],
      extra: spec.extra ?? {},
    }
    return answer(asked, judge, given, user, spec)
  }
