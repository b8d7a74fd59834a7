import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Kind, KindRegistry, ObjectRef } from '@periplus/api'

export interface NamedObject {
  readonly kind: Kind
  readonly ref: ObjectRef
}

const answersTo = (kind: Kind, word: string): boolean =>
  [kind.resource, kind.singular, ...kind.shortNames, `${kind.resource}.${kind.group}`].includes(word)

/** `pod/web`, `deploy/web` or `deployments.apps/web`, as kubectl takes them. Left: one line for the user. */
export const objectArgument = (kinds: KindRegistry, text: string, namespace: string): Either<string, NamedObject> => {
  const [word = '', name = '', ...rest] = text.split('/')
  if (word === '' || name === '' || rest.length > 0)
    return E.left(`'${text}' is not of the form KIND/NAME, such as pod/web`)
  const kind = kinds.kinds.find(one => one.stored && answersTo(one, word.toLowerCase()))
  if (!kind) return E.left(`there is no kind of the name '${word}'`)
  const { group, resource } = kind
  return E.right({ kind, ref: { group, resource, namespace: kind.namespaced ? namespace : '', name } })
}
