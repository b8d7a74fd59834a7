import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, oneOf, within } from '../../../validation/values.ts'
import { placedContainers } from '../pod/placed-containers.ts'
import type { PodSpec } from '../pod/spec.ts'
import type { AppArmorProfile, PodSecurityContext, SeccompProfile, SecurityContext, Sysctl } from '../security.ts'
import { descendingPathErrors } from './paths.ts'
import { windowsOptionErrors } from './windows.ts'

const { duplicate, forbidden, invalid, notSupported, required, tooLong } = fieldError

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined']

const seccompErrors = (path: FieldPath, profile: SeccompProfile | undefined): readonly FieldError[] => {
  if (!profile) return []
  const { type, localhostProfile } = profile
  const at = `${path}.localhostProfile`
  return [
    ...(type === ''
      ? [required(`${path}.type`, 'type is required when seccompProfile is set')]
      : oneOf(`${path}.type`, type, profileTypes)),
    ...(type === 'Localhost'
      ? localhostProfile === undefined
        ? [required(at, 'must be set when seccomp type is Localhost')]
        : descendingPathErrors(at, localhostProfile)
      : localhostProfile === undefined
        ? []
        : [invalid(at, goProfile(profile), 'can only be set when seccomp type is Localhost')]),
  ]
}

/** As Go shows it. */
const goProfile = ({ type, localhostProfile }: SeccompProfile): object => ({
  Type: type,
  LocalhostProfile: localhostProfile,
})

const longestAppArmorName = 4095

const appArmorErrors = (path: FieldPath, profile: AppArmorProfile | undefined): readonly FieldError[] => {
  if (!profile) return []
  const { type, localhostProfile: name } = profile
  const at = `${path}.localhostProfile`
  if (type === '') return [required(`${path}.type`, 'type is required when appArmorProfile is set')]
  if (!profileTypes.includes(type)) return [notSupported(`${path}.type`, type, profileTypes)]
  if (type !== 'Localhost')
    return name === undefined ? [] : [invalid(at, name, 'can only be set when AppArmor type is Localhost')]
  if (name === undefined) return [required(at, 'must be set when AppArmor type is Localhost')]
  const plain = name.trim()
  return [
    ...(plain === name ? [] : [invalid(at, name, 'must not be padded with whitespace')]),
    ...(plain === '' ? [required(at, 'must be set when AppArmor type is Localhost')] : []),
    ...(name.length > longestAppArmorName ? [tooLong(at, longestAppArmorName)] : []),
  ]
}

const idErrors = (path: FieldPath, { runAsUser, runAsGroup }: PodSecurityContext | SecurityContext) => [
  ...within(`${path}.runAsUser`, runAsUser, 0),
  ...within(`${path}.runAsGroup`, runAsGroup, 0),
]

/** A context as Go shows it in an error: all its fields, absent ones as null. */
const shown = (context: SecurityContext): object => ({
  Capabilities: context.capabilities
    ? { Add: context.capabilities.add ?? null, Drop: context.capabilities.drop ?? null }
    : null,
  Privileged: context.privileged ?? null,
  SELinuxOptions: context.seLinuxOptions ?? null,
  WindowsOptions: context.windowsOptions ?? null,
  RunAsUser: context.runAsUser ?? null,
  RunAsGroup: context.runAsGroup ?? null,
  RunAsNonRoot: context.runAsNonRoot ?? null,
  ReadOnlyRootFilesystem: context.readOnlyRootFilesystem ?? null,
  AllowPrivilegeEscalation: context.allowPrivilegeEscalation ?? null,
  ProcMount: context.procMount ?? null,
  SeccompProfile: context.seccompProfile ? goProfile(context.seccompProfile) : null,
  AppArmorProfile: context.appArmorProfile ?? null,
})

/** What can't go together with not gaining privileges. */
const escalationErrors = (path: FieldPath, context: SecurityContext): readonly FieldError[] => {
  if (context.allowPrivilegeEscalation !== false) return []
  const { privileged, capabilities } = context
  const cannot = 'cannot set `allowPrivilegeEscalation` to false and'
  return [
    ...(privileged ? [invalid(path, shown(context), `${cannot} \`privileged\` to true`)] : []),
    ...(capabilities?.add ?? [])
      .filter(name => name === 'CAP_SYS_ADMIN')
      .map(() => invalid(path, shown(context), `${cannot} \`capabilities.Add\` CAP_SYS_ADMIN`)),
  ]
}

export const containerSecurityErrors = (
  path: FieldPath,
  context: SecurityContext | undefined,
  hostUsers: boolean,
): readonly FieldError[] => {
  if (!context) return []
  const { procMount } = context
  return [
    ...idErrors(path, context),
    ...oneOf(`${path}.procMount`, procMount, ['Default', 'Unmasked']),
    ...(hostUsers && procMount === 'Unmasked'
      ? [invalid(`${path}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`')]
      : []),
    ...seccompErrors(`${path}.seccompProfile`, context.seccompProfile),
    ...escalationErrors(path, context),
    ...appArmorErrors(`${path}.appArmorProfile`, context.appArmorProfile),
    ...windowsOptionErrors(`${path}.windowsOptions`, context.windowsOptions),
  ]
}

const sysctlName = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/
const sysctlText =
  'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$'

/** Sysctls of namespaces that a pod on the node's own doesn't have. */
const ofNode = (name: string, { hostNetwork, hostIPC }: PodSpec): string | undefined => {
  const dotted = name.replaceAll('/', '.')
  if (hostNetwork && dotted.startsWith('net.')) return "may not be specified when 'hostNetwork' is true"
  const isIpc = /^(kernel\.(shm|msg|sem)|fs\.mqueue\.)/.test(dotted)
  return hostIPC && isIpc ? "may not be specified when 'hostIPC' is true" : undefined
}

const sysctlErrors = (
  path: FieldPath,
  sysctls: readonly Sysctl[] | undefined,
  spec: PodSpec,
): readonly FieldError[] => {
  const seen = new Set<string>()
  return each(path, sysctls, ({ name }, at) => {
    const again = seen.has(name)
    seen.add(name)
    const shared = ofNode(name, spec)
    return [
      ...(name === ''
        ? [required(`${at}.name`)]
        : name.length > 253 || !sysctlName.test(name)
          ? [invalid(`${at}.name`, name, sysctlText)]
          : again
            ? [duplicate(`${at}.name`, name)]
            : []),
      ...(shared === undefined ? [] : [invalid(`${at}.name`, name, shared)]),
    ]
  })
}

/** What is wrong with the security of a pod as a whole. */
export const podSecurityErrors = (path: FieldPath, spec: PodSpec): readonly FieldError[] => {
  const { securityContext: context = {} } = spec
  return [
    ...within(`${path}.fsGroup`, context.fsGroup, 0),
    ...idErrors(path, context),
    ...each(`${path}.supplementalGroups`, context.supplementalGroups, (group, at) => within(at, group, 0)),
    ...(spec.hostPID && spec.shareProcessNamespace
      ? [invalid(`${path}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled')]
      : []),
    ...sysctlErrors(`${path}.sysctls`, context.sysctls, spec),
    ...oneOf(`${path}.fsGroupChangePolicy`, context.fsGroupChangePolicy, ['Always', 'OnRootMismatch']),
    ...seccompErrors(`${path}.seccompProfile`, context.seccompProfile),
    ...appArmorErrors(`${path}.appArmorProfile`, context.appArmorProfile),
    ...windowsOptionErrors(`${path}.windowsOptions`, context.windowsOptions),
    ...oneOf(`${path}.supplementalGroupsPolicy`, context.supplementalGroupsPolicy, ['Merge', 'Strict']),
    ...oneOf(`${path}.seLinuxChangePolicy`, context.seLinuxChangePolicy, ['Recursive']),
  ]
}

/** A pod with users of its own shares nothing else with the node. */
export const hostNamespaceErrors = (path: FieldPath, spec: PodSpec): readonly FieldError[] => {
  if (spec.hostUsers !== false) return []
  const shared = [
    ['hostNetwork', 'hostNetwork'],
    ['hostPID', 'HostPID'],
    ['hostIPC', 'HostIPC'],
  ] as const
  // Devices can't be mapped to other users.
  const devices = placedContainers(path, spec).filter(([, { volumeDevices = [] }]) => volumeDevices.length > 0)
  return [
    ...shared.filter(([field]) => spec[field]).map(([, told]) => `${path}.${told}`),
    ...devices.map(([at]) => `${at}.volumeDevices`),
  ].map(field => forbidden(field, 'when `hostUsers` is false'))
}
