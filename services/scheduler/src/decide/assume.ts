import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { Pod } from '@periplus/kinds'
import { CutView, podsOnNode } from '@periplus/projection'
import type { Cut, Index, IndexMark } from '@periplus/projection'
import { podsPromised } from './nominated.ts'
import type { Word } from './unschedulable.ts'

/** Pods of nodes that are there, or about to leave, only as it is assumed: those of a cut that `assume` made, and none of any other. */
export const assumedPods: Index<Pod> = { kind: Pod, keysOf: () => [] }

type Pods = readonly Stored<Pod>[]

/** What is laid over a cut. */
interface Laid {
  /** By node: its pods. */
  readonly onNodes: ReadonlyMap<string, Pods>
  readonly assumed: Pods
  /** Pods that are promised a node; `undefined`: as they are. */
  readonly promised: Pods | undefined
  /** By uid: pods that were promised a node, or are not any more. */
  readonly told: ReadonlyMap<string, Stored<Pod>>
}

const nothing: Laid = { onNodes: new Map(), assumed: [], promised: undefined, told: new Map() }

/**
 * A cut with pods on nodes, and promised to nodes, and leaving nodes, of which the log does not know yet. All that placing another pod looks
 * at are the pods of nodes and those that are promised to them, so nothing else is laid over it.
 */
class CutWithAssumed extends CutView {
  readonly #laid: Laid

  constructor(under: Cut, laid: Laid = nothing) {
    super(under)
    this.#laid = laid
  }

  override get<A extends KubernetesObject>(kind: Kind<A>, namespace: string, name: string): Stored<A> | undefined {
    const found = this.under.get(kind, namespace, name)
    return (found && (this.#laid.told.get(found.metadata.uid) as Stored<A> | undefined)) ?? found
  }

  override by<A extends KubernetesObject>(index: Index<A>, key: string): readonly Stored<A>[] {
    return (this.#laidBy(index as object, key) as readonly Stored<A>[] | undefined) ?? this.under.by(index, key)
  }

  /** Of what is there, and not of what is laid over it: pods of nodes that are assumed, `assumedPods` tells. */
  override changedKeys<A extends KubernetesObject>(index: Index<A>, since: IndexMark | undefined) {
    return this.under.changedKeys(index, since)
  }

  #laidBy(index: object, key: string): Pods | undefined {
    switch (index) {
      case podsOnNode:
        return this.#laid.onNodes.get(key)
      case assumedPods:
        return this.#laid.assumed
      case podsPromised:
        return this.#laid.promised
      default:
        return undefined
    }
  }

  /** Laid over the same cut, not over this one: a round is long. */
  with(lay: (laying: Laying) => boolean): CutWithAssumed | undefined {
    const laying = new Laying(this.under, this.#laid)
    return lay(laying) ? new CutWithAssumed(this.under, laying.laid()) : undefined
  }
}

/**
 * By object: what is under way is laid over each round's cut anew, and for as long as it is the same pods and lists of pods, nothing that was
 * found out about them is lost.
 */
const bounds = new WeakMap<Stored<Pod>, Stored<Pod>>()
const leavings = new WeakMap<Stored<Pod>, Stored<Pod>>()
const lists = new WeakMap<Pods, { readonly pod: Stored<Pod>; readonly list: Pods }>()

const boundTo = (pod: Stored<Pod>, nodeName: string): Stored<Pod> => {
  const before = bounds.get(pod)
  if (before?.spec?.nodeName === nodeName) return before
  const bound: Stored<Pod> = { ...pod, spec: { containers: [], ...pod.spec, nodeName } }
  bounds.set(pod, bound)
  return bound
}

const leavingAs = (pod: Stored<Pod>): Stored<Pod> => {
  const before = leavings.get(pod)
  if (before) return before
  const deletionTimestamp = pod.metadata.creationTimestamp ?? ''
  const leaving = { ...pod, metadata: { ...pod.metadata, deletionTimestamp } }
  leavings.set(pod, leaving)
  return leaving
}

/** The list that was made of a list for a pod before, or another one. */
const listWith = (pods: Pods, pod: Stored<Pod>, make: () => Pods): Pods => {
  const before = lists.get(pods)
  if (before?.pod === pod) return before.list
  const list = make()
  lists.set(pods, { pod, list })
  return list
}

/** What is being laid over a cut, of many commands at a time. The cut may have some of what they do already, and nothing is laid over that. */
class Laying {
  readonly #cut: Cut
  readonly #onNodes: Map<string, Pods>
  readonly #assumed: Stored<Pod>[]
  #promised: Pods | undefined
  readonly #told: Map<string, Stored<Pod>>

  constructor(cut: Cut, { onNodes, assumed, promised, told }: Laid) {
    this.#cut = cut
    this.#onNodes = new Map(onNodes)
    this.#assumed = [...assumed]
    this.#promised = promised
    this.#told = new Map(told)
  }

  laid(): Laid {
    return { onNodes: this.#onNodes, assumed: this.#assumed, promised: this.#promised, told: this.#told }
  }

  get(namespace: string, name: string): Stored<Pod> | undefined {
    const found = this.#cut.get(Pod, namespace, name)
    return found && (this.#told.get(found.metadata.uid) ?? found)
  }

  bind(pod: Stored<Pod>, nodeName: string): void {
    if (pod.spec?.nodeName) return
    const bound = boundTo(pod, nodeName)
    const pods = this.#podsOn(nodeName)
    this.#put(
      nodeName,
      bound,
      listWith(pods, bound, () => [...pods, bound]),
    )
  }

  /** It is still there: when it has left is for its node to say. */
  remove(pod: Stored<Pod>): void {
    if (pod.metadata.deletionTimestamp !== undefined) return
    const nodeName = pod.spec?.nodeName ?? ''
    const leaving = leavingAs(pod)
    const pods = this.#podsOn(nodeName)
    const others = () => pods.map(other => (other.metadata.uid === pod.metadata.uid ? leaving : other))
    this.#put(nodeName, leaving, listWith(pods, leaving, others))
  }

  promise(pod: Stored<Pod>, nominatedNodeName: string | null): void {
    const promised = this.#promised ?? this.#cut.by(podsPromised, '')
    const others = promised.filter(({ metadata }) => metadata.uid !== pod.metadata.uid)
    const { nominatedNodeName: _, ...status } = pod.status ?? {}
    const told = { ...pod, status: { ...status, ...(nominatedNodeName ? { nominatedNodeName } : {}) } }
    this.#promised = nominatedNodeName && !pod.spec?.nodeName ? [...others, told] : others
    this.#told.set(pod.metadata.uid, told)
  }

  #podsOn(nodeName: string): Pods {
    return this.#onNodes.get(nodeName) ?? this.#cut.by(podsOnNode, nodeName)
  }

  #put(nodeName: string, pod: Stored<Pod>, pods: Pods): void {
    this.#onNodes.set(nodeName, pods)
    this.#assumed.push(pod)
  }
}

/** Whether it can be assumed. A pod that has gone meanwhile, even if there is another one of its name, is nobody's any more. */
const layCommand = (laying: Laying, command: Command): boolean => {
  // An Event moves nobody.
  if (command.kind.resource === 'events') return true
  if (command.verb === 'update' && command.subresource === 'binding') {
    const { metadata, target } = command.object as KubernetesObject & { readonly target?: { readonly name?: string } }
    const pod = laying.get(metadata?.namespace ?? '', metadata?.name ?? '')
    if (target?.name && pod?.metadata.uid === metadata?.uid) laying.bind(pod as Stored<Pod>, target.name)
    return target?.name !== undefined
  }
  if (command.verb !== 'patch' && command.verb !== 'delete') return false
  if (command.kind.resource !== Pod.resource || command.kind.group !== Pod.group) return false
  const pod = laying.get(command.ref.namespace, command.ref.name)
  if (command.verb === 'delete') {
    if (pod && pod.metadata.uid === command.options?.preconditions?.uid) laying.remove(pod)
    return true
  }
  if (command.subresource !== 'status') return false
  const { nominatedNodeName } = (command.patch.body as { readonly status?: Word }).status ?? {}
  if (pod && nominatedNodeName !== undefined) laying.promise(pod, nominatedNodeName)
  return true
}

/** The cut as it will be when the pods are on their nodes, or room is being made for them there. */
export const assume = (cut: Cut, commands: readonly Command[]): Cut | undefined =>
  (cut instanceof CutWithAssumed ? cut : new CutWithAssumed(cut)).with(laying =>
    commands.every(command => layCommand(laying, command)),
  )
