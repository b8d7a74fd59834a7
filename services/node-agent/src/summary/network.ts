import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

interface InterfaceUse {
  readonly name: string
  readonly rxBytes: number
  readonly rxErrors: number
  readonly txBytes: number
  readonly txErrors: number
}

/** What went over a network's interfaces, and over the one that leads out; all since they are there. */
export interface NetworkUse extends Partial<InterfaceUse> {
  readonly interfaces: readonly InterfaceUse[]
}

/** Of `/proc/<pid>/net/dev` and `/proc/<pid>/net/route`, as the kernel writes them. */
export const networkOf = (devices: string, routes: string): NetworkUse => {
  const interfaces = devices.split('\n').flatMap((line): readonly InterfaceUse[] => {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim()
    if (colon < 0 || name === 'lo') return []
    const [rxBytes = 0, , rxErrors = 0, , , , , , txBytes = 0, , txErrors = 0] = line
      .slice(colon + 1)
      .trim()
      .split(/ +/)
      .map(Number)
    return [{ name, rxBytes, rxErrors, txBytes, txErrors }]
  })
  const out = routes.split('\n').find(line => line.split('\t')[1] === '00000000')
  const first = interfaces.find(({ name }) => name === out?.split('\t')[0]) ?? interfaces[0]
  return { ...first, interfaces }
}

/** Of the network that a process sees; `undefined` where the process is gone. */
export const networkSeenBy = async (process: number | 'self'): Promise<NetworkUse | undefined> => {
  const [devices, routes] = await Promise.all(
    ['dev', 'route'].map(name => readFile(`/proc/${process}/net/${name}`, 'utf8').catch(() => undefined)),
  )
  return devices === undefined ? undefined : networkOf(devices, routes ?? '')
}

const mount = '/sys/fs/cgroup'

/** A process in a cgroup or below it, whichever is found first. */
export const processIn = async (cgroup: string, cgroup2: boolean): Promise<number | undefined> => {
  const look = async (directory: string, depth: number): Promise<number | undefined> => {
    const text = await readFile(join(directory, 'cgroup.procs'), 'utf8').catch(() => '')
    const found = Number.parseInt(text, 10)
    if (found > 0) return found
    const below = depth === 0 ? [] : await readdir(directory, { withFileTypes: true }).catch(() => [])
    for (const entry of below) {
      const inside = entry.isDirectory() ? await look(join(directory, entry.name), depth - 1) : undefined
      if (inside !== undefined) return inside
    }
    return undefined
  }
  return look(join(mount, cgroup2 ? '' : 'memory', cgroup), 2)
}
