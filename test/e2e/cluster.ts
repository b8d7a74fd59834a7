import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))
const bin = join(root, 'bin/periplus')

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A cluster of its own, as `make up` makes one, with everything in a directory that is removed in the end. */
export interface TestCluster {
  readonly home: string
  periplus(...args: string[]): Promise<Ran>
  /** The real kubectl; `input` goes to its standard input. */
  kubectl(args: string | readonly string[], input?: string): Promise<Ran>
  /** Standard output of a kubectl that must succeed. */
  ok(args: string | readonly string[], input?: string): Promise<string>
  /** A line as a person types it in the checkout. */
  shell(line: string): Promise<Ran>
  /** What such a line prints, which must succeed. */
  typed(line: string): Promise<string>
  /** `more`: of its environment. */
  start(command: 'kubectl' | 'periplus', args: readonly string[], more?: Readonly<Record<string, string>>): ChildProcess
  /** Process ids by name, from the supervisor's record. */
  processes(): Readonly<Record<string, number>>
}

const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv, input?: string): Promise<Ran> =>
  new Promise(done => {
    const child = execFile(command, args, { env, maxBuffer: 64 * 1024 * 1024, cwd: root }, (error, stdout, stderr) =>
      done({ code: error ? (typeof error.code === 'number' ? error.code : 1) : 0, stdout, stderr }),
    )
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input ?? '')
  })

/** Where `periplus tools` has put what tests need. */
export const installedHome = (): string => resolve(process.env['PERIPLUS_HOME'] ?? join(root, '.periplus'))

/** What was installed for the checkout is used again: the tests install nothing twice. */
export const shareInstalled = (home: string): void => {
  const installed = installedHome()
  for (const name of ['tools', 'images']) {
    mkdirSync(join(installed, name), { recursive: true, mode: 0o700 })
    symlinkSync(join(installed, name), join(home, name))
  }
}

/** `existing` is the home of another one, seen with other settings; `within` are the words that run a command on another machine. */
export const testCluster = (
  settings: Readonly<Record<string, string>> = {},
  existing?: string,
  within: readonly string[] = [],
): TestCluster => {
  const home = existing ?? mkdtempSync(join(tmpdir(), 'pp-e2e-'))
  if (existing === undefined) shareInstalled(home)
  const kubectlPath = join(home, 'tools/bin/kubectl')
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...settings,
    PERIPLUS_HOME: home,
    KUBECONFIG: join(home, 'kubeconfig'),
    PATH: `${join(home, 'tools/bin')}:${process.env['PATH']}`,
  }
  const inPlace = (words: readonly string[], input?: string): Promise<Ran> => {
    const [command = '', ...args] = [...within, ...words]
    return run(command, args, env, input)
  }
  const kubectl = (args: string | readonly string[], input?: string): Promise<Ran> =>
    inPlace([kubectlPath, ...(typeof args === 'string' ? args.split(' ') : args)], input)
  const shell = (line: string): Promise<Ran> => inPlace(['sh', '-c', line])
  return {
    home,
    periplus: (...args) => inPlace([bin, ...args]),
    kubectl,
    ok: async (args, input) => {
      const { code, stdout, stderr } = await kubectl(args, input)
      if (code !== 0) throw new Error(`kubectl ${String(args)} ended with ${code}: ${stderr || stdout}`)
      return stdout
    },
    shell,
    typed: async line => {
      const { code, stdout, stderr } = await shell(line)
      if (code !== 0) throw new Error(`${line} ended with ${code}: ${stderr}${stdout}`)
      return stdout.trim()
    },
    start: (name, words, more = {}) => {
      const [command = '', ...args] = [...within, name === 'kubectl' ? kubectlPath : bin, ...words]
      return spawn(command, args, { env: { ...env, ...more }, cwd: root })
    },
    processes: () => {
      const file = join(home, 'supervisor.json')
      if (!existsSync(file)) return {}
      const { supervisor, children } = JSON.parse(readFileSync(file, 'utf8')) as {
        supervisor: { pid: number }
        children: Record<string, number>
      }
      return { supervisor: supervisor.pid, ...children }
    },
  }
}

/** Stops the cluster and removes all of it. */
export const removeCluster = async (cluster: TestCluster): Promise<void> => {
  const { code, stdout, stderr } = await cluster.periplus('reset')
  if (code !== 0) throw new Error(`reset failed: ${stderr || stdout}`)
  rmSync(cluster.home, { recursive: true })
}
