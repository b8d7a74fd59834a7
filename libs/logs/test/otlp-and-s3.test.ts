import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { E } from '@periplus/prelude'
import { builtInBackends } from '../src/index.ts'
import type { LogBackend } from '../src/index.ts'
import {
  answering,
  contractLimits,
  lineOf,
  linesOf,
  logBackendContract,
  openWriter,
  sourceOf,
} from '../src/contract.ts'
import type { Behaviour, ReceivedLine, RecordedRequest } from '../src/contract.ts'
import { httpStage, jsonLines, receivedOf } from './http-stages.ts'
import type { HttpStage } from './http-stages.ts'

const otlp = builtInBackends.get('otlp') as LogBackend
const s3 = builtInBackends.get('s3') as LogBackend

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string; readonly intValue?: string }
}

const exported = ({ path, body }: RecordedRequest): readonly ReceivedLine[] => {
  assert.equal(path, '/v1/logs')
  const { resourceLogs } = JSON.parse(body.toString()) as {
    resourceLogs: {
      resource: { attributes: Attribute[] }
      scopeLogs: { logRecords: { body: { stringValue?: string; bytesValue?: string }; attributes: Attribute[] }[] }[]
    }[]
  }
  const textIn = (attributes: readonly Attribute[], name: string): string => {
    const value = attributes.find(({ key }) => key === name)?.value
    return value?.stringValue ?? value?.intValue ?? ''
  }
  return resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) =>
      logRecords.map(({ body: { stringValue, bytesValue = '' }, attributes }) => ({
        namespace: textIn(resource.attributes, 'k8s.namespace.name'),
        pod: textIn(resource.attributes, 'k8s.pod.name'),
        container: textIn(resource.attributes, 'k8s.container.name'),
        number: Number(textIn(attributes, 'log.record.number')),
        stream: textIn(attributes, 'log.iostream'),
        message: stringValue ?? Buffer.from(bytesValue, 'base64').toString('latin1'),
      })),
    ),
  )
}

const takes: Behaviour = (_, response, accept) => {
  accept()
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}')
}

const otlpStage = (): Promise<HttpStage> =>
  httpStage(otlp, { config: url => ({ url }), usual: takes, linesIn: exported })

const faults = ['away', 'back', 'silent'] as const
logBackendContract('OTLP (recorder)', { network: true, keepsBytes: true, faults }, otlpStage)

describe('OTLP', () => {
  it('counts what a receiver rejects without saying which, and sends it no more', async () => {
    const on = await otlpStage()
    on.recorder.next(answering(200, '{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"too old"}}'))
    const writer = await openWriter(on)
    const answer = await writer.write(linesOf(sourceOf(), 1, 5), new AbortController().signal)
    const why = 'some of the batch were rejected: too old'
    assert.deepEqual(answer, {
      tag: 'Taken',
      refused: [
        { index: 3, why },
        { index: 4, why },
      ],
    })
    for (const body of [
      '{"partialSuccess":{"rejectedLogRecords":1e99}}',
      '{"partialSuccess":{"rejectedLogRecords":-1}}',
      'null',
      '',
    ]) {
      on.recorder.next(answering(200, body))
      assert.equal((await writer.write(linesOf(sourceOf(), 1, 2), new AbortController().signal)).tag, 'Taken', body)
    }
    await writer.close()
    await on.close()
  })
})

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'hush/hush' }

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** Whether a request is signed as AWS' Signature Version 4 asks, worked out from what came. */
const isSigned = ({ method, path, query, headers, body }: RecordedRequest): boolean => {
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    )
  if (!parts) return false
  const [, key = '', day = '', region = '', names = '', signature = ''] = parts
  const content = String(headers['x-amz-content-sha256'])
  const canonical = [
    ...[method, path, query.toString()],
    ...names.split(';').map(name => `${name}:${String(headers[name]).trim()}`),
    ...['', names, content],
  ].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n')
  const signing = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${keys.secretAccessKey}`)
  const isWhole = content === 'UNSIGNED-PAYLOAD' || content === sha256(body)
  return key === keys.accessKeyId && isWhole && hmac(signing, text).toString('hex') === signature
}

const stores: Behaviour = (request, response, accept) => {
  const isGood = request.method === 'PUT' && isSigned(request)
  if (isGood) accept()
  response.writeHead(isGood ? 200 : 403).end(isGood ? '' : '<Code>SignatureDoesNotMatch</Code>')
}

const objectLines = ({ body }: RecordedRequest) => jsonLines(gunzipSync(body)).map(receivedOf)

/** Objects by their keys: one that is written again is there once. */
const s3Stage = async (): Promise<HttpStage> => {
  const stage = await httpStage(s3, {
    config: url => ({ url: `${url}/bucket`, prefix: '{namespace}/({date})/' }),
    usual: stores,
    linesIn: objectLines,
  })
  const received = async (atLeast: number): Promise<readonly ReceivedLine[]> => {
    await stage.received(atLeast)
    return [...new Map(stage.recorder.accepted.map(request => [request.path, request])).values()].flatMap(objectLines)
  }
  return { ...stage, received, credentials: new Map(Object.entries(keys)) }
}
logBackendContract('S3 (recorder that checks signatures)', { network: true, faults }, s3Stage)

describe('S3', () => {
  it('has an object for each prefix, the same for the same lines, and sends again those alone that failed', async () => {
    const on = await s3Stage()
    on.recorder.next(stores, answering(503, 'SlowDown'))
    const writer = await openWriter(on)
    const lines = [lineOf(sourceOf(), 1), lineOf({ ...sourceOf(), namespace: 'other' }, 1), lineOf(sourceOf(), 2)]
    const { signal } = new AbortController()
    const answer = await writer.write(lines, signal)
    assert.ok(answer.tag === 'Taken')
    assert.deepEqual(answer.again, [1])
    assert.deepEqual(await writer.write(lines, signal), { tag: 'Taken' })
    const paths = on.recorder.accepted.map(({ path }) => path)
    assert.equal(new Set(paths).size, 2)
    assert.match(
      paths[0] ?? '',
      /^\/bucket\/shop\/%282025-01-01%29\/2025-01-01T00-00-00-000000001Z-[0-9a-f]{16}\.ndjson\.gz$/,
    )
    await writer.close()
    await on.close()
  })

  it('is not opened without keys, and never tells them', async () => {
    const on = await s3Stage()
    assert.ok(E.isLeft(await s3.open(on.config, new Map(), contractLimits)()))
    const writer = await openWriter({
      ...on,
      credentials: new Map([...Object.entries(keys), ['secretAccessKey', 'other']]),
    })
    const answer = await writer.write([lineOf(sourceOf(), 1)], new AbortController().signal)
    assert.equal(answer.tag, 'Denied')
    assert.doesNotMatch(JSON.stringify(answer), /hush|other/)
    await writer.close()
    await on.close()
  })
})
