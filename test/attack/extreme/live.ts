import { toJson } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
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
import { pick } from './values.ts'
import { witnessNamespace, witnesses } from './witness.ts'

export interface LiveCluster {
  readonly cluster: TestCluster
  ask(method: string, target: string, object?: object): Promise<Heard>
  close(): void
}

const request = (method: string, target: string, object?: object): HostileRequest => {
  const body = object === undefined ? undefined : Buffer.from(toJson(object))
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
  const headers: Record<string, string> = body ? { 'content-type': type, 'content-length': String(body.length) } : {}
  return { method, target, headers, body }
}

/** A whole cluster with a hollow node, which witnesses may go to. */
export const liveCluster = async (complain: Complain): Promise<LiveCluster> => {
  const cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
  const up = await cluster.periplus('up')
  if (up.code !== 0) {
    await removeCluster(cluster)
    throw new Error(up.stderr + up.stdout)
  }
  const { send, close } = rawSender(credentialsIn(cluster.home))
  const ask: LiveCluster['ask'] = async (method, target, object) => {
    const asked = request(method, target, object)
    const heard = await send(asked)
    const wrong = wrongAbout(asked, heard)
    if (wrong !== undefined) complain(`${wrong}: ${heard.text.slice(0, 500)} to ${method} ${target.slice(0, 300)}`)
    return heard
  }
  await ask('POST', '/api/v1/namespaces', { metadata: { name: witnessNamespace } })
  const nodes = JSON.parse((await ask('GET', '/api/v1/nodes')).text) as { items: KubernetesObject[] }
  for (const { metadata } of nodes.items)
    await ask('PATCH', `/api/v1/nodes/${metadata?.name}`, { metadata: { labels: { witnesses: 'welcome' } } })
  return { cluster, ask, close }
}

const atOnce = 8

const inFlight = async <A>(items: readonly A[], work: (item: A) => Promise<void>): Promise<void> => {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) await work(items[at] as A)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** Writes `size` hostile objects to the namespace, each of them again now and then; how many were taken. */
export const plague = async (
  { ask }: LiveCluster,
  namespace: string,
  size: number,
  random: Random,
): Promise<{ readonly taken: number; readonly refused: number }> => {
  const pods = { spec: { hard: { pods: '10' } } }
  await ask('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
  await ask('POST', `/api/v1/namespaces/${namespace}/resourcequotas`, { metadata: { name: 'all' }, ...pods })
  const drawn = Array.from({ length: size }, (_, at) => drawHostile(namespace, at, random)).filter(
    one => one !== undefined,
  )
  let [taken, refused] = [0, 0]
  const count = ({ status }: Heard): void => void (status < 300 ? taken++ : refused++)
  await inFlight(drawn, async one => {
    const collection = collectionOf(one)
    const made = await ask('POST', collection, one)
    count(made)
    if (made.status >= 300) return
    const { status } = one as { status?: unknown }
    const name = one.metadata?.name ?? ''
    if (status !== undefined) count(await ask('PATCH', `${collection}/${name}/status`, { status }))
    if (random() < 0.1)
      count(await ask('DELETE', `${collection}/${name}`, { propagationPolicy: pick(random, ['Orphan', 'Foreground']) }))
  })
  return { taken, refused }
}

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
