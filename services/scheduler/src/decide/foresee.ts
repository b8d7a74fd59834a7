import type { KubernetesObject, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** Pods by node, where some are that the log does not know of yet. */
interface Foreseen {
  readonly cut: Cut
  readonly onNodes: ReadonlyMap<string, readonly Stored<Pod>[]>
}

/** What a foreseen cut was made of, so that the next one is laid over the same cut and not over this one. */
const made = new WeakMap<Cut, Foreseen>()

/** What else a decision does about a pod that it found no place for: none of it moves another pod. */
const isTelling = (command: Command): boolean =>
  command.kind.resource === 'events' || (command.verb === 'patch' && command.subresource === 'status')

/**
 * The cut as it will be when a decision's pod is on its node. All that placing another pod looks at are the pods of nodes, so
 * nothing else is laid over it. Evictions cannot be foreseen: when a pod has left is for its node to say.
 */
export const foresee = (cut: Cut, commands: readonly Command[]): Cut | undefined => {
  let foreseen = made.get(cut) ?? { cut, onNodes: new Map() }
  for (const command of commands) {
    if (isTelling(command)) continue
    if (command.verb !== 'update' || command.subresource !== 'binding') return undefined
    const { metadata, target } = command.object as KubernetesObject & { readonly target?: { readonly name?: string } }
    const pod = cut.get(Pod, metadata?.namespace ?? '', metadata?.name ?? '')
    if (!pod || !target?.name) return undefined
    foreseen = withPodOn(foreseen, pod, target.name)
  }
  return over(foreseen)
}

const withPodOn = ({ cut, onNodes }: Foreseen, pod: Stored<Pod>, node: string): Foreseen => {
  const bound: Stored<Pod> = { ...pod, spec: { containers: [], ...pod.spec, nodeName: node } }
  return { cut, onNodes: new Map(onNodes).set(node, [...(onNodes.get(node) ?? cut.onNode(Pod, node)), bound]) }
}

const over = (foreseen: Foreseen): Cut => {
  const { cut, onNodes } = foreseen
  const onNode: Cut['onNode'] = (kind, node) => {
    const pods = kind.group === Pod.group && kind.resource === Pod.resource ? onNodes.get(node) : undefined
    return (pods as ReturnType<typeof onNode<never>> | undefined) ?? cut.onNode(kind, node)
  }
  const view = Object.assign(Object.create(cut) as Cut, { onNode })
  made.set(view, foreseen)
  return view
}
