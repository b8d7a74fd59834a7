import { groupVersion, millisecondsOf, refOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { recordEvents } from '@periplus/controller'
import type { Decision, EventDraft, Key, Moment } from '@periplus/controller'
import {
  CSIDriver,
  Node,
  PersistentVolume,
  VolumeAttachment,
  attachmentName,
  csiVolumeName,
  getCondition,
  isAttachRequired,
} from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { outOfService } from '../nodelifecycle/taints.ts'
import { attachmentsOf, usersOf } from './known.ts'

type Volume = Stored<PersistentVolume>
type Attachment = Stored<VolumeAttachment>

/** As long as a node that is not ready may still be writing to what it has not given back. */
const mostMilliseconds = 6 * 60_000

/** One volume: attached where pods need it, and nowhere else. Its driver's own attacher does what the attachments say. */
export const decide = (cut: Cut, { name }: Key, { now }: Moment): Decision => {
  const volume = cut.get(PersistentVolume, '', name)
  const present = attachmentsOf(cut, name)
  const users = volume && needsAttaching(cut, volume) ? usersOf(cut, volume) : []
  const nodes = [...new Set(users.map(({ spec }) => spec?.nodeName ?? ''))].filter(node => cut.get(Node, '', node))
  const leaving = present.filter(({ spec }) => !nodes.includes(spec.nodeName)).map(each => leave(cut, each, now))
  const coming = volume ? attach(volume, nodes, present) : { commands: [], refused: [] }
  const told = [
    ...coming.refused
      .flatMap(node => users.filter(({ spec }) => spec?.nodeName === node))
      .map(pod => shared(pod, name)),
    ...present.flatMap(each => failed(each, users)),
  ]
  const again = leaving.flatMap(({ after }) => after ?? [])
  return {
    commands: [
      ...leaving.flatMap(({ commands }) => commands),
      ...coming.commands,
      ...recordEvents(cut, now, 'attachdetach-controller', told),
    ],
    ...(again.length > 0 ? { requeueAfter: Math.min(...again) } : {}),
    why: whyOf(nodes, leaving, coming.refused),
  }
}

const needsAttaching = (cut: Cut, { spec }: Volume): boolean =>
  spec?.csi !== undefined && isAttachRequired(cut.get(CSIDriver, '', spec.csi.driver))

const whyOf = (nodes: readonly string[], leaving: readonly Leaving[], refused: readonly string[]): string => {
  const parts = [
    ...(refused.length > 0 ? [`${refused.join(', ')} must wait until another node has given it back`] : []),
    ...leaving.map(({ why }) => why),
  ]
  if (parts.length > 0) return parts.join('; ')
  return nodes.length === 0 ? 'no node needs it attached' : `pods on ${nodes.join(', ')} need it`
}

/** Where it is to be attached; a volume of one node at a time waits until the other has given it back. */
const attach = (
  volume: Volume,
  nodes: readonly string[],
  present: readonly Attachment[],
): { readonly commands: readonly Command[]; readonly refused: readonly string[] } => {
  const holders = new Set(present.map(({ spec }) => spec.nodeName))
  const commands: Command[] = []
  const refused: string[] = []
  for (const node of nodes) {
    if (holders.has(node)) continue
    if (isForOneNode(volume) && holders.size > 0) refused.push(node)
    else {
      holders.add(node)
      commands.push({ verb: 'create', kind: VolumeAttachment, object: attachment(volume, node) })
    }
  }
  return { commands, refused }
}

const isForOneNode = ({ spec }: Volume): boolean => {
  const modes = spec?.accessModes ?? []
  return modes.length > 0 && !modes.includes('ReadWriteMany') && !modes.includes('ReadOnlyMany')
}

const attachment = ({ metadata, spec }: Volume, nodeName: string): VolumeAttachment => ({
  apiVersion: groupVersion(VolumeAttachment),
  kind: VolumeAttachment.kind,
  metadata: { name: attachmentName(spec?.csi?.volumeHandle ?? '', spec?.csi?.driver ?? '', nodeName) },
  spec: {
    attacher: spec?.csi?.driver ?? '',
    nodeName,
    source: { persistentVolumeName: metadata.name },
  },
})

interface Leaving {
  readonly commands: readonly Command[]
  readonly why: string
  /** When to look again though nothing happens. */
  readonly after?: number
}

/** An attachment that no pod needs: it goes once the node has given the volume back, or is taken to be dead. */
const leave = (cut: Cut, { metadata, spec }: Attachment, now: number): Leaving => {
  const { nodeName } = spec
  if (metadata.deletionTimestamp !== undefined)
    return { commands: [], why: `${spec.attacher} is to detach it from ${nodeName}` }
  const node = cut.get(Node, '', nodeName)
  const isUsed = (node?.status?.volumesInUse ?? []).some(used => attachedBy(used, nodeName) === metadata.name)
  const left = isUsed && node ? deadIn(node, now) : 0
  if (left > 0)
    return {
      commands: [],
      why: `${nodeName} has not given it back yet`,
      ...(Number.isFinite(left) ? { after: left } : {}),
    }
  return {
    commands: [
      {
        verb: 'delete',
        kind: VolumeAttachment,
        ref: refOf(VolumeAttachment, '', metadata.name),
        options: { preconditions: { uid: metadata.uid } },
      },
    ],
    why: isUsed ? `${nodeName} is taken to be dead` : `${nodeName} needs it no more`,
  }
}

/** The attachment of what a node has in use; the volume itself may be gone from the cluster. */
const attachedBy = (used: string, nodeName: string): string | undefined => {
  const [driver, ...handle] = used.split('^')
  return driver?.startsWith(csiPrefix)
    ? attachmentName(handle.join('^'), driver.slice(csiPrefix.length), nodeName)
    : undefined
}

const csiPrefix = csiVolumeName('', '').slice(0, -1)

/** Milliseconds until a node is taken to be dead; a node that is ready never is. */
const deadIn = (node: Stored<Node>, now: number): number => {
  const ready = getCondition(node.status?.conditions, 'Ready')
  if (ready?.status === 'True') return Infinity
  if (node.spec?.taints?.some(({ key }) => key === outOfService)) return 0
  return Math.max(0, (millisecondsOf(ready?.lastTransitionTime) ?? now) + mostMilliseconds - now)
}

const shared = (pod: Stored<Pod>, volume: string): EventDraft => ({
  regarding: pod,
  type: 'Warning',
  reason: 'FailedAttachVolume',
  message: `Multi-Attach error for volume ${JSON.stringify(volume)} Volume is already exclusively attached to one node and can't be attached to another`,
})

const failed = ({ spec, status }: Attachment, users: readonly Stored<Pod>[]): readonly EventDraft[] =>
  status?.attached || !status?.attachError
    ? []
    : users
        .filter(pod => pod.spec?.nodeName === spec.nodeName)
        .map(pod => ({
          regarding: pod,
          type: 'Warning',
          reason: 'FailedAttachVolume',
          message: `AttachVolume.Attach failed for volume ${JSON.stringify(spec.source.persistentVolumeName)} : ${status.attachError?.message ?? ''}`,
        }))
