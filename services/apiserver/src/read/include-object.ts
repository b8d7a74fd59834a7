import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { IncludeObject, Refusal } from '@periplus/api'

/** `includeObject` of `meta.k8s.io` TableOptions. */
export const includeObjectOf = (query: URLSearchParams): Either<Refusal, IncludeObject> => {
  const value = query.get('includeObject') ?? ''
  switch (value) {
    case '':
    case 'Metadata':
      return E.right('Metadata')
    case 'None':
    case 'Object':
      return E.right(value)
    default:
      return E.left({ tag: 'BadRequest', message: `unrecognized includeObject value: ${JSON.stringify(value)}` })
  }
}
