import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Mount } from '@periplus/runtime'
import { hostsText } from './hosts.ts'
import { etcFile, terminationLog } from './layout.ts'
import type { Layout } from './layout.ts'
import type { MountRequest } from './pod-disk.ts'
import { resolverText } from './resolver.ts'

/** The files that the node itself writes for a container, but for those that the container mounts something else on. */
export const ownMounts = async (
  places: Layout,
  clusterDomain: string,
  request: MountRequest,
): Promise<readonly Mount[]> => {
  const { pod, container } = request
  const uid = pod.metadata?.uid ?? ''
  const taken = new Set((container.volumeMounts ?? []).map(({ mountPath }) => mountPath))
  const mounts: Mount[] = []
  const put = async (containerPath: string, hostPath: string, text: string | undefined, mode: number) => {
    if (taken.has(containerPath)) return
    await mkdir(dirname(hostPath), { recursive: true })
    // The pod's other containers have the same file, and a disk without room would leave them an empty one.
    if (text === undefined || (await readFile(hostPath, 'utf8').catch(() => undefined)) !== text)
      await writeFile(hostPath, text ?? '')
    await chmod(hostPath, mode)
    mounts.push({ containerPath, hostPath, readOnly: false, propagation: 'private' })
  }
  const machineHosts = pod.spec?.hostNetwork ? await readFile('/etc/hosts', 'utf8') : ''
  const hosts = hostsText(pod, request.podIps, clusterDomain, machineHosts)
  await put('/etc/hosts', etcFile(places, uid, 'hosts'), hosts, 0o644)
  await put('/etc/hostname', etcFile(places, uid, 'hostname'), `${request.hostname}\n`, 0o644)
  await put('/etc/resolv.conf', etcFile(places, uid, 'resolv.conf'), resolverText(request.dns), 0o644)
  const message = terminationLog(places, uid, container.name, request.attempt)
  await put(container.terminationMessagePath ?? '/dev/termination-log', message, undefined, 0o666)
  return mounts
}
