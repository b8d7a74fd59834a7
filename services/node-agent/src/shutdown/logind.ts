import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { runForText } from '../files/run-tool.ts'

/** Where systemd's tools find logind, and what it reads. */
export interface LogindPlaces {
  /** Default: the system's bus. */
  readonly bus?: string
  /** Default `/etc/systemd/logind.conf.d`. */
  readonly configuration?: string
}

/** What a node needs of logind (org.freedesktop.login1(5)). All that can go wrong is said in words. */
export interface Logind {
  /** How long logind waits for those who hold it up; raised to `seconds`, as the kubelet does, where it is less. */
  ensureDelay(seconds: number): Promise<Either<string, void>>
  /** Holds up the machine's shutdown until it is released, or this process ends however it ends. */
  inhibit(): Promise<Either<string, { release(): Promise<void> }>>
  /** Says `true` when the machine is about to go down, and `false` when it is not any more. Ends with the bus, and on abort. */
  follow(signal: AbortSignal): Promise<Either<string, AsyncIterable<boolean>>>
}

const [service, path, manager] = [
  'org.freedesktop.login1',
  '/org/freedesktop/login1',
  'org.freedesktop.login1.Manager',
] as const
/** Of logind alone: on the system's bus anybody may send a signal of any name. */
const match = `type='signal',sender='${service}',path='${path}',interface='${manager}',member='PrepareForShutdown'`

/** By systemd's own tools, which are wherever logind is: its lock is a file descriptor, and Node takes none over a socket. */
export const logind = ({ bus, configuration = '/etc/systemd/logind.conf.d' }: LogindPlaces = {}): Logind => {
  const env = { ...process.env, ...(bus === undefined ? {} : { DBUS_SYSTEM_BUS_ADDRESS: bus }) }

  const delaySeconds = async (): Promise<Either<string, number>> => {
    const told = await runForText('busctl', ['get-property', service, path, manager, 'InhibitDelayMaxUSec'], env)
    return E.isLeft(told) ? told : E.right(Number(/^t (\d+)/.exec(told.right)?.[1] ?? 0) / 1e6)
  }

  return {
    ensureDelay: async seconds => {
      const before = await delaySeconds()
      if (E.isLeft(before)) return before
      if (before.right >= seconds) return E.right(undefined)
      const text = `# Kubernetes logind override\n[Login]\nInhibitDelayMaxSec=${seconds}\n`
      const written = await write(configuration, text)
      if (E.isLeft(written)) return written
      const unit = ['org.freedesktop.systemd1', '/org/freedesktop/systemd1', 'org.freedesktop.systemd1.Manager']
      const reload = [...unit, 'KillUnit', 'ssi', 'systemd-logind.service', 'all', '1']
      const reloaded = await runForText('busctl', ['call', ...reload], env)
      if (E.isLeft(reloaded)) return reloaded
      const after = await delaySeconds()
      if (E.isLeft(after)) return after
      return after.right >= seconds ? E.right(undefined) : E.left(tooShort(after.right, seconds))
    },

    inhibit: async () => {
      const who = ['--who=kubelet', '--why=Kubelet needs time to handle node shutdown']
      // Ends with its input, that is with this process.
      const held = ['sh', '-c', 'echo held; exec cat']
      const child = spawn('systemd-inhibit', ['--what=shutdown', '--mode=delay', ...who, ...held], {
        env,
        stdio: ['pipe', 'pipe', 'pipe'],
      })
      const said = saidBy(child.stderr)
      const ended = once(child, 'close').then(gone, gone)
      child.stdin.on('error', () => undefined)
      const got = await Promise.race([once(child.stdout, 'data').then(() => true), ended])
      if (!got) return E.left(said() || 'systemd-inhibit cannot be run')
      const release = async (): Promise<void> => {
        child.stdin.end()
        await ended
      }
      return E.right({ release })
    },

    follow: async signal => {
      const child = spawn('busctl', ['monitor', '--json=short', `--match=${match}`], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
        signal,
      })
      child.on('error', () => undefined)
      const said = saidBy(child.stderr)
      const ended = once(child, 'close').then(gone, gone)
      const ready = new Promise<true>(resolve =>
        child.stderr.on('data', () => void (said().includes('Monitoring bus message stream') && resolve(true))),
      )
      if (!(await Promise.race([ready, ended]))) return E.left(said() || 'busctl cannot be run')
      return E.right(told(child.stdout))
    },
  }
}

const gone = (): false => false

/** What is said before anybody listens waits in the stream. */
const told = async function* (output: AsyncIterable<Buffer>): AsyncIterable<boolean> {
  let rest = ''
  for await (const chunk of output) {
    const lines = `${rest}${chunk.toString()}`.split('\n')
    rest = lines.pop() ?? ''
    for (const data of lines.map(dataOf)) if (typeof data === 'boolean') yield data
  }
}

const dataOf = (line: string): unknown => {
  try {
    const { member, payload } = JSON.parse(line) as { member?: string; payload?: { data?: readonly unknown[] } }
    return member === 'PrepareForShutdown' ? payload?.data?.[0] : undefined
  } catch {
    // A line for people, such as the first.
    return undefined
  }
}

const tooShort = (has: number, wanted: number): string =>
  `node shutdown manager was unable to update logind InhibitDelayMaxSec to ${wanted}s (ShutdownGracePeriod), current value of InhibitDelayMaxSec (${has}s) is less than requested ShutdownGracePeriod`

const write = async (directory: string, text: string): Promise<Either<string, void>> => {
  try {
    await mkdir(directory, { recursive: true, mode: 0o755 })
    await writeFile(join(directory, '99-kubelet.conf'), text, { mode: 0o644 })
    return E.right(undefined)
  } catch (error) {
    return E.left(`failed modifying logind shutdown inhibit delay: ${messageOf(error)}`)
  }
}

const saidBy = (stream: NodeJS.ReadableStream): (() => string) => {
  let text = ''
  stream.on('data', chunk => (text += String(chunk)))
  return () => text.trim()
}
