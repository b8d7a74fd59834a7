import { createHash, timingSafeEqual } from 'node:crypto'
import { parseTime } from '@periplus/api'
import { Secret } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import type { Cut } from '@periplus/projection'
import type { Tokens, User } from '../../ports.ts'

/** `<token-id>.<token-secret>`, as Kubernetes' bootstrap tokens are written. */
const form = /^([a-z0-9]{6})\.([a-z0-9]{16})$/

const extraGroup = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/

/** Equal in a time that does not tell how much of it is. */
const isSame = (one: string, other: string): boolean => {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}

/** Whom a bootstrap token stands for; `undefined` where it is none that the cluster knows and that is good at `now`. */
export const bootstrapUser = (cut: Cut, token: string, now: number): User | undefined => {
  const [, id, secret] = form.exec(token) ?? []
  if (id === undefined || secret === undefined) return undefined
  const found = cut.get(Secret, 'kube-system', `bootstrap-token-${id}`)
  if (found?.type !== 'bootstrap.kubernetes.io/token' || found.metadata.deletionTimestamp !== undefined)
    return undefined
  const value = (key: string): string => Buffer.from(found.data?.[key] ?? '', 'base64').toString()
  if (value('token-id') !== id || !isSame(value('token-secret'), secret)) return undefined
  if (value('usage-bootstrap-authentication') !== 'true') return undefined
  const expiration = value('expiration')
  const ends = expiration === '' ? Infinity : parseTime(expiration)
  if (ends === undefined || ends <= now) return undefined
  const groups = value('auth-extra-groups')
    .split(',')
    .filter(name => extraGroup.test(name))
  return {
    name: `system:bootstrap:${id}`,
    uid: '',
    groups: ['system:bootstrappers', ...groups, 'system:authenticated'],
    extra: {},
  }
}

/** Tokens of service accounts, and bootstrap tokens, which a host that is to become a node shows at its first request. */
export const withBootstrapTokens = <T extends Tokens>(tokens: T, cut: Cut, clock: Clock): T => ({
  ...tokens,
  review: async (token, audiences): Promise<Either<Refusal, { user: User; audiences: readonly string[] }>> => {
    if (!form.test(token)) return tokens.review(token, audiences)
    const user = bootstrapUser(cut, token, clock.now())
    return user === undefined
      ? E.left({ tag: 'Unauthorized', message: 'invalid bearer token' })
      : E.right({ user, audiences: [] })
  },
})
