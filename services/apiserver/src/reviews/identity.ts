import { E } from '@periplus/prelude'
import { badRequest, statusOf } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import type { SelfSubjectRulesReview, TokenReview } from '@periplus/kinds'
import { answered } from '../http/reply.ts'
import type { RulesFor, Tokens, User } from '../ports.ts'
import type { ResourceHandler } from '../resources/resource-call.ts'
import { readReview } from './read-review.ts'

const userInfo = (user: User): object => ({
  username: user.name,
  ...(user.uid === '' ? {} : { uid: user.uid }),
  groups: user.groups,
  ...(Object.keys(user.extra).length === 0 ? {} : { extra: user.extra }),
})

/** `kubectl auth whoami`. */
export const selfSubject = (): ResourceHandler => async asked => {
  const review = await readReview(asked)
  return E.isLeft(review)
    ? review
    : E.right(answered(201, { ...review.right, status: { userInfo: userInfo(asked.call.user) } }, asked.kind.schema))
}

const unlisted = 'webhook authorizer does not support user rule resolution'

/** `kubectl auth can-i --list`. `isComplete`: nobody judges but by the rules. */
export const selfSubjectRules =
  (rulesFor: RulesFor, isComplete: () => boolean): ResourceHandler =>
  async asked => {
    const review = await readReview(asked)
    if (E.isLeft(review)) return review
    const { namespace = '' } = (review.right as TypeOf<typeof SelfSubjectRulesReview.schema>).spec ?? {}
    if (namespace === '') return E.left(badRequest('no namespace on request'))
    const completeness = isComplete() ? { incomplete: false } : { incomplete: true, evaluationError: unlisted }
    return E.right(
      answered(
        201,
        { ...review.right, status: { ...rulesFor(asked.call.user, namespace), ...completeness } },
        asked.kind.schema,
      ),
    )
  }

/** Whose a bearer token is: what other servers ask. */
export const tokenReview =
  (tokens: Tokens): ResourceHandler =>
  async asked => {
    const review = await readReview(asked)
    if (E.isLeft(review)) return review
    const { token = '', audiences = [] } = (review.right as TypeOf<typeof TokenReview.schema>).spec ?? {}
    if (token === '') return E.left(badRequest('token is required for TokenReview in authentication'))
    const known = await tokens.review(token, audiences)
    const status = E.isLeft(known)
      ? { authenticated: false, error: statusOf(known.left).message ?? '' }
      : { authenticated: true, user: userInfo(known.right.user), audiences: known.right.audiences }
    return E.right(answered(201, { ...review.right, status }, asked.kind.schema))
  }
