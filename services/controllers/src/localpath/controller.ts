import { toJson } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { itself, keyOf, recordEvents } from '@periplus/controller'
import type { Controller, Decision, Key, Moment, Watch } from '@periplus/controller'
import { Node, PersistentVolume, PersistentVolumeClaim, localPath } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { pendingClaims } from '../persistentvolume/pending-claims.ts'
import type { Step } from '../persistentvolume/pending.ts'
import { grow } from './grow.ts'
import { isAskedFor, provision } from './provision.ts'
import { isLocalPath, remove } from './remove.ts'

/** A key without a namespace is a volume's, one with a namespace a claim's. */
const decide = (cut: Cut, key: Key, { now }: Moment): Decision => {
  const step = key.namespace === '' ? volumeStep(cut, key) : claimStep(cut, key)
  if (!step) return { commands: [], why: 'it is gone' }
  const { commands, told = [], why } = step
  return { commands: [...commands, ...recordEvents(cut, now, localPath.provisioner, told)], why }
}

const volumeStep = (cut: Cut, { name }: Key): Step | undefined => {
  const volume = cut.get(PersistentVolume, '', name)
  return volume && remove(cut, volume)
}

const claimStep = (cut: Cut, { namespace, name }: Key): Step | undefined => {
  const claim = cut.get(PersistentVolumeClaim, namespace, name)
  return claim && (grow(cut, claim) ?? provision(cut, claim))
}

/** What a node says of such volumes: where it keeps them, and which it has. */
const sayingOf = (node: Stored<Node> | undefined): string =>
  toJson([node?.metadata.annotations?.[localPath.root], node?.status?.volumesInUse])

const nodes: Watch = {
  kind: Node,
  keys: ({ before, after }, cut) => {
    if (sayingOf(before as Stored<Node> | undefined) === sayingOf(after as Stored<Node> | undefined)) return []
    const leaving = cut
      .list(PersistentVolume)
      .filter(volume => volume.metadata.deletionTimestamp !== undefined && isLocalPath(volume))
    return [...leaving.map(keyOf), ...pendingClaims(cut).filter(isAskedFor).map(keyOf)]
  },
}

/** Makes and removes volumes that are directories of nodes, for classes with the provisioner `periplus.io/local-path`. */
export const localPathController: Controller = {
  name: 'localpath',
  version: 1,
  primary: PersistentVolumeClaim,
  watches: [
    itself(PersistentVolume, ({ after }) => after !== undefined && isLocalPath(after as Stored<PersistentVolume>)),
    nodes,
  ],
  startingKeys: cut => [
    ...cut.list(PersistentVolume).filter(isLocalPath).map(keyOf),
    ...cut.list(PersistentVolumeClaim).map(keyOf),
  ],
  about: (cut, { namespace, name }) =>
    namespace === '' ? cut.get(PersistentVolume, '', name) : cut.get(PersistentVolumeClaim, namespace, name),
  decide,
}
