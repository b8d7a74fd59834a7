import { connect } from 'node:net'
import { request } from 'node:https'
import type { NodeStreams } from '@periplus/apiserver'
import { E, seededRandom } from '@periplus/prelude'
import { longestWork } from '@periplus/service'
import { guardedCluster } from '../../security/guarded-cluster.ts'
import { pick } from '../extreme/values.ts'
import { hostileAnswers, hostileServer } from './hostile-server.ts'

export interface BackEndsCampaign {
  readonly asked: number
  readonly statuses: ReadonlyMap<number, number>
  readonly longestStall: number
  readonly during: string
  readonly heapBytesBefore: number
  readonly heapBytesAfter: number
  readonly complaints: readonly string[]
}

/** Milliseconds that a client waits for an answer, and listens to it: what goes on for ever ends with it. */
const patience = 2000
const listening = 100
const atOnce = 8

const heap = (): number => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

/** Requests through the proxy of a pod to a server that answers as no honest one does, until `mayGoOn` says no. */
export const attackProxy = async (seed: number, mayGoOn: (asked: number) => boolean): Promise<BackEndsCampaign> => {
  const random = seededRandom(seed)
  const hostile = await hostileServer(random)
  const toHostile = async (): ReturnType<NodeStreams['connect']> => {
    const socket = connect(hostile.port, '127.0.0.1')
    socket.on('error', () => undefined)
    return E.right(socket)
  }
  const away = { tag: 'ServiceUnavailable', message: 'away', retryAfterSeconds: 1 } as const
  const streams: NodeStreams = {
    logs: async () => E.left(away),
    upgrade: async () => E.left(away),
    connect: toHostile,
    connectNode: toHostile,
  }
  const cluster = await guardedCluster({ streams })
  const made = async (path: string, body: object): Promise<void> => {
    const { status, text } = await cluster.admin.ask(path, { method: 'POST', body })
    if (status !== 201) throw new Error(text)
  }
  await made('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
  await made('/api/v1/nodes', { metadata: { name: 'node-a' } })
  const spec = { nodeName: 'node-a', containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80 }] }] }
  await made('/api/v1/namespaces/default/pods', { metadata: { name: 'web' }, spec })
  const told = await cluster.admin.ask('/api/v1/namespaces/default/pods/web/status', {
    method: 'PATCH',
    body: { status: { phase: 'Running', podIP: '127.0.0.1', podIPs: [{ ip: '127.0.0.1' }] } },
  })
  if (told.status !== 200) throw new Error(told.text)

  const statuses = new Map<number, number>()
  const complaints = new Set<string>()
  const complain = (text: string): void => void complaints.add(text)
  const { hostname, port } = new URL(cluster.url)
  const { certificate: cert, key } = cluster.adminIdentity
  const ask = (which: number): Promise<number> =>
    new Promise(resolve => {
      const upgrade = random() < 0.3 ? { connection: 'Upgrade', upgrade: 'x' } : {}
      const path = `/api/v1/namespaces/default/pods/web/proxy/${which}`
      const method = pick(random, ['GET', 'GET', 'POST', 'HEAD'])
      const sent = request({ hostname, port, path, method, ca: cluster.ca, cert, key, headers: upgrade, agent: false })
      const done = (status: number): void => {
        clearTimeout(patient)
        sent.destroy()
        resolve(status)
      }
      const patient = setTimeout(() => done(0), patience)
      sent.on('response', response => {
        setTimeout(() => done(response.statusCode ?? 0), listening)
        response.resume()
        response.on('error', () => undefined)
        response.on('close', () => done(response.statusCode ?? 0))
      })
      sent.on('upgrade', (_, socket) => {
        socket.destroy()
        done(101)
      })
      sent.on('error', () => done(0))
      sent.end()
    })
  const work = longestWork(5)
  for (const at of hostileAnswers.keys()) await ask(at)
  const before = heap()
  let [asked, longestStall, during] = [0, 0, '']
  work.take()
  while (mayGoOn(asked)) {
    const which = Array.from({ length: atOnce }, () => Math.floor(random() * hostileAnswers.length))
    const heard = await Promise.all(which.map(ask))
    asked += heard.length
    for (const [at, status] of heard.entries()) {
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      if (status === 500) complain(`500 to ${hostileAnswers[which[at] ?? 0]}`)
    }
    const stall = work.take()
    if (stall > longestStall) [longestStall, during] = [stall, which.map(at => hostileAnswers[at]).join(', ')]
  }
  // Nobody listens any more, so that nothing is open.
  for (let waited = 0; hostile.open() > 0 && waited < 50; waited++) await new Promise(r => setTimeout(r, 100))
  if (hostile.open() > 0) complain(`${hostile.open()} connections to the server behind the proxy stay open`)
  const after = heap()
  work.stop()
  const stopped = cluster.stop()
  hostile.close()
  await stopped
  cluster.errors.forEach(error => complain(error.slice(0, 1000)))
  return {
    asked,
    statuses,
    longestStall,
    during,
    heapBytesBefore: before,
    heapBytesAfter: after,
    complaints: [...complaints],
  }
}
