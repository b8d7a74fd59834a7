import type { Kind, KubernetesObject, ObjectRef, Stored } from '@periplus/api'
import { kindName, forgottenAt } from '@periplus/log'
import type { Horizons, Sequence } from '@periplus/log'
import { CutView } from '@periplus/projection'
import type { Cut, Entry, Index, IndexOfEvery, LabelledEntry } from '@periplus/projection'

/** Thrown by a `rememberedCut` to who reads what is forgotten: that it was not there is not known. */
export class ForgottenKind extends Error {
  override readonly name = 'ForgottenKind'
  /** As `Horizons` names it. */
  readonly kind: string
  /** From here on it can be read. */
  readonly first: Sequence

  constructor(kind: string, first: Sequence) {
    super(`the past of ${kind} can be read from ${first} on: what was before is not kept`)
    this.kind = kind
    this.first = first
  }
}

const storedAs = ({ group, resource, storedAs: at }: Kind): Pick<ObjectRef, 'group' | 'resource'> =>
  at ?? { group, resource }

class RememberedCut extends CutView {
  readonly #forgotten: ReadonlyMap<string, Sequence>

  constructor(under: Cut, forgotten: ReadonlyMap<string, Sequence>) {
    super(under)
    this.#forgotten = forgotten
  }

  override get<A extends KubernetesObject>(kind: Kind<A>, namespace: string, name: string): Stored<A> | undefined {
    this.#see(storedAs(kind as Kind))
    return super.get(kind, namespace, name)
  }

  override list<A extends KubernetesObject>(kind: Kind<A>, namespace?: string): readonly Stored<A>[] {
    this.#see(storedAs(kind as Kind))
    return super.list(kind, namespace)
  }

  override by<A extends KubernetesObject>(index: Index<A>, key: string): readonly Stored<A>[] {
    this.#see(storedAs(index.kind as Kind))
    return super.by(index, key)
  }

  override entriesBy<A extends KubernetesObject>(
    index: Index<A> | IndexOfEvery,
    key: string,
  ): readonly LabelledEntry[] {
    if ('every' in index) this.#seeAll()
    else this.#see(storedAs(index.kind as Kind))
    return super.entriesBy(index, key)
  }

  override labelled<A extends KubernetesObject>(
    kind: Kind<A>,
    namespace: string,
    labels: Readonly<Record<string, string>>,
  ): readonly Stored<A>[] {
    this.#see(storedAs(kind as Kind))
    return super.labelled(kind, namespace, labels)
  }

  override byUid(uid: string): Entry | undefined {
    const found = super.byUid(uid)
    if (found) this.#see(found.ref)
    else this.#seeAll()
    return found
  }

  override entry(ref: ObjectRef): Entry | undefined {
    this.#see(ref)
    return super.entry(ref)
  }

  override lastSequence(ref: ObjectRef): Sequence {
    this.#see(ref)
    return super.lastSequence(ref)
  }

  override entries(group: string, resource: string, namespace?: string): readonly Entry[] {
    this.#see({ group, resource })
    return super.entries(group, resource, namespace)
  }

  override resources(): ReturnType<Cut['resources']> {
    this.#seeAll()
    return super.resources()
  }

  #see(kind: Pick<ObjectRef, 'group' | 'resource'>): void {
    const name = kindName(kind)
    const first = this.#forgotten.get(name)
    if (first !== undefined) throw new ForgottenKind(name, first)
  }

  /** What is asked about all kinds is not known where one is forgotten. */
  #seeAll(): void {
    for (const [name, first] of this.#forgotten) throw new ForgottenKind(name, first)
  }
}

/**
 * A cut at a sequence, as far as kinds can be read there by now: whoever reads one that cannot is thrown `ForgottenKind`, rather than shown a state
 * that never was. Of one where nothing is forgotten but what all kinds have, the same.
 */
export const rememberedCut = (cut: Cut, horizons: Horizons, at: Sequence): Cut => {
  const forgotten = new Map(forgottenAt(horizons, at))
  return forgotten.size === 0 ? cut : new RememberedCut(cut, forgotten)
}
