import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fromJson, toJson } from '@periplus/api'
import type { KubernetesObject, ObjectMeta } from '@periplus/api'
import { kindOf } from '@periplus/controller'
import type { Random } from '@periplus/prelude'
import { removeCluster, testCluster } from '../../e2e/cluster.ts'
import type { TestCluster } from '../../e2e/cluster.ts'
import { credentialsIn } from '../requests/credentials.ts'
import type { HostileRequest } from '../requests/draw.ts'
import { wrongAbout } from '../requests/judge.ts'
import { collectionOf } from '../requests/keeper.ts'
import { rawSender } from '../requests/raw-sender.ts'
import type { Heard } from '../requests/sender.ts'
import { drawHostile } from './hostile.ts'
import type { Complain } from './judge.ts'
import { atLimits, readable } from './mutate.ts'
import { pick } from './values.ts'
import { witnessNamespace, witnesses } from './witness.ts'

export interface LiveCluster {
  readonly cluster: TestCluster
  ask(method: string, target: string, object?: object): Promise<Heard>
  /** How often each status was answered. */
  readonly statuses: ReadonlyMap<number, number>
  close(): void
}

const request = (method: string, target: string, object?: object): HostileRequest => {
  const body = object === undefined ? undefined : Buffer.from(toJson(object))
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
  const headers: Record<string, string> = body ? { 'content-type': type, 'content-length': String(body.length) } : {}
  return { method, target, headers, body }
}

/** Where no answer came. */
const nothing: Heard = { status: 599, text: '{}' }

/** The last lines that the cluster's processes have logged. */
export const lastWords = (home: string): string =>
  readdirSync(join(home, 'logs'))
    .filter(name => name.endsWith('.log'))
    .map(name => `${name}: ${readFileSync(join(home, 'logs', name), 'utf8').slice(-3000)}`)
    .join('\n')

/** A whole cluster with a hollow node, which witnesses may go to. */
export const liveCluster = async (complain: Complain): Promise<LiveCluster> => {
  const cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
  const up = await cluster.periplus('up')
  if (up.code !== 0) {
    await removeCluster(cluster)
    throw new Error(up.stderr + up.stdout)
  }
  const { send, close } = rawSender(credentialsIn(cluster.home))
  const statuses = new Map<number, number>()
  const ask: LiveCluster['ask'] = async (method, target, object) => {
    const asked = request(method, target, object)
    const heard = await send(asked).catch(
      (error: unknown): Heard => (complain(`${String(error)} to ${method} ${target.slice(0, 300)}`), nothing),
    )
    if (heard === nothing) return heard
    statuses.set(heard.status, (statuses.get(heard.status) ?? 0) + 1)
    const wrong = wrongAbout(asked, heard)
    if (wrong !== undefined) complain(`${wrong}: ${heard.text.slice(0, 500)} to ${method} ${target.slice(0, 300)}`)
    return heard
  }
  await ask('POST', '/api/v1/namespaces', { metadata: { name: witnessNamespace } })
  const nodes = JSON.parse((await ask('GET', '/api/v1/nodes')).text) as { items: KubernetesObject[] }
  for (const { metadata } of nodes.items)
    await ask('PATCH', `/api/v1/nodes/${metadata?.name}`, { metadata: { labels: { witnesses: 'welcome' } } })
  return { cluster, ask, statuses, close }
}

const atOnce = 8

const inFlight = async <A>(items: readonly A[], work: (item: A) => Promise<void>): Promise<void> => {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) await work(items[at] as A)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** How often each object is changed: to change one costs a fraction of what a new one does. */
const changes = 8

export interface Plagued {
  readonly taken: number
  readonly refused: number
}

/** Writes `size` hostile objects to the namespace, each of them again and again; how many writes were taken. */
export const plague = async (
  { ask }: LiveCluster,
  namespace: string,
  size: number,
  random: Random,
): Promise<Plagued> => {
  const pods = { spec: { hard: { pods: '10' } } }
  await ask('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
  await ask('POST', `/api/v1/namespaces/${namespace}/resourcequotas`, { metadata: { name: 'all' }, ...pods })
  const drawn = Array.from({ length: size }, (_, at) => drawHostile(namespace, at, random)).filter(
    one => one !== undefined,
  )
  let [taken, refused] = [0, 0]
  const written = async (method: string, target: string, object: object): Promise<KubernetesObject | undefined> => {
    const { status, text, whole = false } = await ask(method, target, object)
    if (status >= 300) refused++
    else taken++
    return status < 300 && whole ? (fromJson(text) as KubernetesObject) : undefined
  }
  await inFlight(drawn, async one => {
    const collection = collectionOf(one)
    const kind = kindOf(one)
    let last = await written('POST', collection, one)
    const path = `${collection}/${one.metadata?.name ?? ''}`
    for (let change = 0; last && change < changes; change++) {
      const part = pick(random, parts)
      const { resourceVersion: _any, ...metadata } = last.metadata as ObjectMeta
      const next = readable(kind, atLimits(kind, { ...last, metadata }, part, random, 2))
      if (next) last = (await written('PUT', part === 'status' ? `${path}/status` : path, next)) ?? last
    }
    if (random() < 0.1) await written('DELETE', path, { propagationPolicy: pick(random, ['Orphan', 'Foreground']) })
  })
  return { taken, refused }
}

const parts = ['spec', 'spec', 'status', 'metadata'] as const

interface Shown {
  readonly status?: { readonly availableReplicas?: number; readonly active?: number }
  readonly items?: readonly { readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[] }[]
}

/** Creates innocent objects and waits for what must become of them; milliseconds that it took, or what was still missing. */
export const witnessed = async ({ ask }: LiveCluster, name: string, patience: number): Promise<number | string> => {
  const begun = performance.now()
  for (const one of witnesses(name)) await ask('POST', collectionOf(one), one)
  const shown = async (path: string): Promise<Shown> => JSON.parse((await ask('GET', path)).text) as Shown
  for (;;) {
    const deployment = await shown(`/apis/apps/v1/namespaces/${witnessNamespace}/deployments/${name}`)
    const job = await shown(`/apis/batch/v1/namespaces/${witnessNamespace}/jobs/${name}`)
    const slices = await shown(
      `/apis/discovery.k8s.io/v1/namespaces/${witnessNamespace}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3D${name}`,
    )
    const addresses = (slices.items ?? []).flatMap(({ endpoints }) => endpoints ?? [])
    const ready = addresses.filter(({ conditions }) => conditions?.ready === true).length
    // Hollow containers do not end by themselves: those of the job run.
    const state = [deployment.status?.availableReplicas ?? 0, job.status?.active ?? 0, ready]
    const took = performance.now() - begun
    if (state[0] === 2 && state[1] === 2 && ready === 4) return took
    if (took > patience) return `available, active, addresses: ${state.join(', ')}`
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
