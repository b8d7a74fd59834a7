import type { Kind, KubernetesObject, ObjectRef, Stored } from '@periplus/api'
import type { Sequence } from '@periplus/log'
import type { Cut, Entry, LabelledEntry } from '../cut.ts'
import type { Index, IndexMark, IndexOfEvery, KeyChanges } from '../indexes.ts'

/**
 * A cut seen through another one, to be extended by what is to look different. A class that spells out every member, because
 * each decision makes one and reads through it: members copied onto an object are several times slower to make and to call.
 */
export class CutView implements Cut {
  protected readonly under: Cut

  constructor(under: Cut) {
    this.under = under
  }

  get sequence(): Sequence {
    return this.under.sequence
  }

  get<A extends KubernetesObject>(kind: Kind<A>, namespace: string, name: string): Stored<A> | undefined {
    return this.under.get(kind, namespace, name)
  }

  list<A extends KubernetesObject>(kind: Kind<A>, namespace?: string): readonly Stored<A>[] {
    return this.under.list(kind, namespace)
  }

  by<A extends KubernetesObject>(index: Index<A>, key: string): readonly Stored<A>[] {
    return this.under.by(index, key)
  }

  /** It may look different by any key: who extends it by none says so. */
  changedKeys<A extends KubernetesObject>(_index: Index<A>, _since: IndexMark | undefined): KeyChanges | undefined {
    return undefined
  }

  entriesBy<A extends KubernetesObject>(index: Index<A> | IndexOfEvery, key: string): readonly LabelledEntry[] {
    return this.under.entriesBy(index, key)
  }

  labelled<A extends KubernetesObject>(
    kind: Kind<A>,
    namespace: string,
    labels: Readonly<Record<string, string>>,
  ): readonly Stored<A>[] {
    return this.under.labelled(kind, namespace, labels)
  }

  byUid(uid: string): Entry | undefined {
    return this.under.byUid(uid)
  }

  entry(ref: ObjectRef): Entry | undefined {
    return this.under.entry(ref)
  }

  lastSequence(ref: ObjectRef): Sequence {
    return this.under.lastSequence(ref)
  }

  entries(group: string, resource: string, namespace?: string): readonly Entry[] {
    return this.under.entries(group, resource, namespace)
  }

  resources(): ReturnType<Cut['resources']> {
    return this.under.resources()
  }
}
