import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cgroupsRefused } from './cgroups-possible.ts'
import { runCommand } from './run-command.ts'

/**
 * What this machine lacks to run containers, in words for a person; empty when it can. Everything is tried, not guessed
 * from versions: inside a container or a sandboxed machine the same kernel may refuse what it offers elsewhere.
 */
export const missingForContainers = async (): Promise<readonly string[]> => {
  if (process.platform !== 'linux') return [`Linux (this is ${process.platform})`]
  if (process.getuid?.() !== 0) return [`root (this runs as user ${process.getuid?.()})`]
  const [namespaces, cgroups] = await Promise.all([namespacesRefused(), cgroupsRefused()])
  return [...namespaces, ...cgroups]
}

const namespacesRefused = async (): Promise<string[]> => {
  const kinds = { mount: '--mount', network: '--net', PID: '--pid', IPC: '--ipc', UTS: '--uts' }
  const tried = await Promise.all(
    Object.entries(kinds).map(async ([kind, flag]) => {
      const { code, stderr } = await runCommand('unshare', [flag, '--fork', 'true'])
      return code === 0 ? [] : [`${kind} namespaces (${stderr.trim()})`]
    }),
  )
  return tried.flat()
}

/** `overlayfs` where a layered mount works below `directory` (not on top of another overlay), else `native`, which copies. */
export const usableSnapshotter = async (directory: string): Promise<'overlayfs' | 'native'> => {
  const trial = await mkdtemp(join(directory, 'overlay-'))
  try {
    for (const name of ['lower', 'upper', 'work', 'merged']) await mkdir(join(trial, name))
    const options = `lowerdir=${trial}/lower,upperdir=${trial}/upper,workdir=${trial}/work`
    const mount = ['mount', '-t', 'overlay', 'overlay', '-o', options, join(trial, 'merged')]
    return (await runCommand('unshare', ['--mount', ...mount])).code === 0 ? 'overlayfs' : 'native'
  } finally {
    await rm(trial, { recursive: true, force: true })
  }
}

/** Whether runc may lower OOM scores: capability 24 of this process. */
export const hasSysResource = async (): Promise<boolean> => {
  const status = await readFile('/proc/self/status', 'utf8')
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'
  return ((BigInt(`0x${effective}`) >> 24n) & 1n) === 1n
}

/** Whether CNI's plugin for it is there, and the kernel has what it makes: an interface for what pods send, and its queues. */
export const canLimitBandwidth = async (cniBinaries: string): Promise<boolean> => {
  const steps = [
    `test -x "$1/bandwidth"`,
    'ip link add name trial type ifb',
    'tc qdisc add dev trial root tbf rate 1mbit burst 32k latency 25ms',
    'tc qdisc add dev lo ingress',
    'tc filter add dev lo parent ffff: protocol all u32 match u32 0 0 action mirred egress redirect dev trial',
  ]
  return (await runCommand('unshare', ['--net', 'sh', '-c', steps.join(' && '), 'sh', cniBinaries])).code === 0
}
