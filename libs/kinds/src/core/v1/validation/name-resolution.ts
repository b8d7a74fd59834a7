import { fieldError, isDns1123Subdomain } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { ipErrors } from '../../../validation/ip-address.ts'
import { each } from '../../../validation/values.ts'
import type { HostAlias, PodDNSConfig, PodSpec } from '../pod/spec.ts'
import { isDns1123SubdomainWithUnderscore } from '../../../validation/underscores.ts'

const { forbidden, invalid, required, tooLong } = fieldError

/** What resolvers of the C library take. */
const most = { nameservers: 3, searches: 32, searchCharacters: 2048 }

const searchErrors = (path: FieldPath, searches: readonly string[]): readonly FieldError[] => [
  ...(searches.length > most.searches
    ? [invalid(path, searches, `must not have more than ${most.searches} search paths`)]
    : []),
  ...(searches.join(' ').length > most.searchCharacters
    ? [
        invalid(
          path,
          searches,
          `must not have more than ${most.searchCharacters} characters (including spaces) in the search list`,
        ),
      ]
    : []),
  ...each(path, searches, (search, at) => {
    if (search === '.') return []
    const name = search.replace(/\.$/, '')
    return isDns1123SubdomainWithUnderscore(name).map(complaint => invalid(at, name, complaint))
  }),
]

/** What is wrong with additions to a pod's `resolv.conf`. */
export const dnsConfigErrors = (
  path: FieldPath,
  policy: string,
  config: PodDNSConfig | undefined,
): readonly FieldError[] => {
  const { nameservers = [], searches = [], options } = config ?? {}
  if (policy === 'None' && !config) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')]
  if (policy === 'None' && nameservers.length === 0)
    return [required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')]
  return [
    ...(nameservers.length > most.nameservers
      ? [invalid(`${path}.nameservers`, nameservers, `must not have more than ${most.nameservers} nameservers`)]
      : []),
    ...each(`${path}.nameservers`, nameservers, (server, at) => ipErrors(at, server)),
    ...searchErrors(`${path}.searches`, searches),
    ...each(`${path}.options`, options, ({ name }, at) => (name ? [] : [required(at, 'must not be empty')])),
  ]
}

/** What is wrong with additions to a pod's `/etc/hosts`. */
export const hostAliasErrors = (path: FieldPath, aliases: readonly HostAlias[] | undefined): readonly FieldError[] =>
  each(path, aliases, ({ ip, hostnames }, at) => [
    ...ipErrors(`${at}.ip`, ip),
    ...each(`${at}.hostnames`, hostnames, (name, one) =>
      isDns1123Subdomain(name).map(complaint => invalid(one, name, complaint)),
    ),
  ])

const longestHostname = 64

/** What is wrong with a host name that the pod has instead of its own. */
export const hostnameOverrideErrors = (path: FieldPath, spec: PodSpec): readonly FieldError[] => {
  const { hostnameOverride: name } = spec
  const at = `${path}.hostnameOverride`
  if (name === undefined) return []
  return [
    ...(spec.setHostnameAsFQDN ? [forbidden(at, 'may not be specified when setHostnameAsFQDN is true')] : []),
    ...(spec.hostNetwork ? [forbidden(at, 'may not be specified when hostNetwork is true')] : []),
    ...(name.length > longestHostname ? [tooLong(at, longestHostname)] : []),
    ...isDns1123Subdomain(name).map(complaint => invalid(at, name, complaint)),
  ]
}
