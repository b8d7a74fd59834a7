import { spawn } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { E, boundedMilliseconds, systemClock } from '@periplus/prelude'
import type { ContainerStream, ExecResult, StreamRequest } from '../container-runtime.ts'
import { timedOut } from '../refusals.ts'
import type { Outcome } from '../refusals.ts'
import { exitCodeOf, signalGroup } from './container-process.ts'
import { runHere } from './run-here.ts'

type Environment = Readonly<Record<string, string>>

/** Runs to its end; after `timeoutSeconds` (0: never) it and all it started are killed. */
export const runBeside = (
  argv: readonly string[],
  env: Environment,
  timeoutSeconds: number,
): Promise<Outcome<ExecResult>> =>
  new Promise(resolve => {
    const child = spawn(argv[0]!, argv.slice(1), { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', chunk => stdout.push(chunk))
    child.stderr.on('data', chunk => stderr.push(chunk))
    const limit =
      timeoutSeconds > 0 &&
      systemClock.after(boundedMilliseconds(timeoutSeconds), () => {
        if (child.pid) signalGroup(child.pid, 'SIGKILL')
        // Not when its pipes are closed: a child in a session of its own may hold them.
        resolve(timedOut(`failed to exec in container: timeout ${timeoutSeconds}s exceeded: context deadline exceeded`))
      })
    child.on('error', () => undefined)
    child.on('close', (code, signal) => {
      if (limit) limit()
      resolve(
        E.right({ exitCode: exitCodeOf(code, signal), stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) }),
      )
    })
  })

/** Runs with live streams; a terminal is made by `script`, which every Debian has. */
export const streamBeside = (argv: readonly string[], env: Environment, request: StreamRequest): ContainerStream => {
  const { tty } = request
  const command = tty ? ['/usr/bin/script', '-qefc', argv.map(quoted).join(' '), '/dev/null'] : argv
  const child = spawn(command[0]!, command.slice(1), {
    env: tty ? { ...env, SHELL: '/bin/sh' } : env,
    detached: true,
    stdio: [
      request.stdin ? 'pipe' : 'ignore',
      request.stdout ? 'pipe' : 'ignore',
      request.stderr && !tty ? 'pipe' : 'ignore',
    ],
  })
  child.on('error', () => undefined)
  child.stdin?.on('error', () => undefined)
  const exit = new Promise<Outcome<{ readonly exitCode: number }>>(resolve => {
    child.on('exit', (code, signal) => resolve(E.right({ exitCode: exitCodeOf(code, signal) })))
    if (child.pid === undefined) resolve(E.right({ exitCode: 127 }))
  })
  return {
    stdin: child.stdin ?? undefined,
    stdout: child.stdout ?? undefined,
    stderr: child.stderr ?? undefined,
    resize: (columns, rows) => {
      if (tty && child.pid) void resizeTerminal(child.pid, columns, rows)
    },
    exit,
    close: () => {
      if (child.pid && child.exitCode === null) signalGroup(child.pid, 'SIGKILL')
    },
  }
}

/** The terminal is the standard input of `script`'s child. */
const resizeTerminal = async (pid: number, columns: number, rows: number): Promise<void> => {
  for (let tries = 0; tries < 100; tries++) {
    try {
      const child = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]
      const terminal = child && readlinkSync(`/proc/${child}/fd/0`)
      if (terminal && terminal.startsWith('/dev/pts/')) {
        await runHere('stty', ['-F', terminal, 'rows', String(rows), 'cols', String(columns)])
        return
      }
    } catch {
      // Not yet there, or already gone.
    }
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`
