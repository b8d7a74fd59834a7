import { realpathSync } from 'node:fs'
import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ClusterTrustBundle, ConfigMap, Node, PersistentVolume, PersistentVolumeClaim } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import { E, messageOf } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { LiveCut } from '@periplus/projection'
import { endCgroups } from '@periplus/service'
import { cgroupParents } from '../resources/cgroups.ts'
import type { NodeSettings } from '../settings.ts'
import { claimedVolumes } from '../volumes/claimed.ts'
import { volumeDevices, volumeMounts } from '../volumes/mounts.ts'
import { imageVolumes } from '../volumes/image-volumes.ts'
import type { ImageMounting } from '../volumes/image-volumes.ts'
import { prepareVolume } from '../volumes/prepare-volume.ts'
import type { VolumeHome } from '../volumes/prepare-volume.ts'
import type { VolumeSources } from '../volumes/volume-sources.ts'
import type { CsiVolumes } from '../csi/csi-volumes.ts'
import type { LocalPathVolumes } from '../volumes/local-path.ts'
import { preparations } from './preparations.ts'
import { namesIn } from './watch-folder.ts'
import { volumeUses } from '../volumes/volume-uses.ts'
import { overflowing } from '../volumes/overflow.ts'
import { mountPoints, unbind, unmount } from '../volumes/mounting.ts'
import type { HadSecrets, SecretSource } from '../volumes/secret-source.ts'
import type { TokenSource } from '../volumes/token-source.ts'
import { containersOf } from '../plan/containers.ts'
import { secretsOf } from '../pods/pod-sources.ts'
import { containerLogFiles } from './container-log-files.ts'
import {
  layout,
  oddName,
  filledBy,
  podDirectory,
  podLogDirectory,
  subPathPlace,
  subPathPlaces,
  terminationLog,
  volumeDirectory,
} from './layout.ts'
import type { MountRequest, PodDisk } from './pod-disk.ts'
import { removeTrees } from './remove-trees.ts'
import { ownMounts } from './own-mounts.ts'
import { parseResolver } from './resolver.ts'
import { readTerminationMessage } from './termination-message.ts'

export interface DiskOptions {
  readonly root: string
  readonly settings: NodeSettings
  readonly cut: LiveCut
  readonly clock: Clock
  readonly tokens: TokenSource
  readonly secrets: SecretSource
  readonly localPath?: LocalPathVolumes
  readonly csi?: CsiVolumes
  /** Who shows images as directories. */
  readonly runtime: ImageMounting
  /** Where a pod's own addresses are known from. */
  readonly podIps: (pod: Pod) => readonly string[]
}

/** A node's files on the machine that it runs on. */
export const machineDisk = (options: DiskOptions): PodDisk => {
  const { settings, cut, clock } = options
  // As the kernel names it: mounts below it are found by that.
  const places = layout(realpathSync(options.root))

  const preparing = preparations()
  const images = imageVolumes(options.runtime, places)

  const sourcesOf = (pod: Pod, signal: AbortSignal, secrets: HadSecrets): VolumeSources => {
    const namespace = pod.metadata?.namespace ?? ''
    return {
      layout: places,
      clock,
      configMap: name => cut.get(ConfigMap, namespace, name),
      secret: name => secrets({ namespace, name }),
      claim: name => cut.get(PersistentVolumeClaim, namespace, name),
      volume: name => cut.get(PersistentVolume, '', name),
      node: () => cut.get(Node, '', settings.nodeName),
      ...(options.localPath ? { localPath: options.localPath } : {}),
      ...(options.csi ? { csi: options.csi } : {}),
      signal,
      tokens: options.tokens,
      trustBundles: {
        named: name => cut.get(ClusterTrustBundle, '', name),
        all: () => cut.list(ClusterTrustBundle),
      },
      place: { nodeName: settings.nodeName, hostIps: settings.hostIps, podIps: options.podIps(pod) },
      allocatable: settings.allocatable,
    }
  }

  const prepareAll = (pod: Pod): Promise<Either<string, ReadonlyMap<string, VolumeHome>>> =>
    preparing.run(pod.metadata?.uid ?? '', signal => prepareEach(pod, signal))

  const prepareEach = async (
    pod: Pod,
    signal: AbortSignal,
  ): Promise<Either<string, ReadonlyMap<string, VolumeHome>>> => {
    const odd = oddName(pod)
    if (odd !== undefined) return E.left(odd)
    await mkdir(podDirectory(places, pod.metadata?.uid ?? ''), { recursive: true, mode: 0o750 })
    const secrets = await options.secrets(secretsOf(pod))
    if (E.isLeft(secrets)) return secrets
    const sources = sourcesOf(pod, signal, secrets.right)
    const claimed = claimedVolumes(pod, sources)
    if (E.isLeft(claimed)) return claimed
    const homes = new Map<string, VolumeHome>()
    for (const volume of pod.spec?.volumes ?? []) {
      if (signal.aborted) return E.left('the pod has ended')
      const home = await prepareVolume(pod, volume, sources, claimed.right.get(volume.name)).catch((error: unknown) =>
        E.left<string, VolumeHome>(messageOf(error)),
      )
      if (E.isLeft(home)) return E.left(`MountVolume.SetUp failed for volume "${volume.name}" : ${home.left}`)
      homes.set(volume.name, home.right)
    }
    return E.right(homes)
  }

  const placeOf =
    ({ pod, container }: MountRequest) =>
    (volume: string, index: number): string =>
      subPathPlace(places, pod.metadata?.uid ?? '', volume, container.name, index)

  const tearDown = async (uid: string): Promise<Either<string, void>> => {
    const home = podDirectory(places, uid)
    await preparing.end(uid)
    // While it is mounted: a driver gives back what it brought.
    const given = await options.csi?.tearDown(uid)
    if (given && E.isLeft(given)) return given
    const taken = await images.unmount(uid)
    if (E.isLeft(taken)) return taken
    const shown = (path: string): boolean => path.startsWith(`${subPathPlaces(places, uid)}/`)
    const below = (await mountPoints()).filter(path => path.startsWith(`${home}/`)).sort((a, b) => a.length - b.length)
    // What is shown of a volume goes from the top, with what is mounted below it there; volumes themselves from the bottom.
    for (const mounted of [...below.filter(shown), ...below.filter(path => !shown(path)).reverse()]) {
      const done = await (shown(mounted) ? unbind(mounted) : unmount(mounted))
      if (E.isLeft(done)) return E.left(`failed to unmount ${mounted}: ${done.left}`)
    }
    const removed = await removeTrees([join(home, 'volumes'), subPathPlaces(places, uid)])
    if (E.isLeft(removed)) return E.left(`failed to remove the volumes: ${removed.left}`)
    options.tokens.forget(uid)
    return endCgroups(cgroupParents(settings.cgroupRoot, uid), clock)
  }

  return {
    hostResolver: async () => parseResolver(await readFile('/etc/resolv.conf', 'utf8').catch(() => '')),
    logDirectory: pod => podLogDirectory(places, pod),
    prepareVolumes: async pod => E.map(() => undefined)(await prepareAll(pod)),
    showImage: (pod, volume, image) => images.show(pod.metadata?.uid ?? '', volume, image),
    mounts: async request => {
      const homes = await prepareAll(request.pod)
      if (E.isLeft(homes)) return homes
      const volumes = await volumeMounts(
        request.pod,
        request.container,
        { homes: homes.right, placeOf: placeOf(request), canRecurse: request.canRecurse },
        request.env,
      )
      if (E.isLeft(volumes)) return volumes
      await mkdir(join(podLogDirectory(places, request.pod), request.container.name), { recursive: true })
      const devices = volumeDevices(request.pod, request.container, homes.right)
      return E.right({
        mounts: [...volumes.right, ...(await ownMounts(places, settings.clusterDomain, request))],
        devices,
      })
    },
    overflowing: pod => overflowing(pod, name => volumeDirectory(places, pod.metadata?.uid ?? '', 'empty-dir', name)),
    filledBy: pod => (oddName(pod) === undefined ? filledBy(places, pod.metadata?.uid ?? '') : []),
    volumeUses: async (pod, around) =>
      oddName(pod) !== undefined
        ? []
        : volumeUses(pod, around, {
            layout: places,
            volumeOf: claimName => {
              const claim = cut.get(PersistentVolumeClaim, pod.metadata?.namespace ?? '', claimName)
              return cut.get(PersistentVolume, '', claim?.spec?.volumeName ?? '')
            },
            ofDriver: async (uid, name) => options.csi?.stats(uid, name),
          }),
    ...containerLogFiles(places),
    terminationMessage: async (pod, container) =>
      readTerminationMessage({
        messageFile: terminationLog(places, pod.metadata?.uid ?? '', container.name, container.attempt),
        logFile: join(podLogDirectory(places, pod), container.name, `${container.attempt}.log`),
        fallBackToLog:
          container.exitCode !== 0 &&
          container.annotations['io.kubernetes.container.terminationMessagePolicy'] === 'FallbackToLogsOnError',
        containers: containersOf(pod).length,
      }),
    tearDown: pod => tearDown(pod.metadata?.uid ?? ''),
    forget: async pod => removeTrees([podDirectory(places, pod.metadata?.uid ?? ''), podLogDirectory(places, pod)]),
    sweep: async known => {
      for (const uid of await namesIn(places.pods)) {
        if (known.has(uid) || E.isLeft(await tearDown(uid))) continue
        await removeTrees([podDirectory(places, uid)])
      }
      for (const name of await namesIn(places.podLogs))
        if (!known.has(name.split('_')[2] ?? '')) await removeTrees([join(places.podLogs, name)])
      for (const name of await namesIn(places.containerLogs)) {
        const link = join(places.containerLogs, name)
        // Follows the link: what it pointed to is gone.
        if (!(await stat(link).catch(() => undefined))) await rm(link, { force: true })
      }
    },
  }
}
