import { seededRandom } from '@periplus/prelude'
import type { Random } from '@periplus/prelude'
import { isAlive } from '../faults/cluster-processes.ts'
import { failingSyncs } from '../faults/failing-syncs.ts'
import { until } from '../faults/until.ts'
import type { Machine } from './machines.ts'
import type { Observer } from './observer.ts'

/** A process of a machine, by its name in the supervisor's record. */
type Victim = 'nats' | 'redis' | 'control-plane' | 'node'

/** What is done to the machines of a cluster; seconds where it lasts. */
export type Fault =
  | { readonly tag: 'Kill'; readonly machine: string; readonly process: Victim }
  | { readonly tag: 'Pause'; readonly machine: string; readonly process: Victim; readonly seconds: number }
  | { readonly tag: 'Cut'; readonly machine: string; readonly seconds: number }
  /** Nobody hears it, and it hears everybody. */
  | { readonly tag: 'Mute'; readonly machine: string; readonly seconds: number }
  | { readonly tag: 'Flap'; readonly machine: string; readonly times: number }
  /** Every process of the cluster there at once, but for the supervisor. */
  | { readonly tag: 'KillAll'; readonly machine: string }
  /** The same on all machines. */
  | { readonly tag: 'Blackout' }
  /** Its link carries little, late. */
  | { readonly tag: 'Slow'; readonly machine: string; readonly seconds: number }
  /** Each machine's cluster is ended and started again, one after the other, as for an upgrade. */
  | { readonly tag: 'Roll' }
  /** Nothing more fits on the disk that everything there is on. */
  | { readonly tag: 'FullDisk'; readonly machine: string; readonly seconds: number }
  /** No sync of the log's server succeeds, for so long or until it is started again. */
  | { readonly tag: 'FailingSyncs'; readonly machine: string; readonly seconds: number }
  /** The time of day of Periplus' own processes jumps by so many seconds, which may be negative, and jumps back. */
  | { readonly tag: 'Clock'; readonly machine: string; readonly by: number; readonly seconds: number }

/** The machines of a cluster. */
export interface Hosts {
  readonly first: string
  /** Those that joined. */
  readonly others: readonly string[]
  /** Each has the log; else the first alone has. */
  readonly replicated: boolean
  /** Has machines suffer also what takes some tens of seconds, or a disk and a clock of their own. */
  readonly equipped?: boolean
}

/** What fills a machine's disk and sets its clock. */
export interface Equipment {
  fill(): void
  empty(): void
  /** Seconds by which its clock is ahead. */
  step(seconds: number): void
}

const oneOf = <A>(random: Random, all: readonly [A, ...A[]]): A => all[Math.floor(random() * all.length)] ?? all[0]
const secondsUpTo = (random: Random, most: number): number => 1 + Math.floor(random() * most)

/** Pure: what comes next. Longer than a lease lasts, so that another copy takes over, is one in three of what lasts. */
export const nextFault = (random: Random, { first, others, replicated, equipped }: Hosts): Fault => {
  const machine = oneOf(random, [first, ...others])
  const process = oneOf<Victim>(
    random,
    machine === first
      ? ['nats', 'redis', 'control-plane', 'node']
      : ['control-plane', 'node', ...(replicated ? ['nats' as const] : [])],
  )
  const seconds = random() < 1 / 3 ? 20 + secondsUpTo(random, 15) : secondsUpTo(random, 8)
  return oneOf<Fault>(random, [
    { tag: 'Kill', machine, process },
    { tag: 'Kill', machine, process },
    { tag: 'Pause', machine, process, seconds },
    { tag: 'Cut', machine, seconds },
    { tag: 'Mute', machine, seconds },
    { tag: 'Flap', machine, times: secondsUpTo(random, 5) },
    { tag: 'KillAll', machine },
    { tag: 'Blackout' },
    ...(equipped ? costly(random, machine, seconds) : []),
  ])
}

const costly = (random: Random, machine: string, seconds: number): readonly Fault[] => [
  { tag: 'Slow', machine, seconds },
  { tag: 'Roll' },
  { tag: 'FullDisk', machine, seconds },
  { tag: 'FailingSyncs', machine, seconds },
  { tag: 'Clock', machine, by: (random() < 1 / 2 ? -1 : 1) * secondsUpTo(random, 120), seconds },
]

/** The faults of a seed: so many, or as many as begin before that moment of `performance.now()`. */
export const faultsOf = function* (
  seed: number,
  hosts: Hosts,
  { count = Infinity, until: end = Infinity }: { readonly count?: number; readonly until?: number },
): Generator<Fault> {
  const random = seededRandom(seed)
  for (let left = count; left > 0 && performance.now() < end; left--) yield nextFault(random, hosts)
}

export const textOf = (fault: Fault): string => Object.values(fault).join(' ')

const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch (error) {
    // Its supervisor may have ended it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const killAll = (machine: Machine): void => {
  const { supervisor: _, ...others } = machine.processes()
  for (const pid of Object.values(others)) signal(pid, 'SIGKILL')
}

/** One that an earlier fault ended may not be there again yet. */
const pidOf = (machine: Machine, process: Victim): Promise<number> =>
  until(`${process} of ${machine.name} runs`, () => {
    const pid = machine.processes()[process]
    return pid !== undefined && isAlive(pid) ? pid : undefined
  })

type OfOne = Exclude<Fault, { readonly tag: 'Blackout' | 'Roll' }>

const equipmentOf = (all: Suffering['equipment'], { name }: Machine): Equipment => {
  const equipment = all?.get(name)
  if (!equipment) throw new Error(`${name} has no disk and no clock of its own`)
  return equipment
}

const inflict = async (fault: OfOne, machine: Machine, all: Suffering['equipment']): Promise<void> => {
  switch (fault.tag) {
    case 'Kill': {
      const pid = await pidOf(machine, fault.process)
      process.kill(pid, 'SIGKILL')
      await until(`${fault.process} of ${machine.name} is gone`, () => !isAlive(pid))
      return
    }
    case 'Pause': {
      const pid = await pidOf(machine, fault.process)
      process.kill(pid, 'SIGSTOP')
      await pause(fault.seconds * 1000)
      return signal(pid, 'SIGCONT')
    }
    case 'Cut':
      machine.cut()
      await pause(fault.seconds * 1000)
      return machine.heal()
    case 'Mute':
      machine.mute()
      await pause(fault.seconds * 1000)
      return machine.heal()
    case 'Flap':
      for (let left = fault.times; left > 0; left--) {
        machine.cut()
        await pause(500)
        machine.heal()
        await pause(500)
      }
      return
    case 'KillAll':
      return killAll(machine)
    case 'Slow':
      machine.slow()
      await pause(fault.seconds * 1000)
      return machine.heal()
    case 'FullDisk': {
      const disk = equipmentOf(all, machine)
      disk.fill()
      await pause(fault.seconds * 1000)
      return disk.empty()
    }
    case 'FailingSyncs': {
      const recover = await failingSyncs(await pidOf(machine, 'nats'), console.log)
      await pause(fault.seconds * 1000)
      return recover()
    }
    case 'Clock': {
      const clock = equipmentOf(all, machine)
      clock.step(fault.by)
      await pause(fault.seconds * 1000)
      return clock.step(0)
    }
  }
}

const restart = async (machine: Machine): Promise<void> => {
  for (const command of ['down', 'up']) {
    const { code, stdout, stderr } = await machine.periplus(command)
    if (code !== 0) throw new Error(`${command} on ${machine.name}: ${stderr || stdout}`)
  }
}

/** Where the others have the log too, writes go on there while a machine is away. */
const roll = async ({ machines, observers, replicated }: Suffering): Promise<void> => {
  for (const machine of machines) {
    const others = observers.filter((_, i) => machines[i] !== machine)
    await Promise.all([
      restart(machine),
      ...(replicated ? others.map(observer => observer.goesOn(`while ${machine.name} starts again`)) : []),
    ])
    await Promise.all(observers.map(observer => observer.goesOn(`since ${machine.name} has started again`)))
  }
}

/** Longer than the log's servers take to choose another leader. */
const long = 20

/** Lasts so long that writes are to go on elsewhere before it is over, where others have the log too. */
const isOutlived = (fault: Fault): boolean => 'seconds' in fault && fault.seconds >= long

/** A cluster that suffers; an observer for each machine, in the same order. */
export interface Suffering {
  readonly machines: readonly Machine[]
  readonly observers: readonly Observer[]
  readonly replicated: boolean
  /** By the machines' names. */
  readonly equipment?: ReadonlyMap<string, Equipment>
  readonly say: (line: string) => void
}

/** One fault after the other, after each of which writes go on at every API server. */
export const suffer = async (faults: Iterable<Fault>, suffering: Suffering): Promise<void> => {
  const { machines, observers, replicated, equipment, say } = suffering
  for (const fault of faults) {
    const begun = performance.now()
    if (fault.tag === 'Blackout') machines.forEach(killAll)
    else if (fault.tag === 'Roll') await roll(suffering)
    else {
      const machine = machines.find(({ name }) => name === fault.machine)
      if (!machine) throw new Error(`no machine ${fault.machine}`)
      const outlive = async (): Promise<void> => {
        if (!replicated || !isOutlived(fault)) return
        const others = observers.filter((_, i) => machines[i] !== machine)
        await Promise.all(others.map(observer => observer.goesOn(`during ${textOf(fault)}`)))
        say(`during ${textOf(fault)}: others wrote on after ${((performance.now() - begun) / 1000).toFixed(1)} s`)
      }
      await Promise.all([inflict(fault, machine, equipment), outlive()])
    }
    const over = performance.now()
    await Promise.all(observers.map(observer => observer.goesOn(`after ${textOf(fault)}`)))
    const seconds = (from: number): string => ((performance.now() - from) / 1000).toFixed(1)
    say(`${textOf(fault)}: ${seconds(begun)} s, of which ${seconds(over)} until writes went on everywhere`)
  }
}
