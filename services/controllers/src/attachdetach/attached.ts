import type { Stored } from '@periplus/api'
import { recordEvents } from '@periplus/controller'
import type { Controller, Decision, Key, Moment, Watch } from '@periplus/controller'
import { Node, PersistentVolume, VolumeAttachment, csiVolumeName } from '@periplus/kinds'
import { podsOnNode } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { writeStatus } from '../status/write-status.ts'
import { attachedTo, volumeOf, volumesOf } from './known.ts'

const decide = (cut: Cut, { name }: Key, { now }: Moment): Decision => {
  const node = cut.get(Node, '', name)
  if (!node) return { commands: [], why: 'it is gone' }
  const before = node.status?.volumesAttached ?? []
  const attached = attachedTo(cut, name)
    .filter(({ status }) => status?.attached === true)
    .map(each => ({ volume: volumeOf(each), entry: entryOf(cut, each) }))
  const entries = attached.flatMap(({ entry }) => entry ?? []).sort((a, b) => (a.name < b.name ? -1 : 1))
  const known = new Set(before.map(each => each.name))
  const fresh = attached.filter(({ entry }) => !entry || !known.has(entry.name))
  const command = writeStatus(Node, node, {
    ...node.status,
    ...(entries.length === 0 && before.length === 0 ? {} : { volumesAttached: entries }),
  })
  if (!command) return { commands: [], why: 'it says what is attached to it' }
  const told = fresh.flatMap(({ volume }) =>
    cut
      .by(podsOnNode, name)
      .filter(pod => volumesOf(cut, pod).includes(volume))
      .map(pod => ({
        regarding: pod,
        type: 'Normal' as const,
        reason: 'SuccessfulAttachVolume',
        message: `AttachVolume.Attach succeeded for volume ${JSON.stringify(volume)} `,
      })),
  )
  return {
    commands: [command, ...recordEvents(cut, now, 'attachdetach-controller', told)],
    why: `${entries.length} volumes are attached to it`,
  }
}

const entryOf = (cut: Cut, attachment: Stored<VolumeAttachment>) => {
  const csi = cut.get(PersistentVolume, '', volumeOf(attachment))?.spec?.csi
  return csi && { name: csiVolumeName(csi.driver, csi.volumeHandle), devicePath: '' }
}

const attachments: Watch = {
  kind: VolumeAttachment,
  keys: ({ before, after }) => [{ namespace: '', name: ((after ?? before) as Stored<VolumeAttachment>).spec.nodeName }],
}

/** Says in each node's status what is attached to it, and tells pods that wait for it. */
export const attachedVolumesController: Controller = {
  name: 'attachedvolumes',
  version: 1,
  primary: Node,
  wakesItself: ({ before, after }) => !before && after !== undefined,
  watches: [attachments],
  decide,
}
