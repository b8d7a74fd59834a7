import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Kind, KindRegistry, ObjectRef } from '@periplus/api'

export interface NamedObject {
  readonly kind: Kind
  readonly ref: ObjectRef
}

const answersTo = (kind: Kind, word: string): boolean =>
  [kind.resource, kind.singular, ...kind.shortNames, `${kind.resource}.${kind.group}`].includes(word)

/** The kind that a word such as `pods`, `deploy` or `deployments.apps` names. */
export const kindNamed = (registry: KindRegistry, word: string): Kind | undefined => {
  const named = registry.kinds.find(one => answersTo(one, word.toLowerCase()) && storedHere(registry, one))
  return named && registry.stored(named.group, named.resource)
}

/** `events.k8s.io` events are the core group's. */
const storedHere = (registry: KindRegistry, { group, resource }: Kind): boolean =>
  registry.stored(group, resource)?.group === group

/** `pod/web`, `deploy/web` or `deployments.apps/web`, as kubectl takes them. Left: one line for the user. */
export const objectArgument = (kinds: KindRegistry, text: string, namespace: string): Either<string, NamedObject> => {
  const [word = '', name = '', ...rest] = text.split('/')
  if (word === '' || name === '' || rest.length > 0)
    return E.left(`'${text}' is not of the form KIND/NAME, such as pod/web`)
  const kind = kindNamed(kinds, word)
  if (!kind) return E.left(`there is no kind of the name '${word}'`)
  const { group, resource } = kind
  return E.right({ kind, ref: { group, resource, namespace: kind.namespaced ? namespace : '', name } })
}
