import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/** The keys of an RFC 6901 pointer; `''` is the whole document. */
export const parsePointer = (pointer: string): Either<string, readonly string[]> => {
  if (pointer === '') return E.right([])
  if (!pointer.startsWith('/')) return E.left(`invalid JSON pointer ${JSON.stringify(pointer)}`)
  return E.right(
    pointer
      .slice(1)
      .split('/')
      .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~')),
  )
}
