import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { badRequest } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import type { Attributes, Authorize, User } from '../ports.ts'
import { isWellFormed } from '../request/request-info.ts'
import { headerOf } from './exchange.ts'
import type { Incoming } from './exchange.ts'

const extraPrefix = 'impersonate-extra-'

const valuesOf = (request: Incoming, name: string): readonly string[] => {
  const value = request.headers[name]
  if (value === undefined) return []
  return (Array.isArray(value) ? value : value.split(',')).map(part => part.trim()).filter(part => part !== '')
}

const asking = (group: string, resource: string, name: string, namespace = '', subresource = ''): Attributes => ({
  tag: 'Resource',
  verb: 'impersonate',
  group,
  version: 'v1',
  resource,
  subresource,
  namespace,
  name,
})

/** `system:serviceaccount:<namespace>:<name>`. */
const serviceAccountOf = (name: string): readonly [string, string] | undefined => {
  const match = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name)
  return match?.[1] && match[2] ? [match[1], match[2]] : undefined
}

const defaultGroups = (name: string, asked: readonly string[]): readonly string[] => {
  const account = serviceAccountOf(name)
  const groups =
    asked.length > 0 || !account ? [...asked] : ['system:serviceaccounts', `system:serviceaccounts:${account[0]}`]
  const everybody = name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated'
  return groups.includes(everybody) ? groups : [...groups, everybody]
}

/** What `Impersonate-Extra-<key>` headers say; a key is escaped as in a URL. */
const extraOf = (request: Incoming): Either<Refusal, User['extra']> => {
  const extra: (readonly [key: string, values: readonly string[]])[] = []
  for (const header of Object.keys(request.headers)) {
    if (!header.startsWith(extraPrefix)) continue
    const key = header.slice(extraPrefix.length)
    if (!isWellFormed(key)) return E.left(badRequest(`invalid URL escape in the header ${header}`))
    extra.push([decodeURIComponent(key), valuesOf(request, header)])
  }
  return E.right(Object.fromEntries(extra))
}

/**
 * Acts as somebody else (`kubectl --as`), if the real user may impersonate every part of that identity. The headers are
 * those of Kubernetes' user impersonation.
 */
export const impersonate = (request: Incoming, user: User, authorize: Authorize): Either<Refusal, User> => {
  const name = headerOf(request, 'impersonate-user') ?? ''
  const uid = headerOf(request, 'impersonate-uid') ?? ''
  const groups = valuesOf(request, 'impersonate-group')
  const extra = extraOf(request)
  if (E.isLeft(extra)) return extra
  if (name === '') {
    if (groups.length > 0 || uid !== '' || Object.keys(extra.right).length > 0)
      return E.left({
        tag: 'BadRequest',
        message: 'requested impersonation of groups, a uid or extras without impersonating a user',
      })
    return E.right(user)
  }
  const account = serviceAccountOf(name)
  const questions = [
    account ? asking('', 'serviceaccounts', account[1], account[0]) : asking('', 'users', name),
    ...groups.map(group => asking('', 'groups', group)),
    ...(uid === '' ? [] : [asking('authentication.k8s.io', 'uids', uid)]),
    ...Object.entries(extra.right).flatMap(([key, values]) =>
      values.map(value => asking('authentication.k8s.io', 'userextras', value, '', key)),
    ),
  ]
  for (const question of questions) {
    const allowed = authorize(user, question)
    if (E.isLeft(allowed)) return allowed
  }
  return E.right({ name, uid, groups: defaultGroups(name, groups), extra: extra.right })
}
