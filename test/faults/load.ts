import type { Answer, ApiClient, Ask } from './api-client.ts'

/** A write that the API server said is done. */
export type Acknowledged =
  | { readonly verb: 'create' | 'delete'; readonly name: string; readonly sequence: number | undefined }
  | { readonly verb: 'patch'; readonly name: string; readonly value: string; readonly sequence: number }

/** A steady stream of writes until it is stopped, and what came of them. */
export interface Load {
  readonly acknowledged: readonly Acknowledged[]
  /** Writes without an answer, or with one that says to try later: nobody knows whether they were done. */
  readonly unknown: number
  /** Answers that no fault excuses. */
  readonly wrong: readonly string[]
  stop(): Promise<void>
}

const configMaps = '/api/v1/namespaces/default/configmaps'
const writers = 4
const pace = 25
/** Each writer keeps about this many objects alive. */
const kept = 20

const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, pace))

const sequenceOf = (answer: Answer): number =>
  Number((answer.body as { metadata?: { resourceVersion?: string } }).metadata?.resourceVersion)

/** `name` keeps the objects of several loads apart. Each write is sent once, and its answer believed. */
export const startLoad = (api: ApiClient, name: string, scale?: { readonly deployment: string }): Load => {
  const acknowledged: Acknowledged[] = []
  const wrong: string[] = []
  let unknown = 0
  let stopped = false

  const write = async (path: string, ask: Ask): Promise<Answer | undefined> => {
    try {
      const answer = await api.ask(path, ask)
      if (answer.status < 300) return answer
      if (answer.status === 503 || answer.status === 504) unknown++
      else wrong.push(`${ask.method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    } catch {
      unknown++
    }
    return undefined
  }
  const create = async (object: string, data: Readonly<Record<string, string>>): Promise<boolean> => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: object }, data }
    const answer = await write(configMaps, { method: 'POST', body })
    if (answer) acknowledged.push({ verb: 'create', name: object, sequence: sequenceOf(answer) })
    return answer !== undefined
  }
  const writer = async (id: number): Promise<void> => {
    const counter = `${name}-counter-${id}`
    const alive: string[] = []
    await create(counter, { value: '0' })
    for (let n = 1; !stopped; n++) {
      const object = `${name}-${id}-${n}`
      if (await create(object, { n: String(n) })) alive.push(object)
      const value = String(n)
      const patched = await write(`${configMaps}/${counter}`, { method: 'PATCH', body: { data: { value } } })
      if (patched) acknowledged.push({ verb: 'patch', name: counter, value, sequence: sequenceOf(patched) })
      const oldest = alive.length > kept ? alive.shift() : undefined
      if (oldest && (await write(`${configMaps}/${oldest}`, { method: 'DELETE' })))
        acknowledged.push({ verb: 'delete', name: oldest, sequence: undefined })
      await pause()
    }
  }
  const scaler = async (deployment: string): Promise<void> => {
    const path = `/apis/apps/v1/namespaces/default/deployments/${deployment}/scale`
    for (let n = 0; !stopped; n++) {
      await write(path, { method: 'PATCH', body: { spec: { replicas: n % 2 === 0 ? 4 : 2 } } })
      for (let left = 40; left > 0 && !stopped; left--) await pause()
    }
  }
  const working = [
    ...Array.from({ length: writers }, (_, id) => writer(id)),
    ...(scale ? [scaler(scale.deployment)] : []),
  ]
  return {
    acknowledged,
    wrong,
    get unknown() {
      return unknown
    },
    stop: async () => {
      stopped = true
      await Promise.all(working)
    },
  }
}
