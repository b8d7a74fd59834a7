import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { E, assertNever } from '@periplus/prelude'
import { ensureStandIns, pauseArchive } from '@periplus/images'
import { ensurePodBridge, removeRoutes } from '@periplus/net'
import { containerdRuntime, findChangeRoot, lastGrace } from '@periplus/runtime'
import {
  ensureContainerd,
  ensureProot,
  missingForContainers,
  resetContainerd,
  runningContainerd,
  shippedFile,
  stopContainerd,
  writePrivately,
} from '@periplus/service'
import type { ContainerdRefusal, Logger, RunningService } from '@periplus/service'
import { prepareImages } from './images/prepare-images.ts'
import type { Settings } from '../home/settings.ts'
import type { ChildSpec } from './keep-running.ts'
import { clusterCgroup, podsCgroup } from '../home/cgroups.ts'
import { wakePods } from './pods-at-rest.ts'
import { containerdChild } from './containerd-child.ts'
import { defaultNodeName, readCluster, writeCluster } from '../home/cluster-file.ts'
import type { ClusterFile, ImageMirror } from '../home/cluster-file.ts'
import type { Home } from '../home/home.ts'
import {
  bridgeOf,
  gatewayOf,
  isLoopbackNetwork,
  overlayDeviceOf,
  packetFilter,
  podNetwork,
  routeProtocol,
  routesInTheWay,
  serviceNetwork,
} from '../home/networks.ts'
import type { PodsAre } from '../home/networks.ts'
import { CannotGoOn } from '../home/say.ts'
import type { Say } from '../home/say.ts'

/** A sentence for a person. */
export const refusalText = (refusal: ContainerdRefusal): string => {
  switch (refusal.tag) {
    case 'ContainersImpossible':
      return `containers cannot run here: missing ${refusal.missing.join('; ')}`
    case 'InstallFailed':
      return `${refusal.packages.join(', ')} cannot be installed: ${refusal.message}`
    case 'DidNotStart':
      return refusal.message
    default:
      return assertNever(refusal)
  }
}

/** Builds the stand-in images, if they aren't built yet, and says what each one is. */
export const buildImages = async (home: Home, say: Say): Promise<void> => {
  const built = await ensureStandIns(home.images, { say })
  if (E.isLeft(built)) throw new CannotGoOn(`the stand-in images cannot be built: ${built.left}`)
  for (const line of built.right) say(`  ${line}`)
}

const templates = (): string => dirname(shippedFile('deploy/containerd/config.toml'))

export interface ContainersConfig {
  readonly home: Home
  readonly settings: Settings
  readonly say: Say
  readonly log: Logger
  /** Told of everything that was started, also when the rest cannot be. */
  readonly onStop: (service: RunningService) => void
  readonly keep: (spec: ChildSpec) => Promise<unknown>
}

/** Starts what runs containers, as far as the machine can, and writes down for the node which it is. */
export const startContainers = async (config: ContainersConfig): Promise<void> => {
  const { home, settings, say } = config
  const known = readCluster(home)
  if (!known) throw new Error('the cluster file is written before its processes start')
  const runtime = await startRuntime(config, known)
  writeCluster(home, { ...known, runtime })
  if (runtime.tag === 'process' && settings.runtime === 'auto')
    say(
      `containers cannot run here (missing ${runtime.lacks.join('; ')}): pods are plain processes with this machine's address`,
    )
}

const startRuntime = async (config: ContainersConfig, known: ClusterFile): Promise<ClusterFile['runtime']> => {
  const { home, settings, say, keep } = config
  if (settings.runtime === 'hollow') return { tag: 'hollow' }
  const mirror = await startMirror(config)
  const processes = async (lacks: readonly string[]): Promise<ClusterFile['runtime']> => {
    await ensureChangeRoot(home, say)
    return { tag: 'process', lacks, ...(mirror === undefined ? {} : { mirror }) }
  }
  if (settings.runtime === 'process') return processes(['PERIPLUS_RUNTIME=process'])
  if (isLoopbackNetwork(known.serviceCidr)) {
    const network = `services' addresses that containers reach (${known.serviceCidr} is of loopback; 'periplus reset' makes way)`
    if (settings.runtime === 'auto') return processes([network])
    throw new CannotGoOn(`containers cannot run here: missing ${network}`)
  }
  const archive = await writePauseArchive(home)
  const bridge = bridgeOf(home)
  const ensure = () =>
    ensureContainerd({
      home: home.containerd,
      templates: templates(),
      pauseArchive: archive,
      podCidr: known.podCidr,
      bridge,
      ...(mirror === undefined ? {} : { mirror }),
      say,
    })
  const ensured = await ensure()
  if (E.isLeft(ensured)) {
    if (ensured.left.tag === 'ContainersImpossible' && settings.runtime === 'auto')
      return processes(ensured.left.missing)
    throw new CannotGoOn(refusalText(ensured.left))
  }
  const { podCidr, serviceCidr } = known
  const made = await ensurePodBridge({ name: bridge, address: gatewayOf(podCidr), serviceCidr })
  if (E.isLeft(made)) throw new CannotGoOn(`the pods' network cannot be made: ${made.left}`)
  await keep(containerdChild(ensured.right, { ensure, stop: () => endContainers(home), explain: refusalText }))
  return { tag: 'containerd', address: ensured.right.address }
}

/** A plain process needs another root directory: root may give it one, anybody else needs proot, which the node finds on its PATH. */
const ensureChangeRoot = async (home: Home, say: Say): Promise<void> => {
  if (await findChangeRoot()) return
  const proot = await ensureProot({ tools: home.tools, say })
  if (E.isLeft(proot)) throw new CannotGoOn(`plain processes need root or proot, and there is neither: ${proot.left}`)
  process.env['PATH'] = `${process.env['PATH'] ?? ''}:${dirname(proot.right)}`
}

/** Where no registry is used, pulls go to one of our own on loopback, which knows the stand-ins only. */
const startMirror = async ({ home, settings, say, onStop }: ContainersConfig): Promise<ImageMirror | undefined> => {
  const images = await prepareImages({ mode: settings.images, directory: home.images, say })
  if (E.isLeft(images)) throw new CannotGoOn(images.left)
  onStop({ name: 'registry', stop: images.right.stop })
  return images.right.mirror
}

const writePauseArchive = async (home: Home): Promise<string> => {
  const path = join(home.tools, 'pause.tar')
  const archive = pauseArchive()
  if (E.isLeft(archive)) throw new CannotGoOn(`no pause image for this machine: ${archive.left}`)
  if (!(await readFile(path).catch(() => undefined))?.equals(archive.right)) writePrivately(path, archive.right)
  return path
}

/** Containers get their grace, then everything ends: a stopped cluster leaves nothing running. Idempotent. */
export const endContainers = async (home: Home): Promise<void> => {
  // A supervisor may have been killed while it held them still, and then they could not end.
  wakePods(podsCgroup(home))
  const daemon = await runningContainerd(home.containerd)
  if (daemon) {
    const runtime = containerdRuntime({ address: daemon.address })
    const containers = await runtime.containers()
    const running = E.isRight(containers) ? containers.right.filter(({ state }) => state === 'running') : []
    await Promise.all(
      running.map(container => runtime.stopContainer(container.id, lastGrace(container, longestGraceSeconds))),
    )
    const sandboxes = await runtime.sandboxes()
    if (E.isRight(sandboxes)) await Promise.all(sandboxes.right.map(sandbox => runtime.stopSandbox(sandbox.id)))
    await runtime.close()
  }
  await stopContainerd(home.containerd, { endContainers: true })
}

/** Whoever stops a cluster waits for it: no pod is given more than this, whatever it asks for. */
const longestGraceSeconds = 10

/** Removes containers, networks, mounts, cgroups, rules and routes of this cluster. */
export const forgetContainers = async (home: Home, say: Say): Promise<void> => {
  await resetContainerd({ home: home.containerd, bridge: bridgeOf(home), cgroup: clusterCgroup(home), say })
  const cleared = await packetFilter(home).clear()
  // Where there never was a packet filter, nothing is left of it.
  if (E.isLeft(cleared) && cleared.left.tag === 'Refused')
    say(`the rules of its services cannot be removed: ${cleared.left.message}`)
  const routes = await removeRoutes(routeProtocol(home), overlayDeviceOf(home))
  if (E.isLeft(routes)) say(`the routes to pods of other hosts cannot be removed: ${routes.left}`)
}

const podsAre = async ({ runtime }: Settings): Promise<PodsAre> =>
  runtime === 'process' || (runtime === 'auto' && (await missingForContainers()).length > 0)
    ? 'processes'
    : 'containers'

/** The cluster's file at its first start, or as it is. */
export const ensureCluster = async (home: Home, apiPort: number, settings: Settings): Promise<ClusterFile> => {
  const known = readCluster(home)
  const routes = routesInTheWay(settings.runtime)
  const podCidr = podNetwork(home, { wanted: settings.podCidr, known: known?.podCidr }, routes)
  if (E.isLeft(podCidr)) throw new CannotGoOn(podCidr.left)
  const asked = { wanted: settings.serviceCidr, known: known?.serviceCidr, podsAre: await podsAre(settings) }
  const serviceCidr = serviceNetwork(home, asked, podCidr.right, routes)
  if (E.isLeft(serviceCidr)) throw new CannotGoOn(serviceCidr.left)
  const cluster: ClusterFile = {
    name: known?.name ?? 'periplus',
    runtime: known?.runtime ?? { tag: 'hollow' },
    apiPort,
    nodeName: settings.nodeName === 'the host name' ? (known?.nodeName ?? defaultNodeName()) : settings.nodeName,
    podCidr: podCidr.right,
    serviceCidr: serviceCidr.right,
    ...(known?.joined ? { joined: known.joined } : {}),
    ...(settings.advertise === undefined ? {} : { advertise: settings.advertise }),
  }
  writeCluster(home, cluster)
  return cluster
}
