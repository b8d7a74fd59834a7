import { createHash } from 'node:crypto'
import type { ContainerConfig, LinuxResources, SandboxConfig } from '../configuration.ts'

/** No limit of any kind. */
export const unlimited: LinuxResources = {
  cpuQuota: 0,
  cpuPeriod: 0,
  cpuShares: 0,
  memoryLimitBytes: 0,
  memorySwapLimitBytes: 0,
  oomScoreAdj: 0,
  hugePageLimits: [],
  unified: {},
}

/** A sandbox's config with nothing special; `name` alone decides the pod's uid. */
export const sandboxConfig = (
  config: Partial<SandboxConfig> & { readonly name?: string; readonly attempt?: number },
): SandboxConfig => {
  const { name = 'pod', attempt = 0, ...rest } = config
  const uid = createHash('sha256').update(name).digest('hex').slice(0, 32)
  return {
    pod: { name, namespace: 'contract', uid, attempt },
    hostname: name,
    logDirectory: `/var/log/pods/contract_${name}_${uid}`,
    dns: { servers: [], searches: [], options: [] },
    portMappings: [],
    labels: {},
    annotations: {},
    cgroupParent: '',
    sysctls: {},
    hostNetwork: false,
    hostPid: false,
    hostIpc: false,
    sharePids: false,
    privileged: false,
    identity: { supplementalGroups: [] },
    resources: unlimited,
    overhead: unlimited,
    runtimeHandler: '',
    ...rest,
  }
}

/** A container's config with nothing special. */
export const containerConfig = (
  config: Partial<ContainerConfig> & { readonly sandbox: SandboxConfig },
): ContainerConfig => {
  const { name = 'main', attempt = 0 } = config
  return {
    name,
    attempt,
    image: 'busybox:1.36',
    userSpecifiedImage: 'busybox:1.36',
    command: [],
    args: [],
    workingDirectory: '',
    env: [],
    mounts: [],
    devices: [],
    labels: {},
    annotations: {},
    logPath: `${name}/${attempt}.log`,
    stdin: false,
    stdinOnce: false,
    tty: false,
    resources: unlimited,
    security: {
      privileged: false,
      readOnlyRootFilesystem: false,
      supplementalGroups: [],
      addCapabilities: [],
      dropCapabilities: [],
      noNewPrivileges: false,
      maskedPaths: [],
      readOnlyPaths: [],
      seccomp: { type: 'Unconfined' },
    },
    ...config,
  }
}
