import { cp, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { equippedMachine } from './equipment.ts'
import type { EquippedMachine } from './equipment.ts'
import { faultsOf, textOf } from './hostile-faults.ts'
import type { Fault } from './hostile-faults.ts'
import { openSegment } from './machines.ts'
import type { Machine } from './machines.ts'
import { suffer } from './nemesis.ts'
import type { Equipment } from './nemesis.ts'
import { startObserver } from './observer.ts'

/**
 * `make nemesis HOURS= SEED= HOSTS=`: faults for so long, in rounds of minutes; after each, what was done is compared with the log. Where it
 * breaks off, what the machines said is kept.
 */
const hours = Number(process.env['HOURS'] ?? '0.2')
const seed = Number(process.env['SEED'] ?? String(Date.now() % 1_000_000))
const hostCount = Number(process.env['HOSTS'] ?? '3')
const roundMinutes = 5

const say = (line: string): void => console.log(`${new Date().toISOString()} ${line}`)

if (!(hours > 0) || !Number.isSafeInteger(seed) || ![2, 3].includes(hostCount))
  throw new Error('HOURS= is a number of hours, SEED= a whole number, HOSTS= 2 or 3')
say(`seed ${seed}, for ${hours} h`)
const segment = await openSegment()
const machines: Machine[] = []
const all: EquippedMachine[] = []
let faulted = 0
let last = 'the start'
try {
  const made = async (name: string): Promise<Machine> => {
    const equipped = await equippedMachine(segment, name)
    all.push(equipped)
    machines.push(equipped.machine)
    return equipped.machine
  }
  const one = await made('one')
  await one.typed('bin/periplus up')
  for (const name of ['two', 'three'].slice(0, hostCount - 1)) {
    const machine = await made(name)
    await machine.typed(await one.typed('bin/periplus token create --role control-plane'))
  }
  const names = machines.map(({ name }) => name)
  const hosts = { first: 'one', others: names.slice(1), replicated: hostCount > 2, equipped: true }
  const equipment = new Map<string, Equipment>(all.map(({ machine, equipment }) => [machine.name, equipment]))
  if (hosts.replicated) say(await one.typed('bin/periplus replicate'))
  const counted = function* (faults: Iterable<Fault>): Generator<Fault> {
    for (const fault of faults) {
      faulted++
      last = textOf(fault)
      yield fault
    }
  }
  await one.typed('kubectl create deployment web --image=nginx --replicas=10')
  const end = performance.now() + hours * 3_600_000
  for (let round = 1; performance.now() < end; round++) {
    const observers = await Promise.all(machines.map(machine => startObserver(machine, `-${round}`)))
    try {
      await Promise.all(observers.map(observer => observer.goesOn('at first')))
      const until = Math.min(end, performance.now() + roundMinutes * 60_000)
      await suffer(counted(faultsOf(seed + round, hosts, { until })), {
        machines,
        observers,
        replicated: hosts.replicated,
        equipment,
        say,
      })
      const stopped = await Promise.allSettled(observers.map(observer => observer.stopLoad()))
      await one.typed(
        `kubectl wait --for=condition=Ready ${names.map(name => `node/${name}`).join(' ')} --timeout=120s`,
      )
      await one.typed('kubectl rollout status deployment/web --timeout=120s')
      for (const observer of observers) await observer.audit()
      // What was answered wrongly says more once it is known whether anything is lost.
      for (const [n, load] of stopped.entries())
        if (load.status === 'rejected') throw new Error(`on ${names[n]}, with nothing lost`, { cause: load.reason })
      say(`round ${round}: nothing lost, one history, whole again, after ${faulted} faults so far`)
    } finally {
      for (const observer of observers) await observer.end()
    }
  }
} catch (error) {
  const kept = await mkdtemp(join(tmpdir(), 'periplus-nemesis-'))
  for (const { name, home } of machines) {
    await cp(join(home, 'logs'), join(kept, name), { recursive: true })
    await cp(join(home, 'nats'), join(kept, name, 'nats'), {
      recursive: true,
      filter: path => !path.endsWith('reserve'),
    })
  }
  say(`broken off after ${faulted} faults, the last of which is ${last}; what the machines said is kept in ${kept}`)
  throw error
} finally {
  await segment.close()
  for (const { remove } of all) remove()
}
