import { deepEqual } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { keyOf } from '@periplus/controller'
import type { Controller, Key, Watch } from '@periplus/controller'
import { CSIDriver, Node, PersistentVolume, PersistentVolumeClaim, Pod, VolumeAttachment } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { decide } from './decide.ts'
import { attachedTo, volumeOf, volumesOf } from './known.ts'

const named = (names: readonly string[]): readonly Key[] =>
  names.filter(name => name !== '').map(name => ({ namespace: '', name }))

const ofDriver = (cut: Cut, driver?: string): readonly Key[] =>
  cut
    .list(PersistentVolume)
    .filter(({ spec }) => spec?.csi && (driver === undefined || spec.csi.driver === driver))
    .map(keyOf)

const pods: Watch = {
  kind: Pod,
  keys: ({ before, after }, cut) => {
    const pod = (after ?? before) as Stored<Pod> | undefined
    return pod?.spec?.nodeName ? named(volumesOf(cut, pod)) : []
  },
}

const claims: Watch = {
  kind: PersistentVolumeClaim,
  keys: ({ before, after }) =>
    [before, after].flatMap(claim => named([(claim as PersistentVolumeClaim | undefined)?.spec?.volumeName ?? ''])),
}

const attachments: Watch = {
  kind: VolumeAttachment,
  keys: ({ before, after }) => named([volumeOf((after ?? before) as Stored<VolumeAttachment>)]),
}

/** A node that comes, goes, gives a volume back, or falls silent. */
const nodes: Watch = {
  kind: Node,
  keys: ({ before, after }, cut) => {
    const [was, is] = [saying(before as Stored<Node> | undefined), saying(after as Stored<Node> | undefined)]
    const name = (after ?? before)?.metadata.name ?? ''
    return deepEqual(was, is) ? [] : named(attachedTo(cut, name).map(volumeOf))
  },
}

const saying = (node: Stored<Node> | undefined) =>
  node && {
    inUse: node.status?.volumesInUse,
    ready: node.status?.conditions?.find(({ type }) => type === 'Ready')?.status,
    taints: node.spec?.taints,
  }

const drivers: Watch = {
  kind: CSIDriver,
  keys: ({ before, after }, cut) => ofDriver(cut, (after ?? before)?.metadata.name),
}

/** Says where volumes of storage drivers are to be attached, as Kubernetes' controller of this name does. */
export const attachDetachController: Controller = {
  name: 'attachdetach',
  version: 1,
  primary: PersistentVolume,
  wakesItself: ({ before, after }) => ((after ?? before) as PersistentVolume | undefined)?.spec?.csi !== undefined,
  watches: [pods, claims, attachments, nodes, drivers],
  startingKeys: cut => [...ofDriver(cut), ...named(cut.list(VolumeAttachment).map(volumeOf))],
  decide,
}
