import { chmod, lstat, mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Effect } from '@periplus/controller'
import type { Stored } from '@periplus/api'
import { Node, PersistentVolume, localPath, localPathInUse, reachesNode, storageAnnotations } from '@periplus/kinds'
import { E, lanes } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { nameRefusal } from '../files/file-names.ts'
import { removeTrees } from '../files/remove-trees.ts'
import type { VolumesInUse } from './in-use.ts'

type Volume = Stored<PersistentVolume>

export interface LocalPathOptions {
  /** The directory that volumes' directories are in; nobody but the node may write to it. */
  readonly root: string
  readonly nodeName: string
  readonly inUse: VolumesInUse
  /** Whether a pod of this node still has the volume. */
  readonly isUsed: (volume: Volume) => boolean
}

/** The volumes of the provisioner `periplus.io/local-path` that are directories of this node. */
export interface LocalPathVolumes {
  /**
   * Makes the directory of such a volume before a pod may write to it, and says in the node's status that it is there. `undefined` for
   * other volumes. Refused in words where it was there and is gone: that is a loss, and an empty directory would hide it.
   */
  ensure(volume: Volume): Promise<Either<string, void>> | undefined
  /** Removes the directories of volumes that are to go. */
  readonly removal: Effect<readonly Volume[]>
}

export const localPathVolumes = (options: LocalPathOptions): LocalPathVolumes => {
  const { root, nodeName, inUse, isUsed } = options
  /** A directory and what is said of it are changed by one at a time. */
  const { run } = lanes()
  const inTurn = <A>(work: () => Promise<A>): Promise<A> => run('', work)

  const listed = (name: string): boolean => inUse.has(localPathInUse(name))

  /** Whoever may write volumes names them: only one directory below the root is ever meant. */
  const isOwn = ({ metadata, spec }: Volume): boolean =>
    metadata.annotations?.[storageAnnotations.provisionedBy] === localPath.provisioner &&
    nameRefusal(metadata.name) === undefined &&
    !metadata.name.startsWith('.') &&
    spec?.local?.path === join(root, metadata.name)

  const make = async ({ metadata: { name, deletionTimestamp } }: Volume): Promise<Either<string, void>> => {
    if (deletionTimestamp !== undefined) return E.left(`the volume ${name} is being deleted`)
    const path = join(root, name)
    const found = await lstat(path).catch(() => undefined)
    if (found && !found.isDirectory()) return E.left(`${path} is not a directory`)
    if (listed(name))
      return found ? E.right(undefined) : E.left(`the directory ${path} is gone from this node, and its data is lost`)
    if (!found) {
      // Whole or not at all: it has its mode when it has its name. No volume's name begins with a dot.
      const unfinished = join(root, `.${name}`)
      await mkdir(unfinished, { recursive: true, mode: 0o700 })
      await chmod(unfinished, 0o777)
      await rename(unfinished, path)
    }
    return inUse.add(localPathInUse(name))
  }

  const removeOne = async (volume: Volume): Promise<Either<string, void>> => {
    const { name } = volume.metadata
    if (isUsed(volume)) return E.left(`the volume ${name} is still used by a pod`)
    const removed = await removeTrees([join(root, name), join(root, `.${name}`)])
    if (E.isLeft(removed)) return E.left(`the directory of ${name} could not be removed: ${removed.left}`)
    return inUse.remove(localPathInUse(name))
  }

  return {
    ensure: volume => (isOwn(volume) ? inTurn(() => make(volume)) : undefined),
    removal: {
      name: 'local-path',
      wakes: ({ event: { ref } }) => ref.group === PersistentVolume.group && ref.resource === PersistentVolume.resource,
      desired: now => {
        const node = now.get(Node, '', nodeName)
        return now
          .list(PersistentVolume)
          .filter(volume => isLeaving(volume) && isOwn(volume) && node !== undefined && reachesNode(volume, node))
          .filter(({ metadata }) => node?.status?.volumesInUse?.includes(localPathInUse(metadata.name)))
      },
      apply: async leaving => {
        let outcome: Either<string, void> = E.right(undefined)
        for (const volume of leaving) {
          const done = await inTurn(() => removeOne(volume))
          if (E.isLeft(done)) outcome = done
        }
        return outcome
      },
    },
  }
}

const isLeaving = ({ metadata, spec, status }: Volume): boolean =>
  metadata.deletionTimestamp !== undefined &&
  status?.phase !== 'Bound' &&
  spec?.persistentVolumeReclaimPolicy === 'Delete'
