import { inVersion } from '@periplus/api'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { Entry } from '../cut.ts'

type Objects = readonly Stored<KubernetesObject>[]

interface Made {
  readonly entries: readonly Entry[]
  readonly list: Objects
}

/** The objects of one list of entries, kind by kind: the same array as long as nothing in it changed. */
export class ObjectLists {
  readonly #made = new WeakMap<Kind, Made>()

  of<A extends KubernetesObject>(kind: Kind<A>, entries: readonly Entry[]): readonly Stored<A>[] {
    const key = kind as Kind
    const made = this.#made.get(key)
    if (made?.entries === entries) return made.list as readonly Stored<A>[]
    const list = (made && patched(key, made, entries)) ?? entries.filter(is(key)).map(entry => objectAs(key, entry))
    this.#made.set(key, { entries, list })
    return list as readonly Stored<A>[]
  }
}

const is =
  ({ group, resource }: Kind) =>
  ({ ref }: Entry): boolean =>
    ref.group === group && ref.resource === resource

/** Made of the list before, where as many entries are all of this kind; of the others, nothing is read. */
const patched = (kind: Kind, { entries: before, list }: Made, entries: readonly Entry[]): Objects | undefined => {
  if (before.length !== entries.length || list.length !== entries.length) return undefined
  const next = list.slice()
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as Entry
    if (entry === before[i]) continue
    if (!is(kind)(entry)) return undefined
    next[i] = objectAs(kind, entry)
  }
  return next
}

/** The object of an entry in the version of `kind`. */
export const objectAs = <A extends KubernetesObject>(kind: Kind<A>, entry: Entry): Stored<A> =>
  inVersion(kind, entry.object())
