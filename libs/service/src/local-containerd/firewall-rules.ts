import { runCommand } from './run-command.ts'

/**
 * Removes the `nat` rules that the CNI plugins bridge and portmap made for this network, and the chains only they jump to.
 * The plugins write the network's name into a comment of each such rule: `name: "<network>" id: "<container>"`.
 */
export const removeFirewallRules = async (network: string): Promise<void> => {
  const saved = await runCommand('iptables-save', ['-t', 'nat'])
  if (saved.code !== 0) return
  const rules = saved.stdout.split('\n').filter(line => line.startsWith('-A '))
  const ours = rules.filter(rule => rule.includes(`name: \\"${network}\\"`))
  const chains = new Set<string>()
  for (const rule of ours) {
    const target = / -j (CNI-\S+)$/.exec(rule)?.[1]
    if (target && !target.startsWith('CNI-HOSTPORT-')) chains.add(target)
  }
  const commands = [
    ...ours.filter(rule => !chains.has(rule.split(' ')[1]!)).map(rule => `-D ${rule.slice(3)}`),
    ...[...chains].flatMap(chain => [`-F ${chain}`, `-X ${chain}`]),
  ]
  await change(commands)
  await removeSharedChains()
}

const change = async (commands: readonly string[]): Promise<void> => {
  if (commands.length === 0) return
  await runCommand('iptables-restore', ['--noflush'], { input: ['*nat', ...commands, 'COMMIT', ''].join('\n') })
}

/** Portmap's own chains serve every CNI network of the machine and stay as long as any other rule of CNI is there. */
const removeSharedChains = async (): Promise<void> => {
  const { stdout } = await runCommand('iptables-save', ['-t', 'nat'])
  const lines = stdout.split('\n')
  const shared = ['CNI-HOSTPORT-DNAT', 'CNI-HOSTPORT-SETMARK', 'CNI-HOSTPORT-MASQ']
  const chains = lines.flatMap(line => /^:(CNI-\S+)/.exec(line)?.[1] ?? [])
  const inUse =
    chains.some(chain => !shared.includes(chain)) || lines.some(line => line.startsWith('-A CNI-HOSTPORT-DNAT '))
  if (inUse) return
  const jumps = lines.filter(line => line.startsWith('-A ') && shared.some(chain => line.endsWith(` -j ${chain}`)))
  const present = shared.filter(chain => chains.includes(chain))
  await change([
    ...jumps.map(rule => `-D ${rule.slice(3)}`),
    ...present.map(chain => `-F ${chain}`),
    ...present.map(chain => `-X ${chain}`),
  ])
}
