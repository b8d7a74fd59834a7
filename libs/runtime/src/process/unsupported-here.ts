import type { ContainerConfig, SandboxConfig } from '../configuration.ts'

/** What plain processes cannot do at all; the words of `status().lacks`. */
export const alwaysLacking: readonly string[] = [
  'pods share the network, address, ports and bandwidth of the machine',
  'memory and CPU limits are not enforced; containers that set a memory limit are refused',
  'capabilities are not dropped, and nothing of /proc and /sys is masked: who runs as root there is root on the machine',
  'who runs out of memory first is not decided by quality of service',
  'containers end when the node agent ends',
  'images cannot be mounted as volumes',
]

/** Why this sandbox cannot be had as plain processes. */
export const unsupportedSandbox = (config: SandboxConfig): string | undefined => {
  if (Object.keys(config.sysctls).length > 0) return 'plain processes share the sysctls of the machine'
  if (config.bandwidth) return 'plain processes share the network of the machine: their bandwidth cannot be limited'
  if (config.runtimeHandler !== '') return `there is no runtime ${config.runtimeHandler}, only plain processes`
  if (config.sharePids) return 'plain processes have no process namespace to share'
  const moved = config.portMappings.find(({ hostPort, containerPort }) => hostPort > 0 && hostPort !== containerPort)
  if (moved) return `plain processes share the machine's ports: ${moved.containerPort} cannot be ${moved.hostPort}`
  return undefined
}

/** Why this container cannot be had as plain processes. */
export const unsupportedContainer = (config: ContainerConfig): string | undefined => {
  const { resources, security, tty, mounts, devices } = config
  if (resources.memoryLimitBytes > 0) return 'plain processes have no memory limit'
  if (security.privileged) return 'plain processes cannot be privileged'
  if (security.readOnlyRootFilesystem) return 'plain processes cannot have a read-only root file system'
  if (security.addCapabilities.length > 0) return 'plain processes cannot be given capabilities'
  if (security.supplementalGroups.length > 0) return 'plain processes cannot be given supplemental groups'
  if (security.seLinux) return 'plain processes cannot be given an SELinux label'
  if (security.appArmor && security.appArmor.type !== 'Unconfined')
    return 'plain processes cannot be confined by AppArmor'
  if (security.seccomp.type !== 'Unconfined') return 'plain processes cannot be confined by seccomp'
  if (devices.length > 0) return 'plain processes cannot be given devices under other names'
  if (config.processesOf) return 'plain processes have no process namespace to share'
  if (tty) return 'plain processes have no terminal of their own (exec with a terminal works)'
  if (mounts.some(({ propagation }) => propagation === 'bidirectional'))
    return 'mounts of plain processes do not propagate back'
  return undefined
}
