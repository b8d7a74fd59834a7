import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { Pod } from '@periplus/kinds'
import { CutView, podsOnNode } from '@periplus/projection'
import type { Cut, Index } from '@periplus/projection'
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
  #with(laid: Partial<Laid>): CutWithAssumed {
    return new CutWithAssumed(this.under, { ...this.#laid, ...laid })
  }

  #withPods(nodeName: string, pod: Stored<Pod>, pods: Pods): CutWithAssumed {
    const { onNodes, assumed } = this.#laid
    return this.#with({ onNodes: new Map(onNodes).set(nodeName, pods), assumed: [...assumed, pod] })
  }

  withPodOn(nodeName: string, pod: Stored<Pod>): CutWithAssumed {
    const bound: Stored<Pod> = { ...pod, spec: { containers: [], ...pod.spec, nodeName } }
    return this.#withPods(nodeName, bound, [...this.by(podsOnNode, nodeName), bound])
  }

  /** It is still there: when it has left is for its node to say. */
  withLeaving(pod: Stored<Pod>): CutWithAssumed {
    const nodeName = pod.spec?.nodeName ?? ''
    const deletionTimestamp = pod.metadata.creationTimestamp ?? ''
    const leaving = { ...pod, metadata: { ...pod.metadata, deletionTimestamp } }
    const pods = this.by(podsOnNode, nodeName)
    return this.#withPods(
      nodeName,
      leaving,
      pods.map(other => (other.metadata.uid === pod.metadata.uid ? leaving : other)),
    )
  }

  withPromise(pod: Stored<Pod>, nominatedNodeName: string | null): CutWithAssumed {
    const others = this.by(podsPromised, '').filter(({ metadata }) => metadata.uid !== pod.metadata.uid)
    const { nominatedNodeName: _, ...status } = pod.status ?? {}
    const told = { ...pod, status: { ...status, ...(nominatedNodeName ? { nominatedNodeName } : {}) } }
    return this.#with({
      promised: nominatedNodeName ? [...others, told] : others,
      told: new Map(this.#laid.told).set(pod.metadata.uid, told),
    })
  }
}

/** `undefined` where it cannot be assumed. */
const after = (cut: CutWithAssumed, command: Command): CutWithAssumed | undefined => {
  // An Event moves nobody.
  if (command.kind.resource === 'events') return cut
  if (command.verb === 'update' && command.subresource === 'binding') {
    const { metadata, target } = command.object as KubernetesObject & { readonly target?: { readonly name?: string } }
    const pod = cut.get(Pod, metadata?.namespace ?? '', metadata?.name ?? '')
    return pod && target?.name ? cut.withPodOn(target.name, pod) : undefined
  }
  if (command.verb !== 'patch' && command.verb !== 'delete') return undefined
  if (command.kind.resource !== Pod.resource || command.kind.group !== Pod.group) return undefined
  const pod = cut.get(Pod, command.ref.namespace, command.ref.name)
  if (!pod) return undefined
  if (command.verb === 'delete') return cut.withLeaving(pod)
  if (command.subresource !== 'status') return undefined
  const { nominatedNodeName } = (command.patch.body as { readonly status?: Word }).status ?? {}
  return nominatedNodeName === undefined ? cut : cut.withPromise(pod, nominatedNodeName)
}

/** The cut as it will be when a decision's pod is on its node, or when room is being made for it there. */
export const assume = (cut: Cut, commands: readonly Command[]): Cut | undefined => {
  let assumed: CutWithAssumed | undefined = cut instanceof CutWithAssumed ? cut : new CutWithAssumed(cut)
  for (const command of commands) {
    assumed = after(assumed, command)
    if (!assumed) return undefined
  }
  return assumed
}
