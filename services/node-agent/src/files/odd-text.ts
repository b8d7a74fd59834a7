import { isIP } from 'node:net'
import type { Pod } from '@periplus/kinds'

/**
 * What a pod would put into /etc/hosts or resolv.conf that would not stay one word on its line, and so be read as lines of its
 * own; `undefined` where all is well. The API refuses such pods too: this is the writer's own look.
 */
export const oddText = ({ spec }: Pod): string | undefined => {
  const { hostAliases = [], dnsConfig: { nameservers = [], searches = [], options = [] } = {} } = spec ?? {}
  const addresses = [...hostAliases.map(({ ip }) => ip), ...nameservers]
  const words = [
    ...[spec?.hostname, spec?.subdomain, spec?.hostnameOverride].filter(name => name !== undefined && name !== ''),
    ...hostAliases.flatMap(({ hostnames = [] }) => hostnames),
    ...searches,
    ...options.flatMap(({ name, value }) => [name, value].filter(text => text !== undefined && text !== '')),
  ]
  const address = addresses.find(text => isIP(text ?? '') === 0)
  if (address !== undefined) return `${JSON.stringify(address)} is no IP address`
  const word = words.find(text => !isWord(text ?? ''))
  return word === undefined ? undefined : `${JSON.stringify(word)} cannot stand in /etc/hosts or resolv.conf`
}

const isWord = (text: string): boolean => /^[!-~]+$/.test(text) && !/[#;]/.test(text)
