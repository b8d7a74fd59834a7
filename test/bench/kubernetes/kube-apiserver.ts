import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { freeLoopbackPort } from '@periplus/service'

/** An API server under measure, ready to take requests. */
export interface Server {
  readonly kubeconfig: string
  /** Of all that carries out a request: `apiserver`, and what it stores things in. */
  readonly pids: Readonly<Record<string, number>>
  stop(): Promise<void>
}

const kubeconfigOf = (server: string, ca: Buffer, token: string): string =>
  JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'bench' },
    clusters: [{ name: 'bench', cluster: { server, 'certificate-authority-data': ca.toString('base64') } }],
    users: [{ name: 'bench', user: { token } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
  })

const isReady = (port: number, token: string): Promise<boolean> =>
  new Promise(resolve => {
    const asked = request({
      ...{ host: '127.0.0.1', port, path: '/readyz', rejectUnauthorized: false },
      headers: { authorization: `Bearer ${token}` },
    })
    asked.on('response', answer => void answer.resume().on('end', () => resolve(answer.statusCode === 200)))
    asked.on('error', () => resolve(false))
    asked.end()
  })

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill()
  await exit
}

/** Starts etcd, which syncs each write as it does by itself, and a kube-apiserver with its defaults on top of it; everything below `directory`. */
export const startKubeApiserver = async (
  programs: { readonly etcd: string; readonly apiserver: string },
  directory: string,
): Promise<Server> => {
  const [clients, peers, port] = [await freeLoopbackPort(), await freeLoopbackPort(), await freeLoopbackPort()]
  const start = (name: string, program: string, args: readonly string[]): ChildProcess => {
    const output = openSync(join(directory, `${name}.log`), 'a')
    const child = spawn(program, args, { stdio: ['ignore', output, output] })
    closeSync(output)
    return child
  }
  const etcd = start('etcd', programs.etcd, [
    `--data-dir=${join(directory, 'etcd')}`,
    `--listen-client-urls=http://127.0.0.1:${clients}`,
    `--advertise-client-urls=http://127.0.0.1:${clients}`,
    `--listen-peer-urls=http://127.0.0.1:${peers}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peers}`,
    `--initial-cluster=default=http://127.0.0.1:${peers}`,
  ])
  const token = randomBytes(16).toString('hex')
  const [tokens, key, pki] = [join(directory, 'tokens'), join(directory, 'accounts.key'), join(directory, 'pki')]
  writeFileSync(tokens, `${token},bench,bench,system:masters\n`, { mode: 0o600 })
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(key, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 })
  const apiserver = start('kube-apiserver', programs.apiserver, [
    `--etcd-servers=http://127.0.0.1:${clients}`,
    `--secure-port=${port}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--cert-dir=${pki}`,
    `--token-auth-file=${tokens}`,
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    '--service-cluster-ip-range=10.0.0.0/16',
  ])
  const stop = async (): Promise<void> => {
    await ended(apiserver)
    await ended(etcd)
  }
  const deadline = performance.now() + 60_000
  while (!(await isReady(port, token))) {
    if (performance.now() > deadline || apiserver.exitCode !== null) {
      await stop()
      throw new Error(
        `kube-apiserver is not ready; its last lines:\n${lastLines(join(directory, 'kube-apiserver.log'))}`,
      )
    }
    await later(200)
  }
  const kubeconfig = join(directory, 'kubeconfig')
  writeFileSync(
    kubeconfig,
    kubeconfigOf(`https://127.0.0.1:${port}`, readFileSync(join(pki, 'apiserver.crt')), token),
    { mode: 0o600 },
  )
  return { kubeconfig, pids: { apiserver: apiserver.pid ?? 0, etcd: etcd.pid ?? 0 }, stop }
}

const lastLines = (file: string): string =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(-15).join('\n') : ''
