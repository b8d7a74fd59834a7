import type { AppArmorProfile, Container, Pod, SELinuxOptions, SeccompProfile } from '@periplus/kinds'
import type { ProcessIdentity, SecurityContext, SecurityProfile } from '@periplus/runtime'
import { join } from 'node:path'
import type { NodeSettings } from '../settings.ts'

/**
 * What a container may not see at all and may not write, as Kubernetes names it (pkg/securitycontext). A runtime fills in
 * nothing of this, and clears it for privileged containers.
 */
const maskedPaths = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
] as const
const readOnlyPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'] as const

type Machine = Pick<NodeSettings, 'features' | 'seccompRoot'>

/** The container's security context over the pod's, as CRI takes it. */
export const containerSecurity = (pod: Pod, container: Container, machine: Machine): SecurityContext => {
  const own = container.securityContext ?? {}
  const shared = pod.spec?.securityContext ?? {}
  const appArmor = appArmorOf(own.appArmorProfile ?? shared.appArmorProfile)
  return {
    ...identityOf(pod, { ...shared, ...defined(own) }),
    privileged: own.privileged ?? false,
    readOnlyRootFilesystem: own.readOnlyRootFilesystem ?? false,
    addCapabilities: own.capabilities?.add ?? [],
    dropCapabilities: own.capabilities?.drop ?? [],
    noNewPrivileges: own.allowPrivilegeEscalation === false,
    maskedPaths: [...maskedPaths, ...machine.features.thermalThrottle],
    readOnlyPaths,
    seccomp: seccompOf(own.seccompProfile ?? shared.seccompProfile, machine.seccompRoot),
    ...(appArmor ? { appArmor } : {}),
  }
}

/** Whom the pod's sandbox runs as. */
export const podIdentity = (pod: Pod): ProcessIdentity => identityOf(pod, pod.spec?.securityContext ?? {})

interface Identified {
  readonly runAsUser?: number | bigint
  readonly runAsGroup?: number | bigint
  readonly seLinuxOptions?: SELinuxOptions
}

const defined = ({ runAsUser, runAsGroup, seLinuxOptions }: Identified): Identified => ({
  ...(runAsUser === undefined ? {} : { runAsUser }),
  ...(runAsGroup === undefined ? {} : { runAsGroup }),
  ...(seLinuxOptions === undefined ? {} : { seLinuxOptions }),
})

const identityOf = ({ spec }: Pod, { runAsUser, runAsGroup, seLinuxOptions }: Identified): ProcessIdentity => {
  const { fsGroup, supplementalGroups = [] } = spec?.securityContext ?? {}
  return {
    ...(runAsUser === undefined ? {} : { runAsUser: Number(runAsUser) }),
    ...(runAsGroup === undefined ? {} : { runAsGroup: Number(runAsGroup) }),
    supplementalGroups: [...(fsGroup === undefined ? [] : [fsGroup]), ...supplementalGroups].map(Number),
    ...(seLinuxOptions ? { seLinux: labelOf(seLinuxOptions) } : {}),
  }
}

const labelOf = ({ user = '', role = '', type = '', level = '' }: SELinuxOptions) => ({ user, role, type, level })

/** A container that asks for nothing is not confined: only a kubelet told so (`seccompDefault`) confines all. */
const seccompOf = (profile: SeccompProfile | undefined, root: string): SecurityProfile => {
  if (profile?.type === 'RuntimeDefault') return { type: 'RuntimeDefault' }
  if (profile?.type !== 'Localhost') return { type: 'Unconfined' }
  return { type: 'Localhost', localhostProfile: join(root, profile.localhostProfile ?? '') }
}

const appArmorOf = (profile: AppArmorProfile | undefined): SecurityProfile | undefined => {
  if (profile?.type === 'RuntimeDefault' || profile?.type === 'Unconfined') return { type: profile.type }
  if (profile?.type !== 'Localhost') return undefined
  return { type: 'Localhost', localhostProfile: profile.localhostProfile ?? '' }
}
