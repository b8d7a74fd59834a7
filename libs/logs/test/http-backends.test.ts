import { E } from '@periplus/prelude'
import assert from 'node:assert/strict'
import { builtInBackends } from '../src/index.ts'
import type { LogBackend, WriteAnswer } from '../src/index.ts'
import { answering, lineOf, linesOf, logBackendContract, openWriter, sourceOf } from '../src/contract.ts'
import type { Behaviour, ReceivedLine, RecordedRequest } from '../src/contract.ts'
import { httpStage, jsonLines, receivedOf } from './http-stages.ts'
import type { HttpStage } from './http-stages.ts'

const backendOf = (name: string): LogBackend => {
  const backend = builtInBackends.get(name)
  assert.ok(backend)
  return backend
}

const poisonText = 'never to be taken'
const poison = lineOf(sourceOf(), 7, poisonText)

/** Takes everything but bodies with the poison, which are refused whole. */
const taking =
  (status: number): Behaviour =>
  (request, response, accept) => {
    if (request.body.includes(poisonText)) return void response.writeHead(400).end('cannot be read')
    accept()
    response.writeHead(status).end()
  }

const webhook = (format: 'json' | 'ndjson') => (): Promise<HttpStage> =>
  httpStage(backendOf('webhook'), {
    config: url => ({ url: `${url}/in`, format }),
    usual: taking(204),
    linesIn: ({ body }) =>
      (format === 'json' ? (JSON.parse(body.toString()) as ReturnType<typeof jsonLines>) : jsonLines(body)).map(
        receivedOf,
      ),
  })

/** As Loki gives them back: by time, over all streams. */
const loki = async (): Promise<HttpStage> => {
  const stage = await lokiRecorder()
  const received = async (atLeast: number): Promise<readonly ReceivedLine[]> =>
    [...(await stage.received(atLeast))].sort((a, b) => a.number - b.number)
  return { ...stage, received }
}

const lokiRecorder = (): Promise<HttpStage> =>
  httpStage(backendOf('loki'), {
    config: url => ({ url, labels: { cluster: 'test' } }),
    usual: taking(204),
    linesIn: ({ path, body }) => {
      assert.equal(path, '/loki/api/v1/push')
      const { streams } = JSON.parse(body.toString()) as {
        streams: { stream: Record<string, string>; values: [string, string, { number: string }][] }[]
      }
      return streams.flatMap(({ stream: { namespace = '', pod = '', container = '', stream = '' }, values }) =>
        values.map(([, message, { number }]): ReceivedLine => ({
          ...{ namespace, pod, container, stream, message },
          number: Number(number),
        })),
      )
    },
  })

const inserted = (request: RecordedRequest): readonly ReceivedLine[] =>
  jsonLines(request.body).map(row => ({
    ...{ namespace: String(row['namespace']), pod: String(row['pod']), container: String(row['container']) },
    ...{ stream: String(row['stream']), message: String(row['message']), number: Number(row['number']) },
  }))

const clickhouse = (): Promise<HttpStage> =>
  httpStage(backendOf('clickhouse'), {
    config: url => ({ url, table: 'logs' }),
    usual: taking(200),
    linesIn: inserted,
  })

const network = { network: true, faults: ['away', 'back', 'silent'], poison } as const
logBackendContract('webhook with JSON lines (recorder)', network, webhook('ndjson'))
logBackendContract('webhook with an array (recorder)', network, webhook('json'))
logBackendContract('Loki (recorder)', network, loki)
logBackendContract('ClickHouse (recorder)', network, clickhouse)

describe('a backend over HTTP', () => {
  let stage: HttpStage
  beforeEach(async () => (stage = await webhook('ndjson')()))
  afterEach(() => stage.close())
  const answerTo = async (behaviour: Behaviour, limits = {}): Promise<WriteAnswer> => {
    stage.recorder.next(behaviour)
    const writer = await openWriter(stage, limits)
    const answer = await writer.write(linesOf(sourceOf(), 1, 3), new AbortController().signal)
    await writer.close()
    return answer
  }

  it('that has too much to do is asked again when it says', async () => {
    assert.deepEqual(await answerTo(answering(429, 'busy', { 'retry-after': '7' })), {
      ...{ tag: 'Unavailable', why: 'HTTP 429: busy', retryAfter: 7_000 },
    })
    assert.deepEqual(await answerTo(answering(503, '', { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' })), {
      ...{ tag: 'Unavailable', why: 'HTTP 503', retryAfter: 0 },
    })
    assert.deepEqual(await answerTo(answering(429, '', { 'retry-after': 'soon' })), {
      ...{ tag: 'Unavailable', why: 'HTTP 429' },
    })
  })

  it('that takes less at once is given less', async () => {
    assert.equal((await answerTo(answering(413))).tag, 'TooLarge')
  })

  it('of ClickHouse says by a number whose fault it is', async () => {
    const on = await clickhouse()
    const writer = await openWriter(on)
    for (const [said, tag] of [
      ['Code: 131, e.displayText() = DB::Exception: Too large value for FixedString(3): (at row 1)', 'Poisoned'],
      [
        'Code: 469. DB::Exception: Constraint `c` for table default.logs is violated. (VIOLATED_CONSTRAINT)',
        'Poisoned',
      ],
      ['Code: 252. DB::Exception: Too many parts (300). (TOO_MANY_PARTS)', 'Unavailable'],
      ['the proxy is away, Code: 131', 'Unavailable'],
    ] as const) {
      on.recorder.next(answering(500, said))
      assert.equal((await writer.write(linesOf(sourceOf(), 1, 3), new AbortController().signal)).tag, tag, said)
    }
    await writer.close()
    await on.close()
  })

  it('that lets nobody in, or sends on to somewhere else, waits for a person', async () => {
    assert.equal((await answerTo(answering(401, 'who\nare\u001b[31m you'))).tag, 'Denied')
    assert.deepEqual(await answerTo(answering(307, '', { location: 'http://127.0.0.1:1/' })), {
      ...{ tag: 'Denied', why: 'HTTP 307' },
    })
    assert.equal(stage.recorder.asked, 2)
  })

  it('that answers half, or with what is no HTTP, is asked again', async () => {
    const half: Behaviour = (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half')
      setImmediate(() => response.destroy())
    }
    assert.equal((await answerTo(half)).tag, 'Unavailable')
    const garbage: Behaviour = (_, response) => void response.socket?.end('SSH-2.0-OpenSSH\r\n\r\n')
    assert.equal((await answerTo(garbage)).tag, 'Unavailable')
  })

  it('that answers without end is not listened to for long', async () => {
    const endless: Behaviour = (_, response) => {
      response.writeHead(500)
      const more = (): void => {
        if (!response.destroyed) response.write('x'.repeat(10_000), more)
      }
      more()
    }
    const answer = await answerTo(endless, { answerBytes: 50_000 })
    assert.equal(answer.tag, 'Unavailable')
    assert.ok('why' in answer && answer.why.length < 300)
  })

  it('never has a secret in what it says', async () => {
    const credentials = new Map([['token', 'hush-hush']])
    const writer = await openWriter({ ...stage, credentials })
    await stage.recorder.away()
    const answer = await writer.write(linesOf(sourceOf(), 1, 1), new AbortController().signal)
    assert.doesNotMatch(JSON.stringify(answer), /hush/)
    await stage.recorder.back()
    await writer.write(linesOf(sourceOf(), 1, 1), new AbortController().signal)
    assert.equal(stage.recorder.accepted[0]?.headers.authorization, 'Bearer hush-hush')
    await writer.close()
  })

  it('has no header that frames requests or belongs to a Secret', async () => {
    for (const header of ['Host', 'Content-Length', 'transfer-encoding', 'Authorization', 'a b', 'x: y'])
      assert.ok(
        E.isLeft(
          await stage.backend.open({ url: stage.recorder.url, headers: { [header]: '1' } }, new Map(), {
            ...{ answerWithin: 1, answerBytes: 1, mayReach: () => true },
          })(),
        ),
        header,
      )
  })
})
