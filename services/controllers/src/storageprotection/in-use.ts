import type { Stored } from '@periplus/api'
import { Pod, isMadeFor, podClaims } from '@periplus/kinds'
import type { PersistentVolumeClaim } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** A pod that its node is done with, or that was made to go at once, and that only a finalizer still keeps. */
const isShutDown = ({ metadata }: Stored<Pod>): boolean =>
  metadata.deletionTimestamp !== undefined && Number(metadata.deletionGracePeriodSeconds ?? 1) === 0

/** Whether a pod that is on a node uses the claim: from then on the node may have it mounted. */
const uses = (pod: Stored<Pod>, claim: Stored<PersistentVolumeClaim>): boolean =>
  Boolean(pod.spec?.nodeName) &&
  podClaims(pod).some(
    ({ claimName, isEphemeral }) =>
      claimName === claim.metadata.name && (!isEphemeral || (isMadeFor(claim, pod) && !isShutDown(pod))),
  )

/** A pod that keeps the claim from going; `undefined` when none does. */
export const userOf = (cut: Cut, claim: Stored<PersistentVolumeClaim>): Stored<Pod> | undefined =>
  cut.list(Pod, claim.metadata.namespace).find(pod => uses(pod, claim))
