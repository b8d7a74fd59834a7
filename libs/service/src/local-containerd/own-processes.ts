import { readFile, readdir } from 'node:fs/promises'

const commandLine = async (pid: number): Promise<readonly string[]> =>
  (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')

const parentOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0)
}

const pids = async (): Promise<number[]> => (await readdir('/proc')).map(Number).filter(pid => pid > 0)

/** The daemon's process id if it runs with our configuration file: a recycled pid is somebody else's. */
export const runningDaemon = async (pidFile: string, config: string): Promise<number | undefined> => {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''))
  return pid > 0 && (await commandLine(pid)).includes(config) ? pid : undefined
}

/** Shims that serve the containers of the daemon at `address`; they outlive it. */
export const shims = async (address: string): Promise<number[]> => {
  const found: number[] = []
  for (const pid of await pids()) {
    const words = await commandLine(pid)
    if (words[0]?.includes('containerd-shim') && words[words.indexOf('-address') + 1] === address) found.push(pid)
  }
  return found
}

/** All processes below these, children of children included. */
export const descendants = async (roots: readonly number[]): Promise<number[]> => {
  const children = new Map<number, number[]>()
  for (const pid of await pids()) {
    const parent = await parentOf(pid)
    children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  const found: number[] = []
  const waiting = [...roots]
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop())
    for (const child of children.get(pid) ?? []) {
      found.push(child)
      waiting.push(child)
    }
  return found
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

export const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch {
    // It has just ended, which is what was wanted.
  }
}

/** Waits until none of them is left; false when some remain after `milliseconds`. A zombie counts as gone. */
export const gone = async (waitedFor: readonly number[], milliseconds: number): Promise<boolean> => {
  const end = Date.now() + milliseconds
  for (;;) {
    const left: number[] = []
    for (const pid of waitedFor) if (alive(pid) && !(await isZombie(pid))) left.push(pid)
    if (left.length === 0) return true
    if (Date.now() > end) return false
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

const isZombie = async (pid: number): Promise<boolean> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')
}
