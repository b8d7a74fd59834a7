import { readFile, readdir } from 'node:fs/promises'
import { processesWith } from '../processes/find-processes.ts'
import { identityOf, parentOf } from '../processes/process-identity.ts'
import type { ProcessIdentity } from '../processes/process-identity.ts'

const commandLine = async (pid: number): Promise<readonly string[]> =>
  (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')

const pids = async (): Promise<number[]> => (await readdir('/proc')).map(Number).filter(pid => pid > 0)

const identities = (found: readonly number[]): ProcessIdentity[] =>
  found.map(identityOf).filter(identity => identity !== undefined)

/** The daemon if it runs with our configuration file: a recycled pid is somebody else's. Found also where no file tells of it. */
export const runningDaemon = async (pidFile: string, config: string): Promise<ProcessIdentity | undefined> => {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''))
  if (pid > 0 && (await commandLine(pid)).includes(config)) return identityOf(pid)
  return processesWith(({ words }) => words[0] === 'containerd' && words.includes(config))[0]
}

/** Shims that serve the containers of the daemon at `address`; they outlive it. */
export const shims = async (address: string): Promise<ProcessIdentity[]> => {
  const found: number[] = []
  for (const pid of await pids()) {
    const words = await commandLine(pid)
    if (words[0]?.includes('containerd-shim') && words[words.indexOf('-address') + 1] === address) found.push(pid)
  }
  return identities(found)
}

/** All processes below these, children of children included. */
export const descendants = async (roots: readonly ProcessIdentity[]): Promise<ProcessIdentity[]> => {
  const children = new Map<number, number[]>()
  for (const pid of await pids()) {
    const parent = parentOf(pid)
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  const found: number[] = []
  const waiting = roots.map(({ pid }) => pid)
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop())
    for (const child of children.get(pid) ?? []) {
      found.push(child)
      waiting.push(child)
    }
  return identities(found)
}
