import { controllerOf } from '@periplus/api'
import type { Kind, Stored } from '@periplus/api'
import { Pod, isPodActive } from '@periplus/kinds'
import { byOwner } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import type { DeletionCandidate } from '../pods/deletion-order.ts'
import type { Replicated } from './replicated.ts'

/**
 * Ranks pods by how many related ones their node runs. Related are the pods of all that has the same owner: of a
 * Deployment's other ReplicaSets too.
 */
export const ranked = (
  cut: Cut,
  kind: Kind,
  { object }: Replicated,
  pods: readonly Stored<Pod>[],
): readonly DeletionCandidate[] => {
  const owner = controllerOf(object)
  const siblings = owner ? cut.by(byOwner(kind), owner.uid).map(sibling => sibling.metadata.uid) : [object.metadata.uid]
  const onNode = new Map<string, number>()
  for (const uid of new Set([...siblings, object.metadata.uid]))
    for (const pod of cut.by(byOwner(Pod), uid)) {
      const node = pod.spec?.nodeName
      if (node && isPodActive(pod)) onNode.set(node, (onNode.get(node) ?? 0) + 1)
    }
  return pods.map(pod => ({ pod, rank: onNode.get(pod.spec?.nodeName ?? '') ?? 0 }))
}
