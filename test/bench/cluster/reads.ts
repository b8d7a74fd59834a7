import type { ApiClient } from '../api-client.ts'
import type { Report } from './report.ts'

const quantile = (values: readonly number[], q: number): string => {
  const sorted = [...values].sort((a, b) => a - b)
  return (sorted[Math.floor((sorted.length - 1) * q)] ?? NaN).toFixed(1)
}

/** Lists the 10,000 pods that are there. */
export const measureLists = async (client: ApiClient, { row }: Report): Promise<void> => {
  const lists: number[] = []
  let bytes = 0
  for (let i = 0; i < 7; i++) {
    const { milliseconds, body } = await client.get('/api/v1/pods')
    lists.push(milliseconds)
    bytes = body.length
  }
  row('list of 10,000 pods, median of 7', `${quantile(lists, 0.5)} ms (${(bytes / 1e6).toFixed(0)} MB over TLS)`)
}

const watchers = 100
const changes = 100

/** From a POST to its event at each of 100 watchers. */
export const measureWatches = async (client: ApiClient, { row }: Report): Promise<void> => {
  const seen: number[] = []
  const sent = new Map<string, number>()
  const path = '/api/v1/namespaces/default/configmaps'
  let all: () => void = () => undefined
  const done = new Promise<void>(resolve => (all = resolve))
  const stops = Array.from({ length: watchers }, () =>
    client.lines(`${path}?watch=true`, text => {
      const name = /"name":"(watched-\d+)"/.exec(text)?.[1]
      const at = name === undefined ? undefined : sent.get(name)
      if (at !== undefined) seen.push(performance.now() - at)
      if (seen.length === watchers * changes) all()
    }),
  )
  await client.get(path)
  for (let i = 0; i < changes; i++) {
    sent.set(`watched-${i}`, performance.now())
    await client.post(path, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `watched-${i}` } })
  }
  await done
  stops.forEach(stop => stop())
  row(
    `watch, from POST to each of ${watchers} watchers, p50 / p99`,
    `${quantile(seen, 0.5)} / ${quantile(seen, 0.99)} ms`,
  )
}
