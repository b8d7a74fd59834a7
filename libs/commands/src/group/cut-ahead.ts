import { controllerOf, hasLabels, inVersion, toJson } from '@periplus/api'
import type { Kind, KubernetesObject, ObjectRef, Stored } from '@periplus/api'
import { CutView, byRef } from '@periplus/projection'
import type { Cut, Entry, LabelledEntry } from '@periplus/projection'
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

  override ownedBy<A extends KubernetesObject>(kind: Kind<A>, uid: string): readonly Stored<A>[] {
    return this.#isAhead(kind) ? this.list(kind).filter(object => owns(uid, object)) : this.under.ownedBy(kind, uid)
  }

  override unmanaged(kind: Resource, namespace: string): readonly LabelledEntry[] {
    const kept = this.under.unmanaged(kind, namespace)
    if (!this.#isAhead(kind)) return kept
    const added = this.#added(kind, namespace).filter(entry => controllerOf(entry.object()) === undefined)
    return [...this.#unchanged(kept), ...added].sort(byRef)
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

  override onNode<A extends KubernetesObject>(kind: Kind<A>, nodeName: string): readonly Stored<A>[] {
    return this.#isAhead(kind)
      ? this.list(kind).filter(object => nodeOf(object) === nodeName)
      : this.under.onNode(kind, nodeName)
  }

  override dependents(uid: string): readonly Entry[] {
    return [
      ...this.#unchanged(this.under.dependents(uid)),
      ...this.#changed().filter(entry => owns(uid, entry.object())),
    ]
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

const owns = (uid: string, { metadata }: KubernetesObject): boolean =>
  metadata?.ownerReferences?.some(owner => owner.uid === uid) ?? false

const nodeOf = (object: KubernetesObject): string =>
  (object as { readonly spec?: { readonly nodeName?: string } }).spec?.nodeName ?? ''
