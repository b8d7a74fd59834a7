import type { KubernetesObject, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { Pod } from '@periplus/kinds'
import { CutView, podsOnNode } from '@periplus/projection'
import type { Cut, Index } from '@periplus/projection'

/** Pods that are on nodes only as it is assumed: those of a cut that `assume` made, and none of any other. */
export const assumedPods: Index<Pod> = { kind: Pod, keysOf: () => [] }

type PodsByNode = ReadonlyMap<string, readonly Stored<Pod>[]>

/**
 * A cut with pods on nodes that the log does not know of yet. All that placing another pod looks at are the pods of nodes, so
 * nothing else is laid over it.
 */
class CutWithAssumed extends CutView {
  readonly #onNodes: PodsByNode
  readonly #assumed: readonly Stored<Pod>[]

  constructor(under: Cut, onNodes: PodsByNode = new Map(), assumed: readonly Stored<Pod>[] = []) {
    super(under)
    this.#onNodes = onNodes
    this.#assumed = assumed
  }

  override by<A extends KubernetesObject>(index: Index<A>, key: string): readonly Stored<A>[] {
    const assumed =
      (index as object) === podsOnNode
        ? this.#onNodes.get(key)
        : (index as object) === assumedPods
          ? this.#assumed
          : undefined
    return (assumed as readonly Stored<KubernetesObject>[] as readonly Stored<A>[]) ?? this.under.by(index, key)
  }

  /** Laid over the same cut, not over this one: a round is long. */
  withPodOn(nodeName: string, pod: Stored<Pod>): CutWithAssumed {
    const bound: Stored<Pod> = { ...pod, spec: { containers: [], ...pod.spec, nodeName } }
    return new CutWithAssumed(
      this.under,
      new Map(this.#onNodes).set(nodeName, [...this.by(podsOnNode, nodeName), bound]),
      [...this.#assumed, bound],
    )
  }
}

/** What else a decision does about a pod that it found no place for: none of it moves another pod. */
const isTelling = (command: Command): boolean =>
  command.kind.resource === 'events' || (command.verb === 'patch' && command.subresource === 'status')

/**
 * The cut as it will be when a decision's pod is on its node. Evictions cannot be assumed: when a pod has left is for its
 * node to say.
 */
export const assume = (cut: Cut, commands: readonly Command[]): Cut | undefined => {
  let assumed = cut instanceof CutWithAssumed ? cut : new CutWithAssumed(cut)
  for (const command of commands) {
    if (isTelling(command)) continue
    if (command.verb !== 'update' || command.subresource !== 'binding') return undefined
    const { metadata, target } = command.object as KubernetesObject & { readonly target?: { readonly name?: string } }
    const pod = cut.get(Pod, metadata?.namespace ?? '', metadata?.name ?? '')
    if (!pod || !target?.name) return undefined
    assumed = assumed.withPodOn(target.name, pod)
  }
  return assumed
}
