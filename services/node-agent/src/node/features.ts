import { readdir, readFile, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'

/** What of Linux this machine has to keep containers apart and within their limits. */
export interface MachineFeatures {
  readonly appArmor: boolean
  readonly seLinux: boolean
  /** The unified hierarchy, and nothing beside it. */
  readonly cgroup2: boolean
  /** Swap is accounted for, so that it can be limited. */
  readonly swapLimit: boolean
  /** As CRI names them: `2MB`, `1GB`. */
  readonly hugePageSizes: readonly string[]
  /** Directories that tell other tenants' use of the processors, and so are masked. */
  readonly thermalThrottle: readonly string[]
}

export const noFeatures: MachineFeatures = {
  appArmor: false,
  seLinux: false,
  cgroup2: false,
  swapLimit: false,
  hugePageSizes: [],
  thermalThrottle: [],
}

export const machineFeatures = async (): Promise<MachineFeatures> => {
  const cgroup2 = await isThere('/sys/fs/cgroup/cgroup.controllers')
  const own = /^0::(.*)$/m.exec(await textOf('/proc/self/cgroup'))?.[1] ?? '/'
  const swapFile = cgroup2
    ? `/sys/fs/cgroup${own}/memory.swap.max`
    : '/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes'
  return {
    appArmor: (await textOf('/sys/module/apparmor/parameters/enabled')).startsWith('Y'),
    seLinux: await isThere('/sys/fs/selinux/enforce'),
    cgroup2,
    swapLimit: await isThere(swapFile),
    hugePageSizes: (await readdir('/sys/kernel/mm/hugepages').catch((): string[] => [])).flatMap(pageSizeOf),
    thermalThrottle: await throttles(),
  }
}

/** `hugepages-2048kB` is `2MB`. */
const pageSizeOf = (directory: string): readonly string[] => {
  const kilobytes = Number(/^hugepages-(\d+)kB$/.exec(directory)?.[1] ?? 0)
  if (kilobytes === 0) return []
  if (kilobytes < 1024) return [`${kilobytes}KB`]
  return [kilobytes < 1024 * 1024 ? `${kilobytes / 1024}MB` : `${kilobytes / 1024 / 1024}GB`]
}

const throttles = async (): Promise<readonly string[]> => {
  const found: string[] = []
  for (let cpu = 0; cpu < availableParallelism(); cpu++) {
    const directory = `/sys/devices/system/cpu/cpu${cpu}/thermal_throttle`
    if (await isThere(directory)) found.push(directory)
  }
  return found
}

const isThere = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

const textOf = async (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')
