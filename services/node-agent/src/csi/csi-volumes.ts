import type { Stats } from 'node:fs'
import { lstat, mkdir, rmdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { Stored } from '@periplus/api'
import type { Commands } from '@periplus/commands'
import type { CsiStaging, CsiVolumeStats, Texts } from '@periplus/csi'
import { CSIDriver, PersistentVolumeClaim, attachmentName, csiVolumeName } from '@periplus/kinds'
import type { PersistentVolume, Pod, Volume } from '@periplus/kinds'
import type { Origin } from '@periplus/log'
import { E, lanes } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { LiveCut } from '@periplus/projection'
import { csiDirectories, csiDirectory } from '../files/layout.ts'
import type { Layout } from '../files/layout.ts'
import { removeTrees } from '../files/remove-trees.ts'
import { namesIn } from '../files/watch-folder.ts'
import { isMountPoint } from '../volumes/mounting.ts'
import { giveToGroup } from '../volumes/ownership.ts'
import type { VolumesInUse } from '../volumes/in-use.ts'
import type { SecretPlace, SecretSource } from '../volumes/secret-source.ts'
import type { TokenSource } from '../volumes/token-source.ts'
import { attachment } from './attachment.ts'
import type { CsiDriverHere, CsiDrivers } from './drivers.ts'
import { growth, tellCapacity } from './expand.ts'
import { secretsAt, tokenTexts } from './texts.ts'
import { isUsedHere, readRecord, stagingOf, targetOf, writeRecord } from './volume-record.ts'
import type { VolumeRecord } from './volume-record.ts'
import { volumeStats } from './volume-stats.ts'
import { csiWanted } from './wanted.ts'
import type { CsiWanted } from './wanted.ts'

export interface CsiVolumesOptions {
  readonly places: Layout
  readonly nodeName: string
  readonly cut: LiveCut
  readonly commands: Commands
  readonly origin: Origin
  readonly clock: Clock
  readonly drivers: CsiDrivers
  readonly tokens: TokenSource
  readonly secrets: SecretSource
  readonly inUse: VolumesInUse
}

/**
 * Volumes that storage drivers bring: each to the node first, where the driver wants that (staging), then to each pod (publishing). What was
 * begun stands in files beside it before it is begun, and is asked for again by an agent that starts; drivers take repetition.
 */
export interface CsiVolumes {
  /** Resolves to where the volume is for the pod. Refused in the kubelet's words, and once nobody needs it any more (`signal`). */
  prepare(
    pod: Pod,
    volume: Volume,
    claimed: Stored<PersistentVolume> | undefined,
    signal: AbortSignal,
  ): Promise<Either<string, string>>
  /** What one of a pod's volumes holds, by the name of its directory; `undefined` where its driver doesn't say. */
  stats(uid: string, name: string): Promise<CsiVolumeStats | undefined>
  /** Gives back all such volumes of a pod; its containers have ended, and none is being prepared. */
  tearDown(uid: string): Promise<Either<string, void>>
}

export const csiVolumes = (options: CsiVolumesOptions): CsiVolumes => {
  const { places, nodeName, cut, drivers, inUse } = options
  const inTurn = lanes().run
  /** Directories of pods' volumes that the driver has brought since this agent began. */
  const published = new Set<string>()
  /** Volumes that the driver has brought to the node, likewise. */
  const staged = new Set<string>()

  const described = (name: string): CSIDriver | undefined => cut.get(CSIDriver, '', name)

  const prepare: CsiVolumes['prepare'] = async (pod, volume, claimed, signal) => {
    const source = claimed?.spec?.csi ?? volume.csi
    const here = drivers.driver(source?.driver ?? '')
    if (E.isLeft(here)) return here
    const wanted = csiWanted(pod, volume, claimed, name => {
      const object = described(name)
      return { can: here.right.can, ...(object ? { described: object } : {}) }
    })
    if (E.isLeft(wanted)) return wanted
    const uid = pod.metadata?.uid ?? ''
    const directory = csiDirectory(places, uid, wanted.right.name)
    const attached = wanted.right.attach ? await attachment(options, wanted.right, signal) : E.right({})
    if (E.isLeft(attached)) return attached
    return inTurn(`${wanted.right.driver}^${wanted.right.handle}`, async () => {
      if (signal.aborted) return E.left('the pod has ended')
      const target = targetOf(directory, { volumeMode: modeOf(wanted.right) })
      if (published.has(directory) && !wanted.right.again)
        return E.map(() => target)(await grow(here.right, wanted.right, claimed, target))
      return bring(here.right, wanted.right, { pod, claimed, directory, target, publishContext: attached.right })
    })
  }

  const secretsFor = (places: readonly (SecretPlace | undefined)[]): ReturnType<SecretSource> =>
    options.secrets(places.flatMap(place => place ?? []))

  interface Bringing {
    readonly pod: Pod
    readonly claimed: Stored<PersistentVolume> | undefined
    readonly directory: string
    readonly target: string
    readonly publishContext: Texts
  }

  const bring = async (
    here: CsiDriverHere,
    wanted: CsiWanted,
    { pod, claimed, directory, target, publishContext }: Bringing,
  ): Promise<Either<string, string>> => {
    const { driver, handle } = wanted
    const secret = await secretsFor([wanted.stageSecret, wanted.publishSecret])
    if (E.isLeft(secret)) return secret
    const stageSecrets = secretsAt(wanted.stageSecret, secret.right)
    if (E.isLeft(stageSecrets)) return stageSecrets
    const publishSecrets = secretsAt(wanted.publishSecret, secret.right)
    if (E.isLeft(publishSecrets)) return publishSecrets
    const tokens = await tokenTexts(pod, wanted.tokens, options.tokens)
    if (E.isLeft(tokens)) return tokens
    if (wanted.attach) {
      const told = await inUse.add(csiVolumeName(driver, handle))
      if (E.isLeft(told)) return told
    }
    await writeRecord(directory, {
      driverName: driver,
      volumeHandle: handle,
      volumeLifecycleMode: wanted.mode,
      volumeMode: modeOf(wanted),
      attachmentID: wanted.attach ? attachmentName(handle, driver, nodeName) : '',
    })
    const stagingPath =
      here.can.has('stage') && wanted.mode === 'Persistent' ? stagingOf(places, driver, handle) : undefined
    const staging: CsiStaging = {
      volumeId: handle,
      publishContext,
      stagingPath: stagingPath === undefined ? '' : here.seen(stagingPath),
      use: wanted.use,
      secrets: stageSecrets.right,
      volumeContext: wanted.attributes,
    }
    if (stagingPath !== undefined && !staged.has(stagingPath)) {
      await mkdir(stagingPath, { recursive: true, mode: 0o750 })
      const done = await here.node.stage(staging)
      if (E.isLeft(done)) return E.left(done.left.message)
      staged.add(stagingPath)
    }
    const isBlock = modeOf(wanted) === 'Block'
    const fits = (stats: Stats | undefined): boolean | undefined =>
      isBlock ? stats?.isBlockDevice() : stats?.isDirectory()
    // A driver that mounts where a link points to would cover what is there.
    if (!((await statsOf(target).then(fits)) ?? true))
      return E.left(`${target} is there and is no ${isBlock ? 'block device' : 'directory'}`)
    const done = await here.node.publish({
      ...staging,
      targetPath: here.seen(target),
      readOnly: wanted.readOnly,
      secrets: { ...publishSecrets.right, ...(wanted.tokensInSecrets ? tokens.right : {}) },
      volumeContext: {
        ...wanted.attributes,
        ...wanted.podInfo,
        ...(wanted.tokensInSecrets ? {} : tokens.right),
      },
    })
    if (E.isLeft(done)) return E.left(done.left.message)
    if (!fits(await statsOf(target)))
      return E.left(`the driver ${driver} has made no ${isBlock ? 'block device' : 'directory'} at ${target}`)
    const isNew = !published.has(directory)
    if (isNew && wanted.group !== undefined) await giveToGroup(target, wanted.group, wanted.groupUnlessRootIs)
    published.add(directory)
    return E.map(() => target)(await grow(here, wanted, claimed, target))
  }

  /** A claim that was promised more than its file system has: the driver makes that larger, and the claim is told. */
  const grow = async (
    here: CsiDriverHere,
    wanted: CsiWanted,
    volume: Stored<PersistentVolume> | undefined,
    target: string,
  ): Promise<Either<string, void>> => {
    const { namespace = '', name = '' } = volume?.spec?.claimRef ?? {}
    const claim = cut.get(PersistentVolumeClaim, namespace, name)
    const bytes = volume && growth(volume, claim)
    if (bytes === undefined || !claim || !here.can.has('expand')) return E.right(undefined)
    const secret = await secretsFor([wanted.expandSecret])
    if (E.isLeft(secret)) return secret
    const secrets = secretsAt(wanted.expandSecret, secret.right)
    if (E.isLeft(secrets)) return secrets
    const done = await here.node.expand({
      volumeId: wanted.handle,
      path: here.seen(target),
      stagingPath: here.can.has('stage') ? here.seen(stagingOf(places, wanted.driver, wanted.handle)) : '',
      bytes,
      use: wanted.use,
      secrets: secrets.right,
    })
    if (E.isLeft(done)) return E.left(`failed to expand the volume: ${done.left.message}`)
    return tellCapacity(options.commands, options.origin, claim, volume?.spec?.capacity?.['storage'] ?? '0')
  }

  const giveBack = async (directory: string, record: VolumeRecord): Promise<Either<string, void>> => {
    const here = drivers.driver(record.driverName)
    if (E.isLeft(here)) return here
    const target = targetOf(directory, record)
    const done = await here.right.node.unpublish(record.volumeHandle, here.right.seen(target))
    if (E.isLeft(done)) return E.left(done.left.message)
    if (await isMountPoint(target)) return E.left(`${target} is still mounted by ${record.driverName}`)
    published.delete(directory)
    const removed = await removeTrees([directory])
    if (E.isLeft(removed)) return removed
    return (await isUsedHere(places, record)) ? E.right(undefined) : leaveNode(here.right, record)
  }

  const leaveNode = async (here: CsiDriverHere, { driverName, volumeHandle }: VolumeRecord) => {
    const stagingPath = stagingOf(places, driverName, volumeHandle)
    if (await lstat(stagingPath).catch(() => undefined)) {
      staged.delete(stagingPath)
      const done = await here.node.unstage(volumeHandle, here.seen(stagingPath))
      if (E.isLeft(done)) return E.left(done.left.message)
      if (await isMountPoint(stagingPath)) return E.left(`${stagingPath} is still mounted by ${driverName}`)
      await rmdir(stagingPath).catch(() => undefined)
      await rmdir(dirname(stagingPath)).catch(() => undefined)
    }
    return inUse.remove(csiVolumeName(driverName, volumeHandle))
  }

  return {
    prepare,
    stats: (uid, name) => volumeStats(options, uid, name),
    tearDown: async uid => {
      for (const name of await namesIn(csiDirectories(places, uid))) {
        const directory = csiDirectory(places, uid, name)
        const record = await readRecord(directory)
        if (E.isLeft(record)) return record
        // Nothing was asked of a driver before this was written.
        if (!record.right) continue
        const { driverName, volumeHandle } = record.right
        const given = await inTurn(`${driverName}^${volumeHandle}`, () => giveBack(directory, record.right!))
        if (E.isLeft(given))
          return E.left(`UnmountVolume.TearDown failed for volume "${basename(directory)}" : ${given.left}`)
      }
      return E.right(undefined)
    },
  }
}

const statsOf = (path: string): Promise<Stats | undefined> => lstat(path).catch(() => undefined)

const modeOf = ({ use }: CsiWanted): VolumeRecord['volumeMode'] => (use.as === 'block' ? 'Block' : 'Filesystem')
