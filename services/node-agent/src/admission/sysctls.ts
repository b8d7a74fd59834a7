/** The sysctls that are namespaced and cannot harm the node, as Kubernetes lists them; any other is forbidden. */
const safe = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
])

export const forbiddenSysctl = (
  sysctls: readonly { readonly name: string }[],
  hostNetwork: boolean,
  hostIpc: boolean,
): string | undefined => {
  for (const { name } of sysctls) {
    if (!safe.has(name)) return `forbidden sysctl: "${name}" not allowlisted`
    if (name.startsWith('net.') && hostNetwork) return `forbidden sysctl: "${name}" not allowed with host net enabled`
    if (name.startsWith('kernel.') && hostIpc) return `forbidden sysctl: "${name}" not allowed with host ipc enabled`
  }
  return undefined
}
