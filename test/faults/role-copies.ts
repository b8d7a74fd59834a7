import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { freeLoopbackPort } from '@periplus/service'
import { root } from '../e2e/cluster.ts'
import type { TestCluster } from '../e2e/cluster.ts'
import { apiClient } from './api-client.ts'
import type { ApiClient } from './api-client.ts'
import { isAlive } from './cluster-processes.ts'
import { until } from './until.ts'

export type Deciding = 'controllers' | 'scheduler'
export type Doubled = 'apiserver' | Deciding
export type Copy = 0 | 1

export const copies = [0, 1] as const
export const doubled = ['apiserver', 'controllers', 'scheduler'] as const

/** The roles of a cluster's control plane, each in processes of its own, all but the projector twice. */
export interface RoleCopies {
  /** A client of each API server. */
  readonly apis: readonly [ApiClient, ApiClient]
  start(role: Doubled | 'projector', copy: Copy): void
  end(role: Doubled | 'projector', copy: Copy, signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
  signal(role: Doubled | 'projector', copy: Copy, signal: 'SIGSTOP' | 'SIGCONT'): void
  /** The API server answers. */
  serves(copy: Copy): Promise<unknown>
  /** Which copy's process the role's lease names, once that is one of the two. */
  leader(role: Deciding): Promise<Copy>
  /** That copy leads. */
  leads(role: Deciding, copy: Copy): Promise<unknown>
  close(): Promise<void>
}

const ended = async (child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}

/** In the place of the control plane that the cluster's supervisor keeps, which must not come back: the supervisor stands still. */
export const startRoleCopies = async (cluster: TestCluster): Promise<RoleCopies> => {
  const { supervisor = NaN, 'control-plane': whole = NaN } = cluster.processes()
  process.kill(supervisor, 'SIGSTOP')
  process.kill(whole, 'SIGKILL')
  await until('the control plane in one process is gone', () => !isAlive(whole))
  const ports = [await freeLoopbackPort(), await freeLoopbackPort()] as const
  const at = (port: number): ApiClient => apiClient(cluster.home, `https://127.0.0.1:${port}`)
  const apis = [at(ports[0]), at(ports[1])] as const
  const running = new Map<string, ChildProcess>()
  const processOf = (role: string, copy: Copy): ChildProcess => {
    const child = running.get(`${role} ${copy}`)
    assert.ok(child)
    return child
  }
  const start: RoleCopies['start'] = (role, copy) => {
    const port = role === 'apiserver' ? { PERIPLUS_API_PORT: String(ports[copy]) } : {}
    const child = spawn(process.execPath, [join(root, 'dist/main.js'), 'serve', role], {
      env: { ...process.env, PERIPLUS_HOME: cluster.home, ...port },
      stdio: 'ignore',
    })
    running.set(`${role} ${copy}`, child)
  }
  const serves: RoleCopies['serves'] = copy =>
    until(`API server ${copy} serves`, async () => (await apis[copy].ask('/readyz')).status === 200)
  /** Asked of whichever API server answers. */
  const leaderNow = async (role: Deciding): Promise<Copy | undefined> => {
    const path = `/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/periplus-${role}`
    const { body } = await Promise.any(apis.map(api => api.ask(path)))
    const { holderIdentity } = body['spec'] as { holderIdentity: string }
    const pid = Number(/_(\d+)-\d+$/.exec(holderIdentity)?.[1])
    return copies.find(copy => processOf(role, copy).pid === pid)
  }
  for (const copy of copies) for (const role of doubled) start(role, copy)
  start('projector', 0)
  await Promise.all(copies.map(serves))
  return {
    apis,
    start,
    serves,
    end: (role, copy, signal) => ended(processOf(role, copy), signal),
    signal: (role, copy, signal) => void processOf(role, copy).kill(signal),
    leader: async role => {
      const found = await until(`one of the ${role} leads`, async () => {
        const copy = await leaderNow(role)
        return copy === undefined ? undefined : { copy }
      })
      return found.copy
    },
    leads: (role, copy) => until(`copy ${copy} of the ${role} leads`, async () => (await leaderNow(role)) === copy),
    close: async () => {
      for (const child of running.values()) {
        child.kill('SIGCONT')
        await ended(child, 'SIGTERM')
      }
      if (isAlive(supervisor)) process.kill(supervisor, 'SIGCONT')
    },
  }
}
