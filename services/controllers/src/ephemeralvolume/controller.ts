import { controlledBy, groupVersion } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { keyOf, owned, recordEvents } from '@periplus/controller'
import type { Controller, Decision, EventDraft, Key, Moment } from '@periplus/controller'
import { PersistentVolumeClaim, Pod, isMadeFor, isPodTerminated, podClaims } from '@periplus/kinds'
import type { PodClaim } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

const hasEphemeral = (pod: Pod | undefined): boolean => pod?.spec?.volumes?.some(({ ephemeral }) => ephemeral) ?? false

const decide = (cut: Cut, key: Key, { now }: Moment): Decision => {
  const pod = cut.get(Pod, key.namespace, key.name)
  if (!pod) return { commands: [], why: 'it is gone' }
  if (pod.metadata.deletionTimestamp !== undefined || isPodTerminated(pod))
    return { commands: [], why: 'it needs no claims any more' }
  const made: Command[] = []
  const told: EventDraft[] = []
  for (const wanted of podClaims(pod)) {
    if (!wanted.isEphemeral) continue
    const { claimName, volume } = wanted
    const claim = cut.get(PersistentVolumeClaim, key.namespace, claimName)
    if (!claim) made.push({ verb: 'create', kind: PersistentVolumeClaim, object: claimFor(pod, wanted) })
    else if (!isMadeFor(claim, pod))
      told.push({
        regarding: pod,
        type: 'Warning',
        reason: 'FailedBinding',
        message: `ephemeral volume ${volume.name}: PVC ${key.namespace}/${claimName} was not created for pod ${key.namespace}/${key.name} (pod is not owner)`,
      })
  }
  return {
    commands: [...made, ...recordEvents(cut, now, 'ephemeral_volume', told)],
    why: told[0]?.message ?? `${made.length} claims are missing`,
  }
}

/** The claim of an ephemeral volume belongs to the pod, and goes with it. */
const claimFor = (pod: Stored<Pod>, { claimName, volume }: PodClaim): PersistentVolumeClaim => {
  const { metadata, spec } = volume.ephemeral?.volumeClaimTemplate ?? {}
  return {
    apiVersion: groupVersion(PersistentVolumeClaim),
    kind: PersistentVolumeClaim.kind,
    metadata: {
      name: claimName,
      namespace: pod.metadata.namespace,
      ...(metadata?.annotations ? { annotations: metadata.annotations } : {}),
      ...(metadata?.labels ? { labels: metadata.labels } : {}),
      ownerReferences: [controlledBy(Pod, pod)],
    },
    spec: spec ?? {},
  }
}

/** Makes the claims of generic ephemeral volumes. */
export const ephemeralVolumeController: Controller = {
  name: 'ephemeralvolume',
  version: 1,
  primary: Pod,
  wakesItself: ({ before, after }) => !before && hasEphemeral(after as Pod | undefined),
  startingKeys: cut => cut.list(Pod).filter(hasEphemeral).map(keyOf),
  watches: [owned(PersistentVolumeClaim, Pod)],
  decide,
}
