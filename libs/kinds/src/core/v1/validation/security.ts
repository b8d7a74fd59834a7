import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, requiredOneOf, within } from '../../../validation/values.ts'
import { descendingPathErrors } from './paths.ts'
import type { PodSecurityContext, SeccompProfile, SecurityContext } from '../security.ts'

const { forbidden, invalid, required } = fieldError

const seccompErrors = (path: FieldPath, profile: SeccompProfile | undefined): readonly FieldError[] => {
  if (!profile) return []
  const { type, localhostProfile } = profile
  return [
    ...requiredOneOf(`${path}.type`, type, ['Localhost', 'RuntimeDefault', 'Unconfined']),
    ...(type === 'Localhost' && !localhostProfile
      ? [required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost')]
      : []),
    ...(type === 'Localhost' ? descendingPathErrors(`${path}.localhostProfile`, localhostProfile) : []),
    ...(type !== 'Localhost' && localhostProfile
      ? [invalid(`${path}.localhostProfile`, localhostProfile, 'can only be set when seccomp type is Localhost')]
      : []),
  ]
}

const idErrors = (path: FieldPath, { runAsUser, runAsGroup }: PodSecurityContext | SecurityContext) => [
  ...within(`${path}.runAsUser`, runAsUser, 0),
  ...within(`${path}.runAsGroup`, runAsGroup, 0),
]

export const containerSecurityErrors = (
  path: FieldPath,
  context: SecurityContext | undefined,
): readonly FieldError[] => {
  if (!context) return []
  const { allowPrivilegeEscalation, privileged, capabilities } = context
  const escalates = privileged || capabilities?.add?.some(name => name === 'SYS_ADMIN' || name === 'CAP_SYS_ADMIN')
  const what = privileged ? '`privileged` to true' : '`capabilities.Add` to CAP_SYS_ADMIN'
  return [
    ...idErrors(path, context),
    ...seccompErrors(`${path}.seccompProfile`, context.seccompProfile),
    ...(allowPrivilegeEscalation === false && escalates
      ? [invalid(path, context, `cannot set \`allowPrivilegeEscalation\` to false and ${what}`)]
      : []),
  ]
}

const sysctlName = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/

export const podSecurityErrors = (
  path: FieldPath,
  context: PodSecurityContext | undefined,
  shared: { readonly hostPID?: boolean; readonly shareProcessNamespace?: boolean },
): readonly FieldError[] => [
  ...(context
    ? [
        ...idErrors(path, context),
        ...within(`${path}.fsGroup`, context.fsGroup, 0),
        ...each(`${path}.supplementalGroups`, context.supplementalGroups, (group, at) => within(at, group, 0)),
        ...seccompErrors(`${path}.seccompProfile`, context.seccompProfile),
        ...each(`${path}.sysctls`, context.sysctls, ({ name }, at) => {
          if (name === '') return [required(`${at}.name`)]
          return sysctlName.test(name) ? [] : [invalid(`${at}.name`, name, sysctlText)]
        }),
      ]
    : []),
  ...(shared.hostPID && shared.shareProcessNamespace
    ? [invalid('spec.shareProcessNamespace', true, 'ShareProcessNamespace and HostPID cannot both be enabled')]
    : []),
]

const sysctlText =
  'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$'

export const hostNamespaceErrors = (
  path: FieldPath,
  spec: {
    readonly hostNetwork?: boolean
    readonly hostUsers?: boolean
    readonly hostPID?: boolean
    readonly hostIPC?: boolean
  },
): readonly FieldError[] =>
  spec.hostUsers === false
    ? (['hostNetwork', 'hostPID', 'hostIPC'] as const)
        .filter(field => spec[field])
        .map(field => forbidden(`${path}.${field}`, 'when `hostUsers` is false'))
    : []
