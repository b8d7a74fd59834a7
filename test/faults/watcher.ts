import type { ApiClient } from './api-client.ts'

/** A client that lists, watches, and watches on from where it was whenever the watch breaks off, as client-go's reflector does. */
export interface Watcher {
  /** The version that it began after. */
  readonly begun: number
  /** Versions of the events that it was told of, in order. */
  readonly told: readonly number[]
  /** Times that it had to begin again. */
  readonly resumed: number
  /** What it was told besides events. */
  readonly wrong: readonly string[]
  stop(): Promise<void>
}

interface WatchEvent {
  readonly type: string
  readonly object: { readonly metadata?: { readonly resourceVersion: string } }
}

export const startWatcher = async (api: ApiClient, path: string): Promise<Watcher> => {
  const listed = await api.ask(path)
  const begun = Number((listed.body as { metadata: { resourceVersion: string } }).metadata.resourceVersion)
  const told: number[] = []
  const wrong: string[] = []
  const stop = new AbortController()
  let at = begun
  let resumed = -1

  const take = (event: WatchEvent): void => {
    if (event.type === 'ERROR') return void wrong.push(JSON.stringify(event.object))
    at = Number(event.object.metadata?.resourceVersion)
    if (event.type !== 'BOOKMARK') told.push(at)
  }
  const watch = async (): Promise<void> => {
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${at}`
    const response = await api.stream(`${path}?${query}`, stop.signal)
    resumed++
    let rest = ''
    for await (const chunk of response.setEncoding('utf8')) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) take(JSON.parse(line) as WatchEvent)
    }
  }
  const follow = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await watch().catch(() => undefined)
      if (!stop.signal.aborted) await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
  const following = follow()
  return {
    begun,
    told,
    wrong,
    get resumed() {
      return resumed
    },
    stop: async () => {
      stop.abort()
      await following
    },
  }
}
