import { podClaims } from '@periplus/kinds'
import type { ObjectReference, Pod } from '@periplus/kinds'

/** Whether a pod has the volume that is a claim's. */
export const hasClaim = (pod: Pod, claim: Pick<ObjectReference, 'namespace' | 'name'> | undefined): boolean =>
  pod.metadata?.namespace === claim?.namespace && podClaims(pod).some(({ claimName }) => claimName === claim?.name)

/** Whether volumes of a pod may come from a storage driver. */
export const hasDriver = (pod: Pod): boolean =>
  podClaims(pod).length > 0 || (pod.spec?.volumes ?? []).some(({ csi }) => csi !== undefined)
