import { readFile } from 'node:fs/promises'
import { E } from '@periplus/prelude'
import type { ContainerRuntime } from '@periplus/runtime'

/** What something has used of the processors so far, and holds of the memory now. */
export interface Use {
  readonly cpuNanoseconds: number
  readonly memoryBytes: number
}

/** Billionths of a processor that were used between two moments; `undefined` where nobody knows, as where the counter has begun anew. */
export const nanoCores = (before: Use | undefined, after: Use, milliseconds: number): number | undefined =>
  !before || after.cpuNanoseconds < before.cpuNanoseconds || milliseconds <= 0
    ? undefined
    : Math.round(((after.cpuNanoseconds - before.cpuNanoseconds) * 1000) / milliseconds)

/** The uses at one moment, in milliseconds since the epoch. */
export interface Sample {
  readonly at: number
  readonly machine: Use
  /** By id. */
  readonly containers: ReadonlyMap<string, Use>
}

/** Ticks of the kernel's clock, in which it counts, a second: the same on every architecture that Linux shows it on. */
const ticks = 100

/** Of the first line of `/proc/stat`: all but the times in which a processor had nothing to do or waited for a disk. */
export const busyNanoseconds = (stat: string): number => {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? '')
    .split(' ')
    .map(Number)
  return ((user + nice + system + irq + softIrq + steal) / ticks) * 1e9
}

/** Of `/proc/meminfo`: what could not be given to others. */
export const heldBytes = (meminfo: string): number => {
  const kilobytes = (name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(meminfo)?.[1] ?? 0)
  return (kilobytes('MemTotal') - kilobytes('MemAvailable')) * 1024
}

/** Takes a sample of this machine and of its containers, which the runtime reads from their cgroups. */
export const takeSample = async (runtime: Pick<ContainerRuntime, 'stats'>, now: () => number): Promise<Sample> => {
  const stats = await runtime.stats()
  const [stat, meminfo] = await Promise.all([readFile('/proc/stat', 'utf8'), readFile('/proc/meminfo', 'utf8')])
  return {
    at: now(),
    machine: { cpuNanoseconds: busyNanoseconds(stat), memoryBytes: heldBytes(meminfo) },
    containers: new Map(
      (E.isRight(stats) ? stats.right : []).map(each => [
        each.containerId,
        { cpuNanoseconds: each.cpuNanoseconds, memoryBytes: each.workingSetBytes },
      ]),
    ),
  }
}
