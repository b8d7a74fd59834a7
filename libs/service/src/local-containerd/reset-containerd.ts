import { readFile, readdir, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { E } from '@periplus/prelude'
import { containerdHome, networkName } from './containerd-home.ts'
import { removeFirewallRules } from './firewall-rules.ts'
import { removeCgroups } from './remove-cgroups.ts'
import { runCommand } from './run-command.ts'
import { shapersLeft } from './shapers.ts'
import { stopContainerd } from './stop-containerd.ts'
import { unmountBelow } from './unmount-below.ts'

export interface ResetRequest {
  readonly home: string
  readonly bridge: string
  /** All pods' cgroups lie below this one, which is nobody else's; absent: those that containers still name are removed. */
  readonly cgroup?: string
  /** Told a line of what could not be removed. */
  readonly say: (line: string) => void
}

/**
 * Forgets everything of ours: daemon, containers, their mounts, network namespaces and cgroups, the bridge, the firewall
 * rules that CNI made for our network, and all files. Needs no running daemon; idempotent; touches nobody else's.
 */
export const resetContainerd = async (request: ResetRequest): Promise<void> => {
  const home = containerdHome(request.home)
  const left = {
    ...(await remains(home.state)),
    shapers: await shapersLeft(home, networkName(request.bridge)),
  }
  await stopContainerd(request.home, { endContainers: true })
  const [mounted] = await unmountBelow([home.root, home.state])
  if (mounted !== undefined) return request.say(`${mounted} cannot be unmounted; ${request.home} is kept`)
  for (const path of left.networkNamespaces) {
    await runCommand('umount', ['--lazy', path])
    await rm(path, { force: true })
  }
  // A stopped container names no cgroup any more, and its pod's is still there.
  const removed = await removeCgroups(request.cgroup === undefined ? [] : [request.cgroup])
  if (E.isLeft(removed)) request.say(removed.left)
  // The parent of all clusters', and of pods that name none; it stays while another containerd of ours has pods in it.
  for (const group of [...left.cgroups, '/periplus']) await removeCgroup(group)
  await removeFirewallRules(networkName(request.bridge))
  for (const device of [request.bridge, ...left.shapers]) await runCommand('ip', ['link', 'delete', device])
  for (const cache of ['/var/lib/cni/results', '/var/lib/cni/cache/results'])
    for (const file of await readdir(cache).catch(() => []))
      if (file.startsWith(`${networkName(request.bridge)}-`)) await rm(join(cache, file), { force: true })
  await rm(home.run, { recursive: true, force: true })
  await rm(request.home, { recursive: true, force: true })
}

/** What the bundles of our containers say of namespaces and cgroups, read before they are removed. */
const remains = async (state: string): Promise<{ networkNamespaces: Set<string>; cgroups: Set<string> }> => {
  const networkNamespaces = new Set<string>()
  const cgroups = new Set<string>()
  const bundles = join(state, 'io.containerd.runtime.v2.task', 'k8s.io')
  for (const id of await readdir(bundles).catch(() => [])) {
    const text = await readFile(join(bundles, id, 'config.json'), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const { linux } = JSON.parse(text) as {
      linux?: { cgroupsPath?: string; namespaces?: { type: string; path?: string }[] }
    }
    if (linux?.cgroupsPath) cgroups.add(linux.cgroupsPath)
    for (const { type, path } of linux?.namespaces ?? [])
      // Only what CNI made: a container may share the host's own namespace.
      if (type === 'network' && path && /^\/(var\/)?run\/netns\/cni-/.test(path)) networkNamespaces.add(path)
  }
  return { networkNamespaces, cgroups }
}

/** The container's cgroup and those above it that it leaves empty: `rmdir` refuses what still has children or processes. */
const removeCgroup = async (path: string): Promise<void> => {
  const hierarchies = ['', ...(await readdir('/sys/fs/cgroup').catch(() => []))]
  for (const hierarchy of hierarchies)
    for (let group = path; group !== '/' && group !== '.'; group = dirname(group))
      await rmdir(join('/sys/fs/cgroup', hierarchy, group)).catch(() => undefined)
}
