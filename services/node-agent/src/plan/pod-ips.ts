import type { Pod } from '@periplus/kinds'
import type { SandboxState } from '@periplus/runtime'

/** A pod's addresses: its sandbox's; the node's where it shares the machine's network; none before there is a sandbox. */
export const podIpsOf = (
  pod: Pod,
  sandboxes: readonly SandboxState[],
  hostIps: readonly string[],
): readonly string[] => {
  const [sandbox] = sandboxes
  if (!sandbox?.ready) return []
  return pod.spec?.hostNetwork || sandbox.ips.length === 0 ? hostIps : sandbox.ips
}
