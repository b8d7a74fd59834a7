import type { Bus } from '@periplus/bus'
import type { ApiClient } from '../api-client.ts'
import { inFlight, rate, right } from '../measure.ts'
import { cpuDuring } from '../processes.ts'
import type { Report } from './report.ts'

const filler = 'x'.repeat(1_700)
const width = 64
const count = 2_000

/** For a scheduler that isn't there: what is measured is the write, not what controllers make of it. */
const podOf = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels: { app: 'bench' }, annotations: { filler } },
  spec: {
    schedulerName: 'nobody',
    containers: [{ name: 'web', image: 'nginx:1.7.9', ports: [{ containerPort: 80 }] }],
  },
})

/** Creates so many pods, 64 requests in flight. */
export const createPods = (client: ApiClient, prefix: string, pods: number): Promise<void> =>
  inFlight(width, pods, index => client.post('/api/v1/namespaces/default/pods', podOf(`${prefix}-${index}`)))

/** What the server itself gives: the same compare-and-set, as many in flight, bodies of the same size. */
const publishCeiling = async (bus: Bus): Promise<number> => {
  right(
    await bus.jetstream.ensure({
      name: 'CEILING',
      subjects: ['ceiling.>'],
      replicas: 1,
      maxAgeMilliseconds: 0,
      maxBytes: -1,
      duplicateWindowMilliseconds: 120_000,
      rollup: false,
      denyDelete: false,
      durability: 'synced',
    }),
  )
  const body = Buffer.from(JSON.stringify({ ...podOf('ceiling'), status: { filler: 'x'.repeat(900) } }))
  const publish = async (index: number): Promise<void> => {
    const headers = [
      ['Nats-Msg-Id', `ceiling-${index}`],
      ['Nats-Expected-Last-Subject-Sequence', '0'],
    ] as const
    const answer = await bus.jetstream.publish({ subject: `ceiling.${index}`, headers, data: body })
    if (answer.tag !== 'Stored') throw new Error(JSON.stringify(answer))
  }
  return rate(count, () => inFlight(width, count, publish))
}

/** Gives how many pods there are then. Creations against the floor: the first ones, on code that has not been compiled yet, and those of a server that has run a while. */
export const measureCreates = async (
  client: ApiClient,
  bus: Bus,
  pids: Readonly<Record<string, number>>,
  { row }: Report,
): Promise<number> => {
  const ceiling = await publishCeiling(bus)
  row(`compare-and-set publishes/s, ${width} in flight (floor)`, ceiling.toFixed(0))
  const ratio = (creates: number): string => `${creates.toFixed(0)} (${(creates / ceiling).toFixed(2)} of the floor)`
  row(
    `API creates/s, ${width} in flight, the first ${count}`,
    ratio(await rate(count, () => createPods(client, 'cold', count))),
  )
  await createPods(client, 'warm', count)
  let creates = 0
  const cpu = await cpuDuring(pids, async () => {
    creates = await rate(count, () => createPods(client, 'pod', count))
  })
  row(`API creates/s, ${width} in flight, after ${2 * count}`, ratio(creates), '0.5')
  const each = (name: string): string => ((cpu[name] ?? 0) / count).toFixed(2)
  row('CPU per create, control plane / node / NATS', `${each('control-plane')} / ${each('node')} / ${each('nats')} ms`)
  return 3 * count
}
