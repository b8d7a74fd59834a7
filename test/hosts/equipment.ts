import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { shareInstalled } from '../e2e/cluster.ts'
import { flipBit } from '../faults/flip-bit.ts'
import { smallDisk } from '../faults/small-disk.ts'
import type { SmallDisk } from '../faults/small-disk.ts'
import type { Machine, Segment } from './machines.ts'
import type { Equipment } from './nemesis.ts'

/** A control plane's machine whose home is on a disk of its own. */
export interface MachineOnDisk {
  readonly machine: Machine
  readonly disk: Pick<SmallDisk, 'fill' | 'empty'>
  /** After the machine. */
  remove(): void
}

/** One whose processes of Periplus also go by a clock of their own. */
export interface EquippedMachine extends Pick<MachineOnDisk, 'machine' | 'remove'> {
  readonly equipment: Equipment
}

const diskMebibytes = 1536
const ownClock = fileURLToPath(new URL('own-clock.mjs', import.meta.url))

/** `settingsIn`: what its programs are told besides, of a machine with that home. */
export const machineOnDisk = async (
  segment: Segment,
  name: string,
  settingsIn: (home: string) => Readonly<Record<string, string>> = () => ({}),
): Promise<MachineOnDisk> => {
  const disk = smallDisk(diskMebibytes)
  const home = join(disk.directory, 'home')
  mkdirSync(home, { mode: 0o700 })
  shareInstalled(home)
  return { machine: await segment.controlPlane(name, settingsIn(home), home), disk, remove: disk.remove }
}

/** Every cluster's log begins with it. */
const oldEvent = 'namespaces.-.kube-node-lease'

const clockIn = (home: string): string => join(home, 'clock')

export const equippedMachine = async (segment: Segment, name: string): Promise<EquippedMachine> => {
  const { machine, disk, remove } = await machineOnDisk(segment, name, home => ({
    NODE_OPTIONS: `--import ${ownClock}`,
    NEMESIS_CLOCK: clockIn(home),
  }))
  const clock = clockIn(machine.home)
  const step = (seconds: number): void => {
    writeFileSync(`${clock}.new`, String(seconds))
    renameSync(`${clock}.new`, clock)
  }
  step(0)
  const flip = (): void => flipBit(join(machine.home, 'nats'), oldEvent)
  return { machine, equipment: { fill: disk.fill, empty: disk.empty, flip, step }, remove }
}
