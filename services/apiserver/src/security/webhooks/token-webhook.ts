import { E, sha256 } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import { decodeValue, statusOf } from '@periplus/api'
import type { Refusal, TypeOf } from '@periplus/api'
import { TokenReview } from '@periplus/kinds'
import type { Tokens, User } from '../../ports.ts'
import { expiringCache } from './expiring-cache.ts'
import type { ReviewWebhook } from './review-webhook.ts'

export interface TokenWebhookOptions {
  readonly ask: ReviewWebhook
  readonly version: 'v1' | 'v1beta1'
  /** How long an answer is good for. */
  readonly cacheMilliseconds: number
  readonly clock: Clock
  /** Told why the server did not answer. */
  readonly onTrouble: (why: string) => void
}

type Answer = Either<Refusal, { readonly user: User; readonly audiences: readonly string[] }>

/** Answers that are remembered, by digests of tokens. */
const mostKept = 8192

/** Tokens of the cluster, and those that a server outside knows, which is asked last. One question a token at a time. */
export const withTokenWebhook = <T extends Tokens>(tokens: T, webhook: TokenWebhookOptions, ownAudience: string): T => {
  const { ask, version, cacheMilliseconds, clock, onTrouble } = webhook
  const known = expiringCache<Answer>(clock, mostKept)
  const asking = new Map<string, Promise<Answer>>()

  const answerOf = async (key: string, token: string, wanted: readonly string[]): Promise<Answer> => {
    const apiVersion = `authentication.k8s.io/${version}`
    const review = { apiVersion, kind: 'TokenReview', spec: { token, audiences: wanted } }
    const answer = E.chain((given: object) => statusIn(given))(await ask(review))
    if (E.isLeft(answer)) {
      onTrouble(answer.left)
      return refused(answer.left)
    }
    const found = meantFor(answer.right, wanted, ownAudience)
    known.put(key, found, cacheMilliseconds)
    return found
  }
  const reviewed = (token: string, wanted: readonly string[]): Promise<Answer> => {
    const key = sha256(JSON.stringify([token, wanted]))
    const before = known.get(key)
    if (before) return Promise.resolve(before)
    const found = asking.get(key) ?? answerOf(key, token, wanted).finally(() => asking.delete(key))
    asking.set(key, found)
    return found
  }
  return {
    ...tokens,
    review: async (token, audiences): Promise<Answer> => {
      const own = await tokens.review(token, audiences)
      if (E.isRight(own)) return own
      const found = await reviewed(token, audiences.length > 0 ? audiences : [ownAudience])
      // Nobody asked for audiences who named none.
      return audiences.length > 0 ? found : E.map(({ user }: { user: User }) => ({ user, audiences: [] }))(found)
    },
  }
}

type ReviewStatus = NonNullable<TypeOf<typeof TokenReview.schema>['status']>

/** Its versions are alike but for their names. */
const statusIn = (given: object): Either<string, ReviewStatus> => {
  const named = { ...given, apiVersion: 'authentication.k8s.io/v1', spec: {} }
  const decoded = decodeValue(TokenReview, named, { fieldValidation: 'Ignore' })
  if (E.isLeft(decoded)) return E.left(statusOf(decoded.left).message ?? 'the answer cannot be read')
  return E.right((decoded.right.object as TypeOf<typeof TokenReview.schema>).status ?? {})
}

const meantFor = (
  { authenticated = false, user = {}, audiences = [], error = '' }: ReviewStatus,
  wanted: readonly string[],
  ownAudience: string,
): Answer => {
  const meant = wanted.filter(one => (audiences.length > 0 ? audiences : [ownAudience]).includes(one))
  if (meant.length === 0) return refused('token audiences do not match')
  if (!authenticated) return refused(error)
  const { username = '', uid = '', groups = [], extra = {} } = user
  if (username === '') return refused('the webhook names no user')
  return E.right({
    user: {
      name: username,
      uid,
      groups: groups.includes('system:authenticated') ? groups : [...groups, 'system:authenticated'],
      extra,
    },
    audiences: meant,
  })
}

const refused = (why: string): Either<Refusal, never> =>
  E.left({ tag: 'Unauthorized', message: why === '' ? 'invalid bearer token' : `invalid bearer token, ${why}` })
