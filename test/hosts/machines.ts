import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { removeCluster, root, testCluster } from '../e2e/cluster.ts'
import type { TestCluster } from '../e2e/cluster.ts'

/** A machine on the segment: with a network, mounts and a name of its own, and with a cluster's home. */
export interface Machine extends TestCluster {
  readonly name: string
  readonly address: string
  /** The words that run a command there. */
  readonly within: readonly string[]
  /** Runs a command that must succeed there. */
  run(...command: readonly string[]): string
  /** Takes its cable out, and puts it in again. */
  cut(): void
  /** What it sends is lost, and what is sent to it arrives. */
  mute(): void
  /** Its link carries a megabit a second, and what waits for that up to half a second. */
  slow(): void
  heal(): void
}

/** What is between machines: a switch makes them neighbours, a router knows of the machines' own addresses and of nothing else. */
export type Between = 'switch' | 'router'

/** Machines that reach each other and nobody else. */
export interface Segment {
  /** `settings` are its environment, beside the names and its address; without `home` it gets one with what tests need. */
  machine(name: string, settings?: Readonly<Record<string, string>>, home?: string): Promise<Machine>
  /** One that others reach, with pods that are only told of. */
  controlPlane(name: string, settings?: Readonly<Record<string, string>>, home?: string): Promise<Machine>
  /** Forgets what was started on all machines, in the reverse order, and the machines. */
  close(): Promise<void>
}

/** The address of a segment's nth machine, from 1 on. RFC 5737: addresses that nobody has. */
export const addressOf = (n: number): string => `198.51.100.${n}`

const must = (command: string, ...args: readonly string[]): string => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', cwd: root })
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')}: ${error?.message ?? ''}${stderr}${stdout}`.trim())
  return stdout
}

/** Namespaces that last until the input of their process ends, which it does with this process. */
const namespaces = async (kinds: readonly string[], name: string): Promise<ChildProcess> => {
  const holder = spawn(
    'unshare',
    [...kinds, 'sh', '-c', 'hostname "$0"; ip link set lo up && echo ready && exec cat', name],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  )
  let said = ''
  holder.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const isReady = await Promise.race([
    once(holder.stdout, 'data').then(() => true),
    once(holder, 'exit').then(() => false),
  ])
  if (!isReady)
    throw new Error(
      `this test makes machines out of namespaces, which takes root and what 'unshare' does: ${said.trim()}`,
    )
  return holder
}

const end = async (holder: ChildProcess): Promise<void> => {
  holder.stdin?.end()
  if (holder.exitCode === null) await once(holder, 'exit')
}

/** Where a router is, to each of its machines. */
const gateway = '169.254.1.1'

/** What is between machines, without one at first, in a namespace of its own: nothing of it is seen from the machine that the test runs on. */
export const openSegment = async (between: Between = 'switch'): Promise<Segment> => {
  const switching = await namespaces(['--net', '--uts'], 'switch')
  const within = (holder: ChildProcess, ...kinds: readonly string[]): readonly string[] => [
    'nsenter',
    `--wd=${root}`,
    ...kinds.map(kind => `--${kind}=/proc/${holder.pid ?? 0}/ns/${kind === 'mount' ? 'mnt' : kind}`),
  ]
  const onSwitch = (...command: readonly string[]): string => {
    const [first = '', ...rest] = [...within(switching, 'net'), ...command]
    return must(first, ...rest)
  }
  const family = between === 'switch' ? 'bridge' : 'ip'
  if (between === 'switch') {
    onSwitch('ip', 'link', 'add', 'switch', 'type', 'bridge')
    onSwitch('ip', 'link', 'set', 'switch', 'up')
  } else onSwitch('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward')
  onSwitch('nft', `add table ${family} switch; add set ${family} switch mute { type ifname; }`)
  onSwitch('nft', `add chain ${family} switch forward { type filter hook forward priority 0; }`)
  onSwitch('nft', `add rule ${family} switch forward iifname @mute drop`)
  const machines: { readonly holder: ChildProcess; machine?: Machine }[] = []

  const machine: Segment['machine'] = async (name, settings = {}, home) => {
    const holder = await namespaces(['--net', '--mount', '--uts'], name)
    const place: (typeof machines)[number] = { holder }
    const address = addressOf(machines.push(place))
    const words = within(holder, 'net', 'mount', 'uts')
    const run: Machine['run'] = (...command) => {
      const [first = '', ...rest] = [...words, ...command]
      return must(first, ...rest)
    }
    onSwitch('ip', 'link', 'add', name, 'type', 'veth', 'peer', 'name', 'uplink', 'netns', String(holder.pid))
    run('ip', 'link', 'set', 'uplink', 'up')
    if (between === 'switch') {
      onSwitch('ip', 'link', 'set', name, 'master', 'switch', 'up')
      run('ip', 'address', 'add', `${address}/24`, 'dev', 'uplink')
    } else {
      onSwitch('ip', 'link', 'set', name, 'up')
      onSwitch('ip', 'address', 'add', `${gateway}/32`, 'dev', name)
      onSwitch('ip', 'route', 'add', address, 'dev', name)
      run('ip', 'address', 'add', `${address}/32`, 'dev', 'uplink')
      run('ip', 'route', 'add', gateway, 'dev', 'uplink')
      run('ip', 'route', 'add', 'default', 'via', gateway, 'src', address)
    }
    const made: Machine = {
      ...testCluster({ PERIPLUS_IMAGES: 'standins', ...settings }, home, words),
      name,
      address,
      within: words,
      run,
      cut: () => void onSwitch('ip', 'link', 'set', name, 'down'),
      mute: () => void onSwitch('nft', `add element ${family} switch mute { "${name}" }`),
      slow: () => {
        const rate = ['tbf', 'rate', '1mbit', 'burst', '16kb', 'latency', '500ms']
        onSwitch('tc', 'qdisc', 'replace', 'dev', name, 'root', ...rate)
        run('tc', 'qdisc', 'replace', 'dev', 'uplink', 'root', ...rate)
      },
      heal: () => {
        onSwitch('tc', 'qdisc', 'replace', 'dev', name, 'root', 'noqueue')
        run('tc', 'qdisc', 'replace', 'dev', 'uplink', 'root', 'noqueue')
        onSwitch('ip', 'link', 'set', name, 'up')
        onSwitch('nft', `flush set ${family} switch mute`)
      },
    }
    place.machine = made
    return made
  }

  return {
    machine,
    controlPlane: (name, settings = {}, home) =>
      machine(
        name,
        { PERIPLUS_RUNTIME: 'hollow', PERIPLUS_ADVERTISE_ADDRESS: addressOf(machines.length + 1), ...settings },
        home,
      ),
    close: async () => {
      for (const { holder, machine: made } of [...machines].reverse()) {
        made?.heal()
        if (made) await removeCluster(made)
        await end(holder)
      }
      await end(switching)
    },
  }
}
