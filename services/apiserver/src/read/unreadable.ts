import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { groupResource } from '@periplus/api'
import type { Kind, Refusal } from '@periplus/api'
import type { Cut, Entry } from '@periplus/projection'

/**
 * Refuses to show objects that live and of which a part cannot be read: whoever got the rest could take it for all. The past shows
 * the rest, which says why it is no more.
 */
export const readableOnly = (cut: Pick<Cut, 'entry'>, kind: Kind, entries: readonly Entry[]): Either<Refusal, void> => {
  const entry = entries.find(one => one.unreadable !== undefined && cut.entry(one.ref) === one)
  if (!entry) return E.right(undefined)
  const { namespace, name } = entry.ref
  const path = namespace === '' ? name : `${namespace}/${name}`
  return E.left({
    tag: 'Unreadable',
    message: `failed to read ${groupResource(kind.resource, kind.group)} ${path}: ${entry.unreadable}`,
  })
}
