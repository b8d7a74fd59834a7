import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import type { Attributes, Authorize, Judgement, User } from '../../ports.ts'
import { forbidden } from '../rbac/authorize.ts'
import type { AccessWebhook } from './access-webhook.ts'
import type { Opinion } from './opinion.ts'

/** One of several who judge in their order: from the cut, or somebody outside. */
export type Authorizer = ((user: User, asked: Attributes) => Opinion) | AccessWebhook

/** How often what asks is run again for answers that it needs; no request has as many questions one after another. */
const mostRounds = 64

/** The judgement of several authorizers, of which the first with an opinion has the last word. */
export interface Chain {
  /** As far as it is known without asking anybody. */
  known(user: User, asked: Attributes): Judgement | undefined
  judge(user: User, asked: Attributes): Promise<Judgement>
}

export const chainOf = (authorizers: readonly Authorizer[]): Chain => ({
  known: (user, asked) => {
    const opinions: Opinion[] = []
    for (const one of authorizers) {
      const opinion = typeof one === 'function' ? one(user, asked) : one.known(user, asked)
      if (!opinion) return undefined
      opinions.push(opinion)
      if (opinion.tag !== 'None') break
    }
    return judgementOf(opinions)
  },
  judge: async (user, asked) => {
    const opinions: Opinion[] = []
    for (const one of authorizers) {
      const opinion = typeof one === 'function' ? one(user, asked) : await one.opinion(user, asked)
      opinions.push(opinion)
      if (opinion.tag !== 'None') break
    }
    return judgementOf(opinions)
  },
})

const judgementOf = (opinions: readonly Opinion[]): Judgement => {
  const last = opinions.at(-1)
  const faults = opinions.flatMap(({ fault }) => (fault === undefined ? [] : [fault]))
  const allowed = last?.tag === 'Allow'
  const whys = (allowed ? [last] : opinions).map(({ why }) => why).filter(why => why !== '')
  return {
    allowed,
    denied: last?.tag === 'Deny',
    reason: whys.join('\n'),
    ...(faults.length > 0 ? { fault: faults.join(', ') } : {}),
  }
}

/** As a request is answered: what could not be asked is told, where nobody else allows it. */
const answerOf = (user: User, asked: Attributes, { allowed, reason, fault }: Judgement): Either<Refusal, string> => {
  if (allowed) return E.right(reason)
  return E.left(fault === undefined ? forbidden(user, asked, reason) : { tag: 'InternalError', message: fault })
}

const unanswered: Either<Refusal, never> = E.left({
  tag: 'ServiceUnavailable',
  message: 'who may do this is being asked',
  retryAfterSeconds: 1,
})

/**
 * Runs what asks who may do what, and where it is refused runs it again when those outside have answered the questions that it came to. A
 * question without an answer is a refusal, so that nothing is done that rests on one.
 */
export const decidingWith =
  (chain: Chain) =>
  async <L, A>(run: (authorize: Authorize) => Either<L, A> | Promise<Either<L, A>>): Promise<Either<L, A>> => {
    const answers = new Map<string, Either<Refusal, string>>()
    for (let round = 0; ; round++) {
      const open = new Map<string, readonly [User, Attributes]>()
      const outcome = await run((user, asked) => {
        const key = JSON.stringify([user, asked])
        const answer = answers.get(key)
        if (answer) return answer
        const known = chain.known(user, asked)
        if (known) return answerOf(user, asked, known)
        open.set(key, [user, asked])
        return unanswered
      })
      if (E.isRight(outcome) || open.size === 0 || round === mostRounds) return outcome
      for (const [key, [user, asked]] of open) answers.set(key, answerOf(user, asked, await chain.judge(user, asked)))
    }
  }
