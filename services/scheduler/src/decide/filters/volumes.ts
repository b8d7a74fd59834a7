import { PersistentVolumeClaim, podClaims } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import { unresolvable, resolvable } from '../plugin.ts'
import type { Filter } from '../plugin.ts'
import { planOn } from '../volumes/plan-on.ts'
import { podVolumes } from '../volumes/pod-volumes.ts'

/** Volumes that the pod has must reach the node; those that it is yet to get must be there, or such that they can be made. */
export const volumeBinding: Filter = {
  name: 'VolumeBinding',
  rejects: ({ cut, pod }) => {
    const volumes = podVolumes(cut, pod)
    return E.isLeft(volumes) ? volumes.left : undefined
  },
  prepare: ({ cut, pod }) => {
    const volumes = podVolumes(cut, pod)
    if (E.isLeft(volumes) || volumes.right.bound.length + volumes.right.delayed.length === 0) return undefined
    return ({ node }) => {
      const plan = planOn(cut, volumes.right, node)
      return E.isLeft(plan) ? unresolvable(...plan.left) : undefined
    }
  },
}

/** A claim of one pod at a time is not given to a second one, wherever the first one runs. */
export const volumeRestrictions: Filter = {
  name: 'VolumeRestrictions',
  spansNodes: true,
  prepare: ({ cut, pod, nodes }) => {
    const { namespace = '' } = pod.metadata
    const exclusive = podClaims(pod)
      .map(({ claimName }) => claimName)
      .filter(name => cut.get(PersistentVolumeClaim, namespace, name)?.spec?.accessModes?.includes('ReadWriteOncePod'))
    if (exclusive.length === 0) return undefined
    const taken = nodes.some(node =>
      node.pods.some(
        other =>
          other.metadata.namespace === namespace &&
          podClaims(other).some(({ claimName }) => exclusive.includes(claimName)),
      ),
    )
    const objection = resolvable(
      'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode',
    )
    return taken ? () => objection : undefined
  },
}
