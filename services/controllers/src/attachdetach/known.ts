import type { Stored } from '@periplus/api'
import {
  PersistentVolumeClaim,
  Pod,
  VolumeAttachment,
  isAttachmentName,
  isPodTerminated,
  podClaims,
} from '@periplus/kinds'
import type { PersistentVolume } from '@periplus/kinds'
import { groupedBy } from '@periplus/projection'
import type { Cut } from '@periplus/projection'

type Attachment = Stored<VolumeAttachment>

export const volumeOf = ({ spec }: VolumeAttachment): string => spec.source.persistentVolumeName ?? ''

/** Attachments of another name are made by others, whose they stay. */
const isOurs = ({ metadata }: Attachment): boolean => isAttachmentName(metadata.name)

const byVolume = groupedBy<Attachment>(volumeOf)
const byNode = groupedBy<Attachment>(({ spec }) => spec.nodeName)

/** Where Kubernetes' controller has a volume attached, or is to. */
export const attachmentsOf = (cut: Cut, volume: string): readonly Attachment[] =>
  byVolume(cut.list(VolumeAttachment)).get(volume)?.filter(isOurs) ?? []

/** What is attached to a node, or is to be. */
export const attachedTo = (cut: Cut, node: string): readonly Attachment[] =>
  byNode(cut.list(VolumeAttachment)).get(node) ?? []

/** The pods on nodes that have a volume by its claim and have not ended, the oldest first. */
export const usersOf = (cut: Cut, { metadata, spec }: Stored<PersistentVolume>): readonly Stored<Pod>[] => {
  const { namespace = '', name = '', uid } = spec?.claimRef ?? {}
  const claim = cut.get(PersistentVolumeClaim, namespace, name)
  if (!claim || claim.metadata.uid !== uid || claim.spec?.volumeName !== metadata.name) return []
  return cut
    .list(Pod, namespace)
    .filter(pod => pod.spec?.nodeName && !isPodTerminated(pod))
    .filter(pod => podClaims(pod).some(({ claimName }) => claimName === name))
    .sort(
      (a, b) =>
        compare(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
        compare(a.metadata.name, b.metadata.name),
    )
}

/** The volumes behind a pod's claims, by name. */
export const volumesOf = (cut: Cut, pod: Stored<Pod>): readonly string[] =>
  podClaims(pod).flatMap(
    ({ claimName }) => cut.get(PersistentVolumeClaim, pod.metadata.namespace ?? '', claimName)?.spec?.volumeName || [],
  )

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
