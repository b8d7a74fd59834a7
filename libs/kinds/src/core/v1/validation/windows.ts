import { fieldError, isDns1123Subdomain } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { placedContainers } from '../pod/placed-containers.ts'
import type { PodSpec } from '../pod/spec.ts'
import type { WindowsSecurityContextOptions } from '../security.ts'

const { forbidden, invalid } = fieldError

const longestSpecKiB = 64
const longestDomain = 256
const longestUser = 104
const netBiosName = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/

/** What is wrong with whom a process runs as: `user`, or `domain\user`. */
const userNameComplaints = (name: string): readonly string[] => {
  if (name === '') return ['runAsUserName cannot be an empty string']
  if (/\p{Cc}/u.test(name)) return ['runAsUserName cannot contain control characters']
  const parts = name.split('\\')
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash']
  const [user = '', domain] = parts.toReversed()
  const isLong = domain !== undefined && domain.length >= longestDomain
  const isDomain = domain === undefined || netBiosName.test(domain) || isDns1123Subdomain(domain).length === 0
  return [
    ...(isLong ? [`runAsUserName's Domain length must be under ${longestDomain} characters`] : []),
    ...(isDomain ? [] : ["runAsUserName's Domain doesn't match the NetBios nor the DNS format"]),
    ...(user === '' ? ["runAsUserName's User cannot be empty"] : []),
    ...(user.length > longestUser
      ? [`runAsUserName's User length must not be longer than ${longestUser} characters`]
      : []),
    ...(/^[. ]+$/.test(user) ? ["runAsUserName's User cannot contain only periods or spaces"] : []),
    ...(/["/\\:;|=,+*?<>@[\]]/.test(user)
      ? ['runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]']
      : []),
  ]
}

const specComplaints = (spec: string): readonly string[] => {
  if (spec === '') return ['gmsaCredentialSpec cannot be an empty string']
  return Buffer.byteLength(spec) > longestSpecKiB * 1024
    ? [`gmsaCredentialSpec size must be under ${longestSpecKiB} KiB`]
    : []
}

/** What is wrong with the options that only Windows has, of a pod or of a container. */
export const windowsOptionErrors = (
  path: FieldPath,
  options: WindowsSecurityContextOptions | undefined,
): readonly FieldError[] => {
  const rules = {
    gmsaCredentialSpecName: isDns1123Subdomain,
    gmsaCredentialSpec: specComplaints,
    runAsUserName: userNameComplaints,
  }
  return Object.entries(rules).flatMap(([field, complaintsOf]) => {
    const value = options?.[field as keyof typeof rules]
    return value === undefined
      ? []
      : complaintsOf(value).map(complaint => invalid(`${path}.${field}`, value, complaint))
  })
}

/** Containers with the host's own processes: all of a pod, in the host's network. */
export const hostProcessErrors = (path: FieldPath, spec: PodSpec): readonly FieldError[] => {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess
  const all = placedContainers(path, spec).map(([at, { securityContext }]) => ({
    at,
    own: securityContext?.windowsOptions?.hostProcess,
  }))
  const count = all.filter(({ own }) => own ?? ofPod).length
  return [
    ...all
      .filter(({ own }) => own !== undefined && ofPod !== undefined && own !== ofPod)
      .map(({ at, own }) =>
        invalid(
          `${at}.securityContext.windowsOptions.hostProcess`,
          own,
          `pod hostProcess value must be identical if both are specified, was ${String(ofPod)}`,
        ),
      ),
    ...(count > 0 && count < all.length
      ? [
          invalid(
            path,
            '',
            'If pod contains any hostProcess containers then all containers must be HostProcess containers',
          ),
        ]
      : []),
    ...(count > 0 && !spec.hostNetwork
      ? [invalid(`${path}.hostNetwork`, false, 'hostNetwork must be true if pod contains any hostProcess containers')]
      : []),
  ]
}

const notOnLinux = 'windows options cannot be set for a linux pod'

/** A pod that says it is for Linux has nothing that only Windows has. */
export const linuxErrors = (path: FieldPath, spec: PodSpec): readonly FieldError[] => {
  if (spec.os?.name !== 'linux') return []
  return [[path, spec] as const, ...placedContainers(path, spec)]
    .filter(([, { securityContext }]) => securityContext?.windowsOptions)
    .map(([at]) => forbidden(`${at}.securityContext.windowsOptions`, notOnLinux))
}
