import { bool, integer, many, message, one, optional, string, strings } from '@periplus/grpc'

/**
 * What a sandbox and a container are made from, as field numbers of CRI v1 (`runtime.v1`, k8s.io/cri-api). Left out: Windows,
 * user namespaces, and what newer runtimes know; the test of CRI's fields has each with the reason.
 */
export const wrapped = message({ value: one(1, integer) })

const namespaces = message({
  network: one(1, integer),
  pid: one(2, integer),
  ipc: one(3, integer),
  targetId: one(4, string),
})

/** Values of `NamespaceMode`. */
export const namespaceMode = { pod: 0, container: 1, node: 2, target: 3 } as const

const seLinuxOption = message({
  user: one(1, string),
  role: one(2, string),
  type: one(3, string),
  level: one(4, string),
})
const securityProfile = message({ profileType: one(1, integer), localhostRef: one(2, string) })

export const linuxResourcesMessage = message({
  cpuPeriod: one(1, integer),
  cpuQuota: one(2, integer),
  cpuShares: one(3, integer),
  memoryLimitBytes: one(4, integer),
  oomScoreAdj: one(5, integer),
  hugePageLimits: many(8, message({ pageSize: one(1, string), limit: one(2, integer) })),
  unified: strings(9),
  memorySwapLimitBytes: one(10, integer),
})

export const sandboxMetadata = message({
  name: one(1, string),
  uid: one(2, string),
  namespace: one(3, string),
  attempt: one(4, integer),
})

export const sandboxConfigMessage = message({
  metadata: one(1, sandboxMetadata),
  hostname: one(2, string),
  logDirectory: one(3, string),
  dns: one(4, message({ servers: many(1, string), searches: many(2, string), options: many(3, string) })),
  portMappings: many(
    5,
    message({
      protocol: one(1, integer),
      containerPort: one(2, integer),
      hostPort: one(3, integer),
      hostIp: one(4, string),
    }),
  ),
  labels: strings(6),
  annotations: strings(7),
  linux: one(
    8,
    message({
      cgroupParent: one(1, string),
      security: one(
        2,
        message({
          namespaces: one(1, namespaces),
          seLinux: optional(2, seLinuxOption),
          runAsUser: optional(3, wrapped),
          supplementalGroups: many(5, integer),
          privileged: one(6, bool),
          runAsGroup: optional(8, wrapped),
          seccomp: optional(9, securityProfile),
        }),
      ),
      sysctls: strings(3),
      overhead: one(4, linuxResourcesMessage),
      resources: one(5, linuxResourcesMessage),
    }),
  ),
})

export const imageSpec = message({ image: one(1, string), userSpecifiedImage: one(18, string) })
export const containerMetadata = message({ name: one(1, string), attempt: one(2, integer) })

export const containerConfigMessage = message({
  metadata: one(1, containerMetadata),
  image: one(2, imageSpec),
  command: many(3, string),
  args: many(4, string),
  workingDirectory: one(5, string),
  env: many(6, message({ name: one(1, string), value: one(2, string) })),
  mounts: many(
    7,
    message({
      containerPath: one(1, string),
      hostPath: one(2, string),
      readOnly: one(3, bool),
      propagation: one(5, integer),
      recursiveReadOnly: one(8, bool),
    }),
  ),
  devices: many(8, message({ containerPath: one(1, string), hostPath: one(2, string), permissions: one(3, string) })),
  labels: strings(9),
  annotations: strings(10),
  logPath: one(11, string),
  stdin: one(12, bool),
  stdinOnce: one(13, bool),
  tty: one(14, bool),
  linux: one(
    15,
    message({
      resources: one(1, linuxResourcesMessage),
      security: one(
        2,
        message({
          capabilities: one(1, message({ add: many(1, string), drop: many(2, string) })),
          privileged: one(2, bool),
          namespaces: one(3, namespaces),
          seLinux: optional(4, seLinuxOption),
          runAsUser: optional(5, wrapped),
          runAsUserName: one(6, string),
          readOnlyRootFilesystem: one(7, bool),
          supplementalGroups: many(8, integer),
          noNewPrivileges: one(11, bool),
          runAsGroup: optional(12, wrapped),
          maskedPaths: many(13, string),
          readOnlyPaths: many(14, string),
          seccomp: optional(15, securityProfile),
          appArmor: optional(16, securityProfile),
          appArmorProfile: one(9, string),
        }),
      ),
    }),
  ),
})
