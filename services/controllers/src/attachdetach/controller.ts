import { deepEqual } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { keyOf } from '@periplus/controller'
import type { Controller, Key, Watch } from '@periplus/controller'
import {
  CSIDriver,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  VolumeAttachment,
  isPodTerminated,
} from '@periplus/kinds'
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

/** Of these volumes, those that a storage driver brings. */
const driven = (cut: Cut, names: readonly string[]): readonly Key[] =>
  named(names.filter(name => cut.get(PersistentVolume, '', name)?.spec?.csi !== undefined))

/** A pod that comes to a node, ends there, or goes; what else happens to it is no news here. */
const pods: Watch = {
  kind: Pod,
  keys: ({ before, after }, cut) => {
    const [was, is] = [before as Stored<Pod> | undefined, after as Stored<Pod> | undefined]
    const pod = is ?? was
    return pod && whereItRuns(was) !== whereItRuns(is) ? driven(cut, volumesOf(cut, pod)) : []
  },
}

const whereItRuns = (pod: Stored<Pod> | undefined): string | undefined =>
  pod && !isPodTerminated(pod) ? pod.spec?.nodeName : undefined

const claims: Watch = {
  kind: PersistentVolumeClaim,
  keys: ({ before, after }, cut) => {
    const [was, is] = [before, after].map(claim => (claim as PersistentVolumeClaim | undefined)?.spec?.volumeName)
    return was === is ? [] : driven(cut, [was ?? '', is ?? ''])
  },
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
  version: 2,
  primary: PersistentVolume,
  wakesItself: ({ before, after }) => ((after ?? before) as PersistentVolume | undefined)?.spec?.csi !== undefined,
  watches: [pods, claims, attachments, nodes, drivers],
  startingKeys: cut => [...ofDriver(cut), ...named(cut.list(VolumeAttachment).map(volumeOf))],
  decide,
}
