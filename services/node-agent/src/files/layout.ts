import { join, normalize } from 'node:path'
import type { Pod } from '@periplus/kinds'
import { containersOf } from '../plan/containers.ts'
import { nameRefusal } from './file-names.ts'

/** Where a node keeps its files: Kubernetes' own paths, below the node's root. */
export interface Layout {
  /** Below which all of them are. */
  readonly root: string
  readonly pods: string
  readonly podLogs: string
  readonly containerLogs: string
  /** Directories that are persistent volumes; nothing here goes with a pod. */
  readonly localVolumes: string
  /** The directories of storage drivers, and what they keep for a whole node. */
  readonly plugins: string
  /** Sockets of drivers that are to be found. */
  readonly pluginRegistry: string
}

/** Where a kubelet that has a machine for itself keeps its files. */
export const kubeletDirectory = '/var/lib/kubelet'

export const layout = (root: string): Layout => ({
  root,
  pods: join(root, 'var/lib/kubelet/pods'),
  podLogs: join(root, 'var/log/pods'),
  containerLogs: join(root, 'var/log/containers'),
  localVolumes: join(root, 'var/lib/periplus/local-path'),
  plugins: join(root, kubeletDirectory, 'plugins'),
  pluginRegistry: join(root, kubeletDirectory, 'plugins_registry'),
})

/** What agents and storage drivers mount of a node, whether there is anything in it or not. */
export const ownDirectories: ReadonlySet<string> = new Set([
  '/var/log',
  '/var/lib/docker/containers',
  ...['', '/pods', '/plugins', '/plugins_registry'].map(name => `${kubeletDirectory}${name}`),
])

/**
 * Where a hostPath of a pod leads. The node's logs and the kubelet's files are below its root where it shares the machine with others,
 * and an agent that collects a node's logs, or a storage driver, finds them where it expects them. `isOwn`: it is below the node's root.
 */
export const hostPathOf = ({ root }: Layout, path: string): { readonly path: string; readonly isOwn: boolean } => {
  const asked = normalize(path)
  const isOwn = root !== '/' && [...ownDirectories].some(own => `${asked}/`.startsWith(`${own}/`))
  return isOwn ? { path: join(root, asked), isOwn } : { path, isOwn }
}

/**
 * One file or directory below another, by names that others chose. A name that leads elsewhere has been refused long before (`oddName`):
 * here it is a bug, which must not become a path.
 */
const below = (directory: string, ...names: readonly string[]): string => {
  for (const name of names) {
    const refusal = nameRefusal(name)
    if (refusal !== undefined) throw new RangeError(refusal)
  }
  return join(directory, ...names)
}

/** The first name of a pod that cannot be the name of a file; none that the API has validated is. */
export const oddName = (pod: Pod): string | undefined =>
  [
    ...[pod.metadata?.uid, pod.metadata?.name, pod.metadata?.namespace].map(name => name ?? ''),
    podLogName(pod),
    ...[...containersOf(pod), ...(pod.spec?.volumes ?? [])].map(({ name }) => name),
  ]
    .map(nameRefusal)
    .find(refusal => refusal !== undefined)

export const podDirectory = ({ pods }: Layout, uid: string): string => below(pods, uid)

export const podLogDirectory = ({ podLogs }: Layout, pod: Pod): string => below(podLogs, podLogName(pod))

/** `<namespace>_<name>_<uid>`: neither part can hold an underscore. */
const podLogName = ({ metadata }: Pod): string => `${metadata?.namespace}_${metadata?.name}_${metadata?.uid}`

const logEnding = '.log'
const longestName = 255

/** The name that log shippers look for, cut where it is too long for a file, as the kubelet cuts it. */
export const containerLogLink = (
  { containerLogs }: Layout,
  name: { readonly pod: string; readonly namespace: string; readonly container: string; readonly id: string },
): string => {
  const full = `${name.pod}_${name.namespace}_${name.container}-${name.id}`
  return below(containerLogs, `${full.slice(0, longestName - logEnding.length)}${logEnding}`)
}

/** The files of `/etc` that the node writes for a pod's containers, which may write to them. */
export const etcFile = (root: Layout, uid: string, name: 'hosts' | 'hostname' | 'resolv.conf'): string =>
  below(podDirectory(root, uid), `etc-${name}`)

/** All that a pod can fill of its directory; memory and what is shown of other volumes are not of it. */
export const filledBy = (root: Layout, uid: string): readonly string[] => [
  ...(['hosts', 'hostname', 'resolv.conf'] as const).map(name => etcFile(root, uid, name)),
  below(podDirectory(root, uid), 'containers'),
  below(podDirectory(root, uid), 'volumes'),
]

export const terminationLog = (root: Layout, uid: string, container: string, attempt: number): string =>
  below(podDirectory(root, uid), 'containers', container, String(attempt))

export const volumeDirectory = (root: Layout, uid: string, type: VolumeDirectoryType, name: string): string =>
  below(podDirectory(root, uid), 'volumes', `kubernetes.io~${type}`, name)

/** Where the node shows a container what it mounts of a volume by `subPath`. */
export const subPathPlace = (root: Layout, uid: string, volume: string, container: string, index: number): string =>
  below(subPathPlaces(root, uid), volume, container, String(index))

export const subPathPlaces = (root: Layout, uid: string): string => join(podDirectory(root, uid), 'volume-subpaths')

/** Directory of one of a pod's volumes that a storage driver brings, by the name of the volume or of the persistent one behind it. */
export const csiDirectory = (root: Layout, uid: string, name: string): string => below(csiDirectories(root, uid), name)

export const csiDirectories = (root: Layout, uid: string): string =>
  below(podDirectory(root, uid), 'volumes', 'kubernetes.io~csi')

/** Where a driver has a volume for the whole node. */
export const stagingDirectory = (root: Layout, driver: string, volumeDigest: string): string =>
  below(root.plugins, 'kubernetes.io', 'csi', driver, volumeDigest)

/** Directories of those of a pod's volumes that are images, by the names of the volumes. */
export const imageDirectories = (root: Layout, uid: string): string =>
  below(podDirectory(root, uid), 'volumes', 'kubernetes.io~image')

export type VolumeDirectoryType = 'empty-dir' | 'configmap' | 'secret' | 'downward-api' | 'projected' | 'image' | 'nfs'
