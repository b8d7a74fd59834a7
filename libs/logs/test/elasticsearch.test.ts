import assert from 'node:assert/strict'
import { builtInBackends } from '../src/index.ts'
import type { LogBackend } from '../src/index.ts'
import { lineOf, linesOf, logBackendContract, openWriter, sourceOf } from '../src/contract.ts'
import type { Behaviour, RecordedRequest } from '../src/contract.ts'
import { httpStage, receivedOf } from './http-stages.ts'
import type { HttpStage, jsonLines } from './http-stages.ts'

const backend = builtInBackends.get('elasticsearch') as LogBackend

/** The bulk API, as far as `create` goes: ids are unique, and each document has an answer of its own. */
const bulkServer = () => {
  const stored = new Map<string, ReturnType<typeof jsonLines>[number]>()
  const answerTo =
    (statusOf: (document: string, index: number) => number): Behaviour =>
    (request, response, accept) => {
      const lines = request.body.toString().split('\n')
      const items = Array.from({ length: (lines.length - 1) / 2 }, (_, i) => {
        const action = JSON.parse(lines[2 * i] ?? '') as { create: { _id: string; _index: string } }
        const document = lines[2 * i + 1] ?? ''
        const { _id: id, _index: index } = action.create
        const status = stored.has(id) ? 409 : statusOf(document, i)
        if (status === 201) stored.set(id, { ...(JSON.parse(document) as object), index })
        const error = { type: `status_${status}`, reason: 'as it is' }
        return { create: { status, ...(status === 201 ? {} : { error }) } }
      })
      accept()
      const errors = items.some(({ create }) => create.status !== 201)
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(errors ? { errors, items } : { errors }))
    }
  return { stored, answerTo }
}

const refusesPoison = (document: string): number => (document.includes('never to be taken') ? 400 : 201)

const stage = async (): Promise<HttpStage & { readonly stored: ReturnType<typeof bulkServer>['stored'] }> => {
  const { stored, answerTo } = bulkServer()
  const made = await httpStage(backend, {
    config: url => ({ url, index: 'logs-{namespace}-{date}' }),
    usual: answerTo(refusesPoison),
    linesIn: () => [],
    partly: answerTo((document, i) => (i === 1 ? 429 : refusesPoison(document))),
  })
  return {
    ...made,
    stored,
    received: async atLeast => {
      await made.recorder.until(() => stored.size >= atLeast)
      return [...stored.values()].map(receivedOf)
    },
  }
}

const traits = {
  ...{ network: true, storesOnce: true, poison: lineOf(sourceOf(), 7, 'never to be taken') },
  faults: ['away', 'back', 'silent', 'partly'] as const,
}
logBackendContract('Elasticsearch (recorder)', traits, stage)

describe('the bulk API', () => {
  it('is asked to create documents under ids of their own, in an index by template', async () => {
    const on = await stage()
    const writer = await openWriter({ ...on, credentials: new Map([['apiKey', 'k']]) })
    await writer.write([lineOf(sourceOf(), 1)], new AbortController().signal)
    const [request] = on.recorder.accepted as [RecordedRequest]
    assert.deepEqual(
      [request.method, request.path, request.query.get('filter_path'), request.headers.authorization],
      ['POST', '/_bulk', 'errors,items.*.status,items.*.error.type,items.*.error.reason', 'ApiKey k'],
    )
    assert.deepEqual(
      [...on.stored].map(([id, document]) => [id, document['index'], document['@timestamp']]),
      [['uid-of-web-0/main/2/1', 'logs-shop-2025-01-01', '2025-01-01T00:00:00.000000001Z']],
    )
    await writer.close()
    await on.close()
  })

  it('that answers with garbage, or for fewer documents than it was given, is asked again', async () => {
    const on = await stage()
    const writer = await openWriter(on)
    for (const body of [
      '<html>',
      '{}',
      '[]',
      'null',
      '{"errors":true,"items":[{"create":{"status":201}}]}',
      '{"errors":true,"items":{}}',
    ]) {
      on.recorder.next((_, response) => void response.writeHead(200).end(body))
      const answer = await writer.write(linesOf(sourceOf(), 1, 2), new AbortController().signal)
      assert.equal(answer.tag, 'Unavailable', body)
    }
    await writer.close()
    await on.close()
  })
})
