import type { HostAlias, Pod } from '@periplus/kinds'
import { podHostname, qualifiedHostname } from '../pods/hostname.ts'

/** A pod's /etc/hosts, in the kubelet's words; with the machine's own text where the pod shares its network. */
export const hostsText = (pod: Pod, podIps: readonly string[], clusterDomain: string, machine: string): string => {
  const aliases = aliasLines(pod.spec?.hostAliases ?? [])
  if (pod.spec?.hostNetwork) return `# Kubernetes-managed hosts file (host network).\n${machine}${aliases}`
  const full = qualifiedHostname(pod, clusterDomain)
  const names = [...(full === undefined ? [] : [full]), podHostname(pod)].join('\t')
  return [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    ...podIps.map(ip => `${ip}\t${names}`),
    '',
  ]
    .join('\n')
    .concat(aliases)
}

const aliasLines = (aliases: readonly HostAlias[]): string =>
  aliases.length === 0
    ? ''
    : `\n# Entries added by HostAliases.\n${aliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}\n`).join('')}`
