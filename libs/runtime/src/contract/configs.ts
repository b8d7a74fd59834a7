import { createHash } from 'node:crypto'
import type { ContainerConfig, SandboxConfig } from '../container-runtime.ts'

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
    command: [],
    args: [],
    workingDirectory: '',
    env: [],
    mounts: [],
    labels: {},
    annotations: {},
    logPath: `${name}/${attempt}.log`,
    stdin: false,
    stdinOnce: false,
    tty: false,
    resources: { cpuQuota: 0, cpuPeriod: 0, cpuShares: 0, memoryLimitBytes: 0, oomScoreAdj: 0 },
    security: {
      privileged: false,
      readOnlyRootFilesystem: false,
      supplementalGroups: [],
      addCapabilities: [],
      dropCapabilities: [],
      noNewPrivileges: false,
    },
    ...config,
  }
}
