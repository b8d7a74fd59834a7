import { join } from 'node:path'
import type { Pod } from '@periplus/kinds'

/** Where a node keeps its files: Kubernetes' own paths, below the node's root. */
export interface Layout {
  readonly pods: string
  readonly podLogs: string
  readonly containerLogs: string
}

export const layout = (root: string): Layout => ({
  pods: join(root, 'var/lib/kubelet/pods'),
  podLogs: join(root, 'var/log/pods'),
  containerLogs: join(root, 'var/log/containers'),
})

export const podDirectory = ({ pods }: Layout, uid: string): string => join(pods, uid)

/** `<namespace>_<name>_<uid>`: neither part can hold an underscore. */
export const podLogDirectory = ({ podLogs }: Layout, pod: Pod): string =>
  join(podLogs, `${pod.metadata?.namespace}_${pod.metadata?.name}_${pod.metadata?.uid}`)

/** The name that log shippers look for. */
export const containerLogLink = (
  { containerLogs }: Layout,
  name: { readonly pod: string; readonly namespace: string; readonly container: string; readonly id: string },
): string => join(containerLogs, `${name.pod}_${name.namespace}_${name.container}-${name.id}.log`)

export const terminationLog = (root: Layout, uid: string, container: string, attempt: number): string =>
  join(podDirectory(root, uid), 'containers', container, String(attempt))

export const volumeDirectory = (root: Layout, uid: string, type: VolumeDirectoryType, name: string): string =>
  join(podDirectory(root, uid), 'volumes', `kubernetes.io~${type}`, name)

export type VolumeDirectoryType = 'empty-dir' | 'configmap' | 'secret' | 'downward-api' | 'projected'
