import type { Bandwidth, ContainerConfig, ProcessIdentity, SandboxConfig, SecurityProfile } from '../configuration.ts'
import { namespaceMode } from './cri-configs.ts'

const namespacesOf = (config: SandboxConfig) => ({
  network: config.hostNetwork ? namespaceMode.node : namespaceMode.pod,
  pid: config.hostPid ? namespaceMode.node : config.sharePids ? namespaceMode.pod : namespaceMode.container,
  ipc: config.hostIpc ? namespaceMode.node : namespaceMode.pod,
})

const protocols = { TCP: 0, UDP: 1, SCTP: 2 } as const
const profileTypes = { RuntimeDefault: 0, Unconfined: 1, Localhost: 2 } as const
const propagations = { private: 0, 'host-to-container': 1, bidirectional: 2 } as const

const identityOf = ({ runAsUser, runAsGroup, supplementalGroups, seLinux }: ProcessIdentity) => ({
  runAsUser: runAsUser === undefined ? undefined : { value: runAsUser },
  runAsGroup: runAsGroup === undefined ? undefined : { value: runAsGroup },
  supplementalGroups,
  seLinux,
})

const profileOf = ({ type, localhostProfile = '' }: SecurityProfile) => ({
  profileType: profileTypes[type],
  localhostRef: localhostProfile,
})

/** The same in the words of a field that runtimes before CRI 1.30 read. */
const oldProfileOf = ({ type, localhostProfile = '' }: SecurityProfile): string =>
  ({ RuntimeDefault: 'runtime/default', Unconfined: 'unconfined', Localhost: `localhost/${localhostProfile}` })[type]

/** Parent of pods that name none, so that their cgroups do not lie at the top of the machine's. */
const defaultCgroupParent = '/periplus'

/** CRI has no field for it: runtimes go by the pod's own annotations. */
const bandwidthAnnotations = ({ ingress, egress }: Bandwidth = {}): Readonly<Record<string, string>> => ({
  ...(ingress === undefined ? {} : { 'kubernetes.io/ingress-bandwidth': String(ingress) }),
  ...(egress === undefined ? {} : { 'kubernetes.io/egress-bandwidth': String(egress) }),
})

export const criSandbox = (config: SandboxConfig) => ({
  metadata: config.pod,
  // Who shares the machine's network shares its name too.
  hostname: config.hostNetwork ? '' : config.hostname,
  logDirectory: config.logDirectory,
  dns: config.dns,
  portMappings: config.portMappings.map(mapping => ({ ...mapping, protocol: protocols[mapping.protocol] })),
  labels: config.labels,
  annotations: { ...config.annotations, ...bandwidthAnnotations(config.bandwidth) },
  linux: {
    cgroupParent: config.cgroupParent || defaultCgroupParent,
    security: {
      namespaces: namespacesOf(config),
      privileged: config.privileged,
      ...identityOf(config.identity),
      seccomp: profileOf({ type: 'RuntimeDefault' }),
    },
    overhead: config.overhead,
    resources: config.resources,
    sysctls: config.sysctls,
  },
})

export const criContainer = (config: ContainerConfig) => {
  const { security, resources, processesOf } = config
  const namespaces = namespacesOf(config.sandbox)
  return {
    metadata: { name: config.name, attempt: config.attempt },
    image: { image: config.image, userSpecifiedImage: config.userSpecifiedImage },
    command: config.command,
    args: config.args,
    workingDirectory: config.workingDirectory,
    env: config.env,
    mounts: config.mounts.map(mount => ({ ...mount, propagation: propagations[mount.propagation] })),
    devices: config.devices.map(({ readOnly, ...paths }) => ({ ...paths, permissions: readOnly ? 'r' : 'mrw' })),
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
        ...identityOf(security),
        runAsUserName: security.runAsUserName ?? '',
        readOnlyRootFilesystem: security.readOnlyRootFilesystem,
        noNewPrivileges: security.noNewPrivileges,
        maskedPaths: security.maskedPaths,
        readOnlyPaths: security.readOnlyPaths,
        seccomp: profileOf(security.seccomp),
        appArmor: security.appArmor && profileOf(security.appArmor),
        appArmorProfile: security.appArmor ? oldProfileOf(security.appArmor) : '',
      },
    },
  }
}
