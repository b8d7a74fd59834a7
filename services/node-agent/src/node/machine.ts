import { readFile, statfs } from 'node:fs/promises'
import { arch, availableParallelism, freemem, release, totalmem } from 'node:os'
import { machineFeatures, noFeatures } from './features.ts'
import type { MachineFeatures } from './features.ts'

/** What a node says of the machine that it stands for. */
export interface MachineFacts {
  readonly cpus: number
  readonly memoryBytes: number
  readonly storageBytes: number
  readonly architecture: string
  readonly kernelVersion: string
  readonly osImage: string
  readonly machineId: string
  readonly systemUuid: string
  readonly bootId: string
  readonly features: MachineFeatures
}

/** How much of the machine is left. */
export interface MachineRoom {
  readonly memoryBytes: number
  readonly storageBytes: number
  readonly pids: number
}

export interface Machine {
  facts(): Promise<MachineFacts>
  room(): Promise<MachineRoom>
}

/** This machine; `directory` is where pods' files go. */
export const thisMachine = (directory: string): Machine => ({
  facts: async () => {
    const storage = await statfs(directory)
    return {
      cpus: availableParallelism(),
      memoryBytes: totalmem(),
      storageBytes: storage.blocks * storage.bsize,
      architecture: goArchitecture(arch()),
      kernelVersion: release(),
      osImage: osName(await textOf('/etc/os-release')),
      machineId: await textOf('/etc/machine-id'),
      systemUuid: (await textOf('/sys/class/dmi/id/product_uuid')) || (await textOf('/etc/machine-id')),
      bootId: await textOf('/proc/sys/kernel/random/boot_id'),
      features: await machineFeatures(),
    }
  },
  room: async () => {
    const storage = await statfs(directory)
    const available = /^MemAvailable:\s+(\d+) kB/m.exec(await textOf('/proc/meminfo'))?.[1]
    const mostPids = Number(await textOf('/proc/sys/kernel/pid_max')) || 32768
    const pids = Number((await textOf('/proc/loadavg')).split(/[ /]/)[4] ?? 0)
    return {
      memoryBytes: available ? Number(available) * 1024 : freemem(),
      storageBytes: storage.bavail * storage.bsize,
      pids: mostPids - pids,
    }
  },
})

/** A machine that exists only as a node object. */
export const hollowMachine = (facts: Partial<MachineFacts> = {}): Machine => ({
  facts: async () => ({
    cpus: 4,
    memoryBytes: 16 * 2 ** 30,
    storageBytes: 100 * 2 ** 30,
    architecture: 'amd64',
    kernelVersion: 'hollow',
    osImage: 'hollow',
    machineId: '',
    systemUuid: '',
    bootId: '',
    // Nothing runs there, so nothing is refused for what the machine lacks.
    features: { ...noFeatures, appArmor: true, seLinux: true },
    ...facts,
  }),
  room: async () => ({ memoryBytes: 8 * 2 ** 30, storageBytes: 50 * 2 ** 30, pids: 30_000 }),
})

const textOf = async (path: string): Promise<string> => {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch {
    // Not every machine has every one of these files; a node says then that it does not know.
    return ''
  }
}

const osName = (text: string): string => /^PRETTY_NAME="?(.*?)"?$/m.exec(text)?.[1] ?? 'Linux'

const goArchitecture = (nodeName: string): string => ({ x64: 'amd64', ia32: '386' })[nodeName] ?? nodeName
