import { spawn } from 'node:child_process'
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { endRecorded, recordMark, recordProcess } from '../processes/recorded-process.ts'
import { outrunFor } from '../processes/outrun-for.ts'
import { boundFile } from '../outputs/bound-file.ts'

/** A server that was started and answers. */
export interface LocalServer {
  readonly pid: number
  /** Resolves, with words such as `exit code 1` or `SIGKILL`, when it has ended. */
  readonly exited: Promise<string>
  /** SIGTERM, and SIGKILL after ten seconds; resolves when it has ended; idempotent. */
  stop(): Promise<void>
  /** SIGKILL, as a fault would; resolves when it has ended. */
  kill(): Promise<void>
}

/** A server as a child process. */
export interface ServerProcess {
  /** For messages, and for the names of its files in `directory`. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Holds its data, its output (`<name>.log`) and its process id (`<name>.pid`). */
  readonly directory: string
  /** The files that it makes are for its owner alone, whatever it would make of them itself. */
  readonly ownerOnly?: boolean
  /** Whether it serves; asked until it does. */
  readonly answers: () => Promise<boolean>
  /** Milliseconds that it has for that, but for those in which it could have run and others had the processor. Default 20,000. */
  readonly startWithin?: number
}

const stopWithin = 10_000
const askEvery = 20

const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))

/**
 * Starts a server and waits until it answers. A server that an earlier process of ours left behind on the same directory is
 * ended first: two of them on one store would destroy it. Left: one line with the end of its output.
 */
export const startServer = async (server: ServerProcess): Promise<Either<string, LocalServer>> => {
  const { name, command, args, directory, startWithin = 20_000 } = server
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const pidFile = join(directory, `${name}.pid`)
  await endRecorded(pidFile)

  const output = join(directory, `${name}.log`)
  boundFile(output)
  const descriptor = openSync(output, 'a', 0o600)
  const from = fstatSync(descriptor).size
  const [program, ...words] = server.ownerOnly ? ['sh', '-c', 'umask 077; exec "$@"', 'sh', command] : [command]
  const child = spawn(program ?? command, [...words, ...args], {
    cwd: directory,
    env: { PATH: process.env['PATH'], ...server.environment, ...recordMark(pidFile) },
    stdio: ['ignore', descriptor, descriptor],
  })
  closeSync(descriptor)
  const exited = new Promise<string>(resolve => {
    child.once('error', error => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  const ended = { how: undefined as string | undefined }
  void exited.then(how => {
    ended.how = how
    rmSync(pidFile, { force: true })
  })

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (ended.how === undefined) child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), stopWithin)
    await exited
    clearTimeout(timer)
  }
  if (child.pid !== undefined) recordProcess(pidFile, child.pid)

  const begun = performance.now()
  const outrun = outrunFor(child.pid)
  while (ended.how === undefined && performance.now() - begun - outrun() < startWithin) {
    if (child.pid !== undefined && (await server.answers()))
      return E.right({ pid: child.pid, exited, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') })
    await Promise.race([pause(askEvery), exited])
  }
  const how = ended.how ?? `no answer within ${startWithin / 1000} s`
  await end('SIGKILL')
  const said = readFileSync(output).subarray(from).toString().trim().split('\n').slice(-3).join(' | ')
  return E.left(`${name} did not start (${how}): ${said || 'it said nothing'}`)
}
