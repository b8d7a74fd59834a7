import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { shippedFile } from '@periplus/service'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Kubectl {
  /** Runs it with these arguments; `input` goes to its standard input. */
  run(arguments_: readonly string[], input?: string, environment?: Readonly<Record<string, string>>): Promise<Ran>
  /** The same, for what must succeed: its output. */
  ok(...arguments_: readonly string[]): Promise<string>
  /** Starts it and gives its lines as they come. */
  follow(...arguments_: readonly string[]): { readonly lines: AsyncIterator<string>; stop(): void }
  /** A file in its folder, which may lie deeper; its path. */
  file(name: string, content: string, mode?: number): Promise<string>
  /** Ends what still runs and removes the folder. */
  remove(): Promise<void>
}

/** Where `periplus tools` puts those that all tests share; without it, the machine's own have to do. */
const tools = join(
  process.env.PERIPLUS_HOME || join(dirname(shippedFile('package-lock.json')), '.periplus'),
  'tools/bin',
)

const programOf = (name: 'kubectl' | 'helm'): string => {
  const installed = join(tools, name)
  return process.env[name.toUpperCase()] ?? (existsSync(installed) ? installed : name)
}

/** The real kubectl, or the real Helm, against a server, with a folder of its own for everything that it keeps. */
export const kubectlOf = async (
  { url, ca }: { readonly url: string; readonly ca: string },
  name: 'kubectl' | 'helm' = 'kubectl',
): Promise<Kubectl> => {
  const binary = programOf(name)
  const home = await mkdtemp(join(tmpdir(), 'periplus-kubectl-'))
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 't', cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: 't', user: { token: 't' } }],
    contexts: [{ name: 't', context: { cluster: 't', user: 't' } }],
    'current-context': 't',
  }
  const kubeconfig = join(home, 'config')
  await writeFile(kubeconfig, JSON.stringify(config))
  const environment = { PATH: process.env.PATH ?? '', HOME: home, KUBECONFIG: kubeconfig, LC_ALL: 'C' }
  const running = new Set<ChildProcess>()
  const begun = <A extends ChildProcess>(child: A): A => {
    running.add(child)
    child.once('close', () => running.delete(child))
    return child
  }
  const run: Kubectl['run'] = (arguments_, input = '', more = {}) =>
    new Promise((resolve, reject) => {
      const child = begun(spawn(binary, arguments_, { env: { ...environment, ...more } }))
      let stdout = ''
      let stderr = ''
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
      child.on('error', reject)
      child.on('close', code => resolve({ code: code ?? -1, stdout, stderr }))
      child.stdin.end(input)
    })
  const file: Kubectl['file'] = async (name, content, mode = 0o644) => {
    const path = join(home, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content, { mode })
    return path
  }
  return {
    run,
    ok: async (...arguments_) => {
      const { code, stdout, stderr } = await run(arguments_)
      if (code !== 0) throw new Error(`${name} ${arguments_.join(' ')} ended with ${code}: ${stderr}${stdout}`)
      return stdout
    },
    follow: (...arguments_) => {
      const child = begun(spawn(binary, arguments_, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] }))
      return { lines: linesOf(child.stdout)[Symbol.asyncIterator](), stop: () => void child.kill() }
    },
    file,
    remove: async () => {
      for (const child of running) child.kill()
      await rm(home, { recursive: true, force: true })
    },
  }
}

async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of stream) {
    const parts = (rest + chunk.toString()).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
}
