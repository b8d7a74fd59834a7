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
  if (commands.length === 0) return
  await runCommand('iptables-restore', ['--noflush'], { input: ['*nat', ...commands, 'COMMIT', ''].join('\n') })
}
