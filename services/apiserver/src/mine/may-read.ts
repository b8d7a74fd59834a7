import { E } from '@periplus/prelude'
import type { Kind, ObjectRef } from '@periplus/api'
import type { Authorize, User } from '../ports.ts'
import type { Selection } from '../read/selection.ts'
import type { RequestInfo } from '../request/request-info.ts'

/** Whether somebody may read an object of a kind, by the rules of one moment. */
export type MayRead = (ref: Pick<ObjectRef, 'namespace' | 'name'>) => boolean

/**
 * Whether a list or a watch is asked for with `?scope=mine`: of just the objects that one may read, whatever one may not. Who may ask is
 * everybody; nodes may not, as what they may read follows from their pods.
 */
export const asksMine = (info: RequestInfo, query: URLSearchParams, { groups }: User): boolean =>
  info.tag === 'Resource' &&
  (info.verb === 'list' || info.verb === 'watch') &&
  !info.named &&
  info.subresource === '' &&
  query.get('scope') === 'mine' &&
  groups.includes('system:authenticated') &&
  !groups.includes('system:nodes')

/** A selection of that of which one may read. */
export const narrowedTo = (selection: Selection, mayRead: MayRead): Selection => ({
  ...selection,
  everything: false,
  matches: entry => mayRead(entry.ref) && selection.matches(entry),
})

/**
 * An object may be read by whoever may list (or watch) its namespace, or get it by its name. Answers for namespaces are remembered, as most
 * objects are many in few of them. `authorize` is that of one moment, which does not go on.
 */
export const readableBy = (
  authorize: Authorize,
  user: User,
  { group, version, resource }: Pick<Kind, 'group' | 'version' | 'resource'>,
  verb: 'list' | 'watch',
): MayRead => {
  const may = (of: string, namespace: string, name: string): boolean =>
    E.isRight(
      authorize(user, { tag: 'Resource', verb: of, group, version, resource, subresource: '', namespace, name }),
    )
  if (may(verb, '', '')) return () => true
  const namespaces = new Map<string, boolean>()
  const isNamespaces = group === '' && resource === 'namespaces'
  return ({ namespace, name }) => {
    if (namespace === '') return may('get', isNamespaces ? name : '', name)
    const known = namespaces.get(namespace) ?? may(verb, namespace, '')
    namespaces.set(namespace, known)
    return known || may('get', namespace, name)
  }
}
