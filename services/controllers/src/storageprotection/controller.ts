import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { amend, keyOf } from '@periplus/controller'
import type { Controller, Decision, Key, WatchedChange } from '@periplus/controller'
import { PersistentVolume, PersistentVolumeClaim, Pod, podClaims, storageFinalizers } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { userOf } from './in-use.ts'

const nothing = (why: string): Decision => ({ commands: [], why })

/** As it was read: others' finalizers come and go in the same list. */
const setFinalizers = (kind: Kind, object: Stored<KubernetesObject>, finalizers: readonly string[]): Command =>
  amend(kind, object, { metadata: { finalizers } })

/** Adds the finalizer where admission had no chance to; takes it away from what is to go and is used no more. */
const protect = (
  kind: Kind,
  object: Stored<KubernetesObject>,
  finalizer: string,
  used: () => string | undefined,
): Decision => {
  const { deletionTimestamp, finalizers = [] } = object.metadata
  const has = finalizers.includes(finalizer)
  if (deletionTimestamp === undefined)
    return has
      ? nothing('it is protected, and nobody deletes it')
      : { commands: [setFinalizers(kind, object, [...finalizers, finalizer])], why: 'it is not protected yet' }
  if (!has) return nothing('nothing of this keeps it')
  const why = used()
  if (why !== undefined) return nothing(why)
  const rest = finalizers.filter(other => other !== finalizer)
  return { commands: [setFinalizers(kind, object, rest)], why: 'it is used no more' }
}

const isUnsettled = ({ metadata }: KubernetesObject, finalizer: string): boolean =>
  (metadata?.deletionTimestamp !== undefined) === (metadata?.finalizers?.includes(finalizer) ?? false)

const wakes =
  (finalizer: string) =>
  ({ after }: WatchedChange): boolean =>
    after !== undefined && isUnsettled(after, finalizer)

const decideClaim = (cut: Cut, key: Key): Decision => {
  const claim = cut.get(PersistentVolumeClaim, key.namespace, key.name)
  if (!claim) return nothing('it is gone')
  return protect(PersistentVolumeClaim, claim, storageFinalizers.claimInUse, () => {
    const user = userOf(cut, claim)
    return user && `the pod ${user.metadata.name} uses it`
  })
}

/** Keeps claims that are deleted for as long as a pod on a node uses them. */
export const claimProtectionController: Controller = {
  name: 'claimprotection',
  version: 1,
  primary: PersistentVolumeClaim,
  wakesItself: wakes(storageFinalizers.claimInUse),
  startingKeys: cut =>
    cut
      .list(PersistentVolumeClaim)
      .filter(claim => isUnsettled(claim, storageFinalizers.claimInUse))
      .map(keyOf),
  watches: [
    {
      kind: Pod,
      keys: ({ before, after }, cut) =>
        podClaims((after ?? before) as Pod)
          .map(({ claimName: name }) => ({ namespace: (after ?? before)?.metadata.namespace ?? '', name }))
          .filter(
            ({ namespace, name }) =>
              cut.get(PersistentVolumeClaim, namespace, name)?.metadata.deletionTimestamp !== undefined,
          ),
    },
  ],
  decide: decideClaim,
}

const decideVolume = (cut: Cut, key: Key): Decision => {
  const volume = cut.get(PersistentVolume, '', key.name)
  if (!volume) return nothing('it is gone')
  return protect(PersistentVolume, volume, storageFinalizers.volumeBound, () =>
    volume.status?.phase === 'Bound' ? 'it is bound to a claim' : undefined,
  )
}

/** Keeps volumes that are deleted for as long as a claim has them. */
export const volumeProtectionController: Controller = {
  name: 'volumeprotection',
  version: 1,
  primary: PersistentVolume,
  wakesItself: wakes(storageFinalizers.volumeBound),
  startingKeys: cut =>
    cut
      .list(PersistentVolume)
      .filter(volume => isUnsettled(volume, storageFinalizers.volumeBound))
      .map(keyOf),
  watches: [],
  decide: decideVolume,
}
