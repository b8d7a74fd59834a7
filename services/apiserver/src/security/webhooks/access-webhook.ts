import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import { decodeValue, statusOf } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { SubjectAccessReview } from '@periplus/kinds'
import type { Attributes, User } from '../../ports.ts'
import { expiringCache } from './expiring-cache.ts'
import type { Opinion } from './opinion.ts'
import type { ConfiguredWebhook } from './read-authorization.ts'
import type { Review, ReviewWebhook } from './review-webhook.ts'

/** A server outside that says who may do what. */
export interface AccessWebhook {
  /** What it says as far as that is known without asking it. */
  known(user: User, asked: Attributes): Opinion | undefined
  /** What it says. Asked once at a time for the same. */
  opinion(user: User, asked: Attributes): Promise<Opinion>
}

export interface AccessWebhookOptions {
  readonly configured: ConfiguredWebhook
  readonly ask: ReviewWebhook
  readonly clock: Clock
  /** Told why the server did not answer. */
  readonly onTrouble: (why: string) => void
}

/** As Kubernetes keeps them; of longer questions none, as who asks chooses their length. */
const [mostKept, longestKept] = [8192, 10_000]

export const accessWebhook = ({ configured, ask, clock, onTrouble }: AccessWebhookOptions): AccessWebhook => {
  const { conditions, keptMilliseconds, onFailure, version } = configured
  const kept = expiringCache<Opinion>(clock, mostKept)
  const asking = new Map<string, Promise<Opinion>>()

  const failed = (fault: string): Opinion => ({ tag: onFailure === 'Deny' ? 'Deny' : 'None', why: '', fault })
  /** `undefined`: it is to be asked. */
  const withoutAsking = (spec: Spec): Opinion | undefined => {
    const met = conditions.map(condition => condition(spec))
    if (met.some(one => E.isRight(one) && !one.right)) return { tag: 'None', why: '' }
    const broken = met.find(E.isLeft)
    return broken && failed(broken.left)
  }
  const answered = async (spec: Spec, key: string): Promise<Opinion> => {
    const answer = E.chain((given: object) => statusIn(given))(await ask(reviewOf(spec, version)))
    if (E.isLeft(answer)) {
      onTrouble(answer.left)
      return failed(answer.left)
    }
    const { allowed = false } = answer.right
    const milliseconds = allowed ? keptMilliseconds.allowed : keptMilliseconds.other
    const opinion = opinionOf(answer.right)
    if (milliseconds > 0 && key.length <= longestKept) kept.put(key, opinion, milliseconds)
    return opinion
  }
  return {
    known: (user, asked) => {
      const spec = specOf(user, asked)
      return withoutAsking(spec) ?? kept.get(JSON.stringify(spec))
    },
    opinion: async (user, asked) => {
      const spec = specOf(user, asked)
      const key = JSON.stringify(spec)
      const before = withoutAsking(spec) ?? kept.get(key)
      if (before) return before
      const found = asking.get(key) ?? answered(spec, key).finally(() => asking.delete(key))
      asking.set(key, found)
      return found
    },
  }
}

type AccessReview = TypeOf<typeof SubjectAccessReview.schema>
type Spec = NonNullable<AccessReview['spec']>
type Status = NonNullable<AccessReview['status']>

/** As Go writes it: what is empty is left out. */
const specOf = ({ name, uid, groups, extra }: User, asked: Attributes): Spec => ({
  ...(asked.tag === 'Resource'
    ? { resourceAttributes: resourceOf(asked) }
    : { nonResourceAttributes: filled({ path: asked.path, verb: asked.verb }) }),
  ...filled({ user: name, uid }),
  ...(groups.length > 0 ? { groups } : {}),
  ...(Object.keys(extra).length > 0 ? { extra } : {}),
})

const filled = <A extends Readonly<Record<string, string>>>(texts: A): Partial<A> =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')) as Partial<A>

const operators = { '=': 'In', '!=': 'NotIn' } as const

const resourceOf = ({
  tag: _tag,
  fields = [],
  ...texts
}: Extract<Attributes, { tag: 'Resource' }>): NonNullable<Spec['resourceAttributes']> => {
  const requirements = fields.map(({ field, operator, value }) => ({
    key: field,
    operator: operators[operator],
    values: [value],
  }))
  return { ...filled(texts), ...(requirements.length > 0 ? { fieldSelector: { requirements } } : {}) }
}

const reviewOf = (spec: Spec, version: ConfiguredWebhook['version']): Review => {
  const { groups, ...rest } = spec
  return {
    apiVersion: `authorization.k8s.io/${version}`,
    kind: 'SubjectAccessReview',
    spec: version === 'v1' ? spec : { ...rest, ...(groups ? { group: groups } : {}) },
  }
}

/** Its versions are alike in what they answer. */
const statusIn = (given: object): Either<string, Status> => {
  const named = { ...given, apiVersion: 'authorization.k8s.io/v1', spec: {} }
  const decoded = decodeValue(SubjectAccessReview, named, { fieldValidation: 'Ignore' })
  return E.isLeft(decoded)
    ? E.left(statusOf(decoded.left).message ?? 'the answer cannot be read')
    : E.right((decoded.right.object as AccessReview).status ?? { allowed: false })
}

const opinionOf = ({ allowed = false, denied = false, reason = '' }: Status): Opinion => {
  if (denied && allowed)
    return { tag: 'Deny', why: reason, fault: 'webhook subject access review returned both allow and deny response' }
  return { tag: denied ? 'Deny' : allowed ? 'Allow' : 'None', why: reason }
}
