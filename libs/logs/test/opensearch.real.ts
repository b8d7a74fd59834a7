import assert from 'node:assert/strict'
import { builtInBackends } from '../src/index.ts'
import type { LogBackend, LogLine } from '../src/index.ts'
import { lineOf, linesOf, logBackendContract, openWriter, sourceOf } from '../src/contract.ts'
import type { BackendHarness, ReceivedLine } from '../src/contract.ts'
import { receivedOf } from './http-stages.ts'
import { startOpenSearch } from './opensearch-server.ts'
import type { OpenSearch } from './opensearch-server.ts'

interface Found {
  readonly hits: { readonly hits: readonly { readonly _id: string; readonly _source: Record<string, unknown> }[] }
}

describe('OpenSearch', function () {
  this.timeout(300_000)
  let search: OpenSearch
  before(async () => (search = await startOpenSearch()))
  after(() => search.dispose())
  let indices = 0
  const { signal } = new AbortController()

  const found = async (index: string): Promise<Found['hits']['hits']> => {
    await search.ask('POST', `/${index}/_refresh`)
    const answer = (await search.ask('GET', `/${index}/_search?size=10000&sort=_doc`)) as unknown as Found
    return answer.hits.hits
  }
  const stage = async (): Promise<BackendHarness & { readonly index: string }> => {
    const index = `logs-${++indices}`
    const properties = { size: { type: 'integer' } }
    await search.ask('PUT', `/${index}`, { mappings: { properties }, settings: { number_of_replicas: 0 } })
    return {
      index,
      backend: builtInBackends.get('elasticsearch') as LogBackend,
      config: { url: search.url, index },
      received: async atLeast => {
        let lines: readonly ReceivedLine[] = []
        do lines = (await found(index)).map(({ _source }) => receivedOf(_source))
        while (lines.length < atLeast)
        return lines
      },
      faults: {
        silent: async () => void process.kill(search.server.pid, 'SIGSTOP'),
      },
      close: async () => void process.kill(search.server.pid, 'SIGCONT'),
    }
  }
  const poison: LogLine = { ...lineOf(sourceOf(), 7), fields: new Map([['size', 'large']]) }
  logBackendContract('OpenSearch (real)', { network: true, storesOnce: true, faults: ['silent'], poison }, stage)

  it('has documents under their ids, with the fraction of a second that they have', async () => {
    const on = await stage()
    const writer = await openWriter(on)
    await writer.write(linesOf(sourceOf(), 1, 2), signal)
    assert.deepEqual(
      (await found(on.index)).map(({ _id, _source }) => [_id, _source['@timestamp']]),
      [
        ['uid-of-web-0/main/2/1', '2025-01-01T00:00:00.000000001Z'],
        ['uid-of-web-0/main/2/2', '2025-01-01T00:00:00.000000002Z'],
      ],
    )
    await writer.close()
  })

  it('is asked again when it has no room, and then has all, once', async () => {
    const on = await stage()
    const writer = await openWriter(on)
    const block = (set: boolean) =>
      search.ask('PUT', `/${on.index}/_settings`, { 'index.blocks.read_only_allow_delete': set ? true : null })
    await block(true)
    const answer = await writer.write(linesOf(sourceOf(), 1, 3), signal)
    assert.deepEqual(answer.tag === 'Taken' ? [answer.again, answer.failure?.tag] : answer, [[0, 1, 2], 'Unavailable'])
    await block(false)
    assert.deepEqual(await writer.write(linesOf(sourceOf(), 1, 3), signal), { tag: 'Taken' })
    assert.equal((await found(on.index)).length, 3)
    await writer.close()
  })
})
