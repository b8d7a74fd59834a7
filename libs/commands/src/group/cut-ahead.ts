import { hasLabels, inVersion, toJson } from '@periplus/api'
import type { Kind, KubernetesObject, ObjectRef, Stored } from '@periplus/api'
import { CutView, byRef, isFoundBy } from '@periplus/projection'
import type { Cut, Entry, Index, IndexOfEvery, LabelledEntry } from '@periplus/projection'
import type { Sequence } from '@periplus/log'
import { keyOf } from '../state/known.ts'

type Resource = Pick<Kind, 'group' | 'resource'>

/** An object that is about to be written, at the sequence that it has now. */
class EntryAhead implements LabelledEntry {
  readonly ref: ObjectRef
  readonly sequence: Sequence
  readonly #object: Stored<KubernetesObject>

  constructor(ref: ObjectRef, sequence: Sequence, object: Stored<KubernetesObject>) {
    this.ref = ref
    this.sequence = sequence
    this.#object = object
  }

  get bytes(): Uint8Array {
    return Buffer.from(toJson(this.#object))
  }

  object(): Stored<KubernetesObject> {
    return this.#object
  }

  labels(): Readonly<Record<string, string>> | undefined {
    return this.#object.metadata.labels
  }
}

/**
 * A cut as it will be once what is given to `put` is written, with what is there besides. It stands for as long as a group of commands is
 * carried through the write path: each sees what those before it will have written.
 */
export class CutAhead extends CutView {
  /** By resource, then by object; `undefined` where it will be gone. */
  readonly #ahead = new Map<string, Map<string, EntryAhead | undefined>>()
  readonly #lists = new Map<string, readonly Entry[]>()
  readonly #objects = new WeakMap<readonly Entry[], readonly Stored<KubernetesObject>[]>()

  put(ref: ObjectRef, sequence: Sequence, object: Stored<KubernetesObject> | undefined): void {
    const resource = resourceOf(ref)
    const changed = this.#ahead.get(resource) ?? new Map<string, EntryAhead | undefined>()
    this.#ahead.set(resource, changed.set(keyOf(ref), object && new EntryAhead(ref, sequence, object)))
    for (const list of this.#lists.keys()) if (list.startsWith(`${resource} `)) this.#lists.delete(list)
  }

  override entry(ref: ObjectRef): Entry | undefined {
    const changed = this.#ahead.get(resourceOf(ref))
    return changed?.has(keyOf(ref)) ? changed.get(keyOf(ref)) : this.under.entry(ref)
  }

  override get<A extends KubernetesObject>(kind: Kind<A>, namespace: string, name: string): Stored<A> | undefined {
    if (!this.#isAhead(kind)) return this.under.get(kind, namespace, name)
    const { group, resource } = kind
    const entry = this.entry({ group, resource, namespace, name })
    return entry && (inVersion(kind, entry.object()) as Stored<A>)
  }

  override entries(group: string, resource: string, namespace?: string): readonly Entry[] {
    return this.#isAhead({ group, resource })
      ? this.#all({ group, resource }, namespace)
      : this.under.entries(group, resource, namespace)
  }

  override list<A extends KubernetesObject>(kind: Kind<A>, namespace?: string): readonly Stored<A>[] {
    if (!this.#isAhead(kind)) return this.under.list(kind, namespace)
    const entries = this.#all(kind, namespace)
    if (!kind.stored) return entries.map(entry => inVersion(kind, entry.object()) as Stored<A>)
    const objects = this.#objects.get(entries) ?? entries.map(entry => entry.object())
    this.#objects.set(entries, objects)
    return objects as readonly Stored<A>[]
  }

  override by<A extends KubernetesObject>(index: Index<A>, key: string): readonly Stored<A>[] {
    return this.#isAhead(index.kind)
      ? this.entriesBy(index, key).map(entry => inVersion(index.kind, entry.object()))
      : this.under.by(index, key)
  }

  override entriesBy<A extends KubernetesObject>(
    index: Index<A> | IndexOfEvery,
    key: string,
  ): readonly LabelledEntry[] {
    const kept = this.under.entriesBy(index, key)
    if (!('every' in index) && !this.#isAhead(index.kind)) return kept
    const changed = 'every' in index ? this.#changed() : this.#added(index.kind, undefined)
    return [...this.#unchanged(kept), ...changed.filter(entry => isFoundBy(index, key, entry))].sort(byRef)
  }

  override labelled<A extends KubernetesObject>(
    kind: Kind<A>,
    namespace: string,
    labels: Readonly<Record<string, string>>,
  ): readonly Stored<A>[] {
    return this.#isAhead(kind)
      ? this.list(kind, namespace).filter(({ metadata }) => hasLabels(labels, metadata.labels))
      : this.under.labelled(kind, namespace, labels)
  }

  override byUid(uid: string): Entry | undefined {
    const ahead = this.#changed().find(entry => entry.object().metadata.uid === uid)
    const under = ahead ?? this.under.byUid(uid)
    return under && (ahead ?? this.entry(under.ref))
  }

  override resources(): ReturnType<Cut['resources']> {
    const seen = new Map(this.under.resources().map(one => [resourceOf(one), one]))
    for (const { ref } of this.#changed()) {
      const { group, resource } = ref
      seen.set(resourceOf(ref), { group, resource })
    }
    return [...seen.values()]
  }

  #isAhead(kind: Resource): boolean {
    return this.#ahead.has(resourceOf(kind))
  }

  #changed(): readonly EntryAhead[] {
    return [...this.#ahead.values()].flatMap(of => [...of.values()].filter(entry => entry !== undefined))
  }

  #unchanged<E extends Entry>(entries: readonly E[]): readonly E[] {
    return entries.filter(({ ref }) => !this.#ahead.get(resourceOf(ref))?.has(keyOf(ref)))
  }

  #added(kind: Resource, namespace: string | undefined): readonly EntryAhead[] {
    const changed = [...(this.#ahead.get(resourceOf(kind))?.values() ?? [])]
    return changed.filter(
      entry => entry !== undefined && (namespace === undefined || entry.ref.namespace === namespace),
    ) as EntryAhead[]
  }

  #all(kind: Resource, namespace: string | undefined): readonly Entry[] {
    const key = `${resourceOf(kind)} ${namespace ?? '*'}`
    const under = this.under.entries(kind.group, kind.resource, namespace)
    const list = this.#lists.get(key) ?? [...this.#unchanged(under), ...this.#added(kind, namespace)].sort(byRef)
    this.#lists.set(key, list)
    return list
  }
}

const resourceOf = ({ group, resource }: Resource): string => `${group}/${resource}`
