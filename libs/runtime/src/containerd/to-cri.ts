import type { ContainerConfig, SandboxConfig } from '../container-runtime.ts'
import { namespaceMode } from './cri-messages.ts'

const namespacesOf = (config: SandboxConfig) => ({
  network: config.hostNetwork ? namespaceMode.node : namespaceMode.pod,
  pid: config.hostPid ? namespaceMode.node : config.sharePids ? namespaceMode.pod : namespaceMode.container,
  ipc: config.hostIpc ? namespaceMode.node : namespaceMode.pod,
})

const protocols = { TCP: 0, UDP: 1, SCTP: 2 } as const
const seccompTypes = { RuntimeDefault: 0, Unconfined: 1, Localhost: 2 } as const
const propagations = { private: 0, 'host-to-container': 1, bidirectional: 2 } as const

/** Parent of pods that name none, so that their cgroups do not lie at the top of the machine's. */
const defaultCgroupParent = '/periplus'

export const criSandbox = (config: SandboxConfig) => ({
  metadata: config.pod,
  // Who shares the machine's network shares its name too.
  hostname: config.hostNetwork ? '' : config.hostname,
  logDirectory: config.logDirectory,
  dns: config.dns,
  portMappings: config.portMappings.map(mapping => ({ ...mapping, protocol: protocols[mapping.protocol] })),
  labels: config.labels,
  annotations: config.annotations,
  linux: {
    cgroupParent: config.cgroupParent || defaultCgroupParent,
    // `privileged` only allows privileged containers beside the pause process; which ones there are is not known yet.
    security: { namespaces: namespacesOf(config), privileged: true },
    sysctls: config.sysctls,
  },
})

export const criContainer = (config: ContainerConfig) => {
  const { security, resources, processesOf } = config
  const namespaces = namespacesOf(config.sandbox)
  return {
    metadata: { name: config.name, attempt: config.attempt },
    image: { image: config.image },
    command: config.command,
    args: config.args,
    workingDirectory: config.workingDirectory,
    env: config.env,
    mounts: config.mounts.map(mount => ({ ...mount, propagation: propagations[mount.propagation] })),
    labels: config.labels,
    annotations: config.annotations,
    logPath: config.logPath,
    stdin: config.stdin,
    stdinOnce: config.stdinOnce,
    tty: config.tty,
    linux: {
      resources,
      security: {
        capabilities: { add: security.addCapabilities, drop: security.dropCapabilities },
        privileged: security.privileged,
        namespaces: processesOf ? { ...namespaces, pid: namespaceMode.target, targetId: processesOf } : namespaces,
        runAsUser: security.runAsUser === undefined ? undefined : { value: security.runAsUser },
        runAsUserName: security.runAsUserName ?? '',
        runAsGroup: security.runAsGroup === undefined ? undefined : { value: security.runAsGroup },
        readOnlyRootFilesystem: security.readOnlyRootFilesystem,
        supplementalGroups: security.supplementalGroups,
        noNewPrivileges: security.noNewPrivileges,
        seccomp: security.seccomp && {
          profileType: seccompTypes[security.seccomp.type],
          localhostRef: security.seccomp.localhostProfile ?? '',
        },
      },
    },
  }
}
