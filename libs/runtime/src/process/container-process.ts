import { spawn } from 'node:child_process'
import { closeSync, constants, mkdirSync, openSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Writable } from 'node:stream'
import type { LogFile } from './log-file.ts'
import { runHere } from './run-here.ts'

/** A running container: one process and what it starts, its output in the log and with whoever is attached. */
export interface ContainerProcess {
  readonly pid: number
  readonly stdin: Writable | undefined
  /** Resolves when it has ended, all it started is dead and its output is written. */
  readonly ended: Promise<{ readonly exitCode: number; readonly lastWords: string }>
  readonly log: LogFile
  /** Whether it has come to where it waits; `false`: it has ended before, or waits for nothing. */
  readonly waiting: Promise<boolean>
  /** Lets it go on. */
  go(): void
  /** Output from now on, until the container ends. */
  follow(): { readonly stdout: PassThrough; readonly stderr: PassThrough }
  signal(name: NodeJS.Signals): void
  /** SIGKILL to it and all that it started. */
  kill(): void
}

export interface ProcessConfig {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly stdin: boolean
  readonly log: LogFile
  /** The command is the child of a tracer, which keeps signals to itself. */
  readonly traced: boolean
  /** It says so at its file descriptor 3 when it has come so far, and waits there for a line. */
  readonly waits: boolean
  /** Its root directory: whatever has it too was started by this container. */
  readonly root: string
  /** For the pipes of its output. */
  readonly directory: string
}

const signalNumbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
}

/** A shell's way to say that a signal ended it. */
export const exitCodeOf = (code: number | null, signal: string | null): number =>
  code ?? 128 + (signalNumbers[signal ?? ''] ?? 0)

export const startProcess = async (config: ProcessConfig): Promise<ContainerProcess> => {
  const { log } = config
  const output = await openPipes(config.directory)
  const [program = '', ...args] = config.argv
  const child = spawn(program, args, {
    env: config.env,
    // A session of its own: one signal reaches everything it starts.
    detached: true,
    stdio: [
      ...[config.stdin ? ('pipe' as const) : ('ignore' as const), output.stdout.write, output.stderr.write],
      ...(config.waits ? ['pipe' as const] : []),
    ],
  })
  const start = child.stdio[3]
  closeSync(output.stdout.write)
  closeSync(output.stderr.write)
  child.on('error', () => undefined)
  child.stdin?.on('error', () => undefined)
  start?.on('error', () => undefined)
  const pid = child.pid ?? 0
  const followers = new Set<{ readonly stdout: PassThrough; readonly stderr: PassThrough }>()
  let lastWords = ''

  const written = (['stdout', 'stderr'] as const).map(name => {
    const source = new Socket({ fd: output[name].read, readable: true, writable: false })
    source.on('data', (data: Buffer) => {
      if (name === 'stderr') lastWords = (lastWords + data.toString()).slice(-2000)
      log.write(name, data)
      for (const follower of followers) follower[name].write(data)
    })
    return new Promise<void>(resolve => source.on('close', resolve).on('error', () => undefined))
  })
  const kill = (): void => {
    // Never the group 0, which is our own.
    if (pid > 0) signalGroup(pid, 'SIGKILL')
    killInside(config.root)
  }
  const exited = new Promise<number>(resolve => {
    child.on('exit', (code, signal) => resolve(exitCodeOf(code, signal)))
    if (child.pid === undefined) resolve(127)
  })
  const ended = exited.then(async exitCode => {
    // As in a container, nothing survives the first process; what was killed holds its ports until it is gone.
    kill()
    while (killInside(config.root) > 0) await new Promise(resolve => setTimeout(resolve, 2))
    await Promise.all(written)
    log.end()
    for (const { stdout, stderr } of followers) {
      stdout.end()
      stderr.end()
    }
    return { exitCode, lastWords: lastWords.trim() }
  })
  return {
    pid,
    stdin: child.stdin ?? undefined,
    ended,
    log,
    waiting: new Promise(resolve => {
      start?.once('data', () => resolve(true)).once('close', () => resolve(false))
      if (!start) resolve(false)
    }),
    go: () => {
      if (start && 'end' in start) start.end('\n')
    },
    follow: () => {
      const follower = { stdout: new PassThrough(), stderr: new PassThrough() }
      followers.add(follower)
      return follower
    },
    signal: name => signalOne(config.traced ? firstChild(pid) : pid, name),
    kill,
  }
}

const firstChild = (pid: number): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0])
  } catch {
    return 0
  }
}

const signalOne = (pid: number, name: NodeJS.Signals): void => {
  try {
    if (pid > 0) process.kill(pid, name)
  } catch {
    // It has just ended.
  }
}

export const signalGroup = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(-pid, name)
  } catch {
    // Nothing of it is left.
  }
}

/** Daemons leave their session, but not their root directory, which they may only narrow. Answers how many there still were. */
export const killInside = (root: string): number => {
  let found = 0
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      if (!`${readlinkSync(`/proc/${name}/root`)}/`.startsWith(`${root}/`)) continue
      process.kill(Number(name), 'SIGKILL')
      found++
    } catch {
      // It has just ended, or is none of ours to look at.
    }
  }
  return found
}

/** Resolves once the process has entered the other root, or has ended on the way there. */
export const entered = async (pid: number, root: string, ended: Promise<unknown>): Promise<boolean> => {
  let over = false
  void ended.then(() => (over = true))
  while (!over) {
    try {
      if (readlinkSync(`/proc/${pid}/root`) === root) return true
    } catch {
      // It has just ended; the promise says so in a moment.
    }
    await new Promise(resolve => setTimeout(resolve, 2))
  }
  return false
}

interface Pipe {
  readonly read: number
  readonly write: number
}

/** Named pipes: a program may open `/dev/stdout` again, which is refused on the sockets that Node itself would make. */
const openPipes = async (directory: string): Promise<{ readonly stdout: Pipe; readonly stderr: Pipe }> => {
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  const paths = { stdout: join(directory, 'stdout'), stderr: join(directory, 'stderr') }
  await runHere('mkfifo', Object.values(paths))
  const open = (path: string): Pipe => ({
    read: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK),
    write: openSync(path, constants.O_WRONLY),
  })
  return { stdout: open(paths.stdout), stderr: open(paths.stderr) }
}
