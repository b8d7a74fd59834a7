import { isAlive } from '../faults/cluster-processes.ts'
import { failingSyncs } from '../faults/failing-syncs.ts'
import { until } from '../faults/until.ts'
import { textOf } from './hostile-faults.ts'
import type { Fault, Victim } from './hostile-faults.ts'
import type { Machine } from './machines.ts'
import type { Observer } from './observer.ts'

/** What harms a machine's disk and sets its clock. */
export interface Equipment {
  fill(): void
  empty(): void
  /** Changes a bit of an event that all who read the log have seen, in this machine's copy of it. */
  flip(): void
  /** Seconds by which its clock is ahead. */
  step(seconds: number): void
}

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

type OfOne = Exclude<Fault, { readonly tag: 'Blackout' | 'Roll' | 'BitFlip' }>
type Lasting = Extract<Fault, { readonly seconds: number }>

const equipmentOf = (all: Suffering['equipment'], { name }: Machine): Equipment => {
  const equipment = all?.get(name)
  if (!equipment) throw new Error(`${name} has no disk and no clock of its own`)
  return equipment
}

/** Begins what lasts; gives how it ends. */
const begin = async (fault: Lasting, machine: Machine, all: Suffering['equipment']): Promise<() => unknown> => {
  switch (fault.tag) {
    case 'Pause': {
      const pid = await pidOf(machine, fault.process)
      process.kill(pid, 'SIGSTOP')
      return () => signal(pid, 'SIGCONT')
    }
    case 'Cut':
      machine.cut()
      return machine.heal
    case 'Mute':
      machine.mute()
      return machine.heal
    case 'Slow':
      machine.slow()
      return machine.heal
    case 'FullDisk': {
      const { fill, empty } = equipmentOf(all, machine)
      fill()
      return empty
    }
    case 'FailingSyncs':
      return failingSyncs(await pidOf(machine, 'nats'), console.log)
    case 'Clock': {
      const { step } = equipmentOf(all, machine)
      step(fault.by)
      return () => step(0)
    }
  }
}

const inflict = async (fault: OfOne, machine: Machine, all: Suffering['equipment']): Promise<void> => {
  if ('seconds' in fault) {
    const end = await begin(fault, machine, all)
    await pause(fault.seconds * 1000)
    await end()
    return
  }
  switch (fault.tag) {
    case 'Kill': {
      const pid = await pidOf(machine, fault.process)
      process.kill(pid, 'SIGKILL')
      await until(`${fault.process} of ${machine.name} is gone`, () => !isAlive(pid))
      return
    }
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
  }
}

const restart = async (machine: Machine): Promise<void> => {
  for (const command of ['down', 'up']) {
    const { code, stdout, stderr } = await machine.periplus(command)
    if (code !== 0) throw new Error(`${command} on ${machine.name}: ${stderr || stdout}`)
  }
}

/** Those of all machines but one. */
const observersBut = (name: string, { machines, observers }: Suffering): readonly Observer[] =>
  observers.filter((_, i) => machines[i]?.name !== name)

/** Where the others have the log too, writes go on there while a machine is away. */
const roll = async (suffering: Suffering): Promise<void> => {
  const { machines, observers, replicated } = suffering
  for (const machine of machines) {
    const others = observersBut(machine.name, suffering)
    await Promise.all([
      restart(machine),
      ...(replicated ? others.map(observer => observer.goesOn(`while ${machine.name} starts again`)) : []),
    ])
    await Promise.all(observers.map(observer => observer.goesOn(`since ${machine.name} has started again`)))
  }
}

/** Until a server forgets what it had in memory, it reads nothing from its disk. */
const rereadWithin = 120_000

/** Where one copy alone is wrong, it is told which, from any machine, and made good by the others while these write on. */
const flipAndRepair = async (machine: Machine, suffering: Suffering): Promise<void> => {
  const { machines, equipment } = suffering
  const other = machines.find(one => one !== machine)
  if (!other) throw new Error(`nobody but ${machine.name} has the log`)
  equipmentOf(equipment, machine).flip()
  const isFound = async (): Promise<boolean> => {
    const { stdout } = await other.periplus('verify')
    return stdout.includes(`on ${machine.name}, 'periplus verify --repair'`)
  }
  await until(`a changed bit of ${machine.name}'s copy is found`, isFound, rereadWithin)
  const others = observersBut(machine.name, suffering)
  const [{ stdout, stderr }] = await Promise.all([
    machine.periplus('verify', '--repair'),
    ...others.map(observer => observer.goesOn(`while the copy of ${machine.name} is made anew`)),
  ])
  if (!stdout.includes(`the copy of ${machine.name} was made anew from the others`))
    throw new Error(`the copy of ${machine.name} is not made good: ${stdout}${stderr}`)
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
  const machineOf = (fault: Extract<Fault, { readonly machine: string }>): Machine => {
    const machine = machines.find(({ name }) => name === fault.machine)
    if (!machine) throw new Error(`no machine ${fault.machine}`)
    return machine
  }
  const outlive = async (fault: OfOne): Promise<void> => {
    if (!replicated || !isOutlived(fault)) return
    const begun = performance.now()
    const others = observersBut(fault.machine, suffering)
    await Promise.all(others.map(observer => observer.goesOn(`during ${textOf(fault)}`)))
    say(`during ${textOf(fault)}: others wrote on after ${((performance.now() - begun) / 1000).toFixed(1)} s`)
  }
  for (const fault of faults) {
    const begun = performance.now()
    if (fault.tag === 'Blackout') machines.forEach(killAll)
    else if (fault.tag === 'Roll') await roll(suffering)
    else if (fault.tag === 'BitFlip') await flipAndRepair(machineOf(fault), suffering)
    else await Promise.all([inflict(fault, machineOf(fault), equipment), outlive(fault)])
    const over = performance.now()
    await Promise.all(observers.map(observer => observer.goesOn(`after ${textOf(fault)}`)))
    const seconds = (from: number): string => ((performance.now() - from) / 1000).toFixed(1)
    say(`${textOf(fault)}: ${seconds(begun)} s, of which ${seconds(over)} until writes went on everywhere`)
  }
}
