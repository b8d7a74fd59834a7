import assert from 'node:assert/strict'
import { gunzipSync } from 'node:zlib'
import { builtInBackends } from '../src/index.ts'
import type { LogBackend } from '../src/index.ts'
import { linesOf, logBackendContract, openWriter, sourceOf } from '../src/contract.ts'
import type { BackendHarness, ReceivedLine } from '../src/contract.ts'
import { jsonLines, receivedOf } from './http-stages.ts'
import { startS3Proxy } from './s3-proxy.ts'
import type { S3Proxy } from './s3-proxy.ts'

describe('S3', function () {
  this.timeout(300_000)
  let store: S3Proxy
  before(async () => (store = await startS3Proxy()))
  after(() => store.dispose())
  const { signal } = new AbortController()

  const stage = async (prefix = '{namespace}/{date}/'): Promise<BackendHarness & { readonly bucket: string }> => {
    const bucket = await store.bucket()
    const lines = async (): Promise<readonly ReceivedLine[]> =>
      [...(await store.objects(bucket)).values()].flatMap(body => jsonLines(gunzipSync(body)).map(receivedOf))
    return {
      bucket,
      backend: builtInBackends.get('s3') as LogBackend,
      config: { url: `${store.url}/${bucket}`, prefix },
      credentials: new Map(Object.entries(store.keys)),
      received: async atLeast => {
        let found = await lines()
        while (found.length < atLeast) found = await lines()
        return found
      },
      faults: { away: store.stop, back: store.start, silent: async () => store.freeze() },
      close: async () => store.thaw(),
    }
  }
  logBackendContract('S3 (real)', { network: true, faults: ['away', 'back', 'silent'] }, () => stage())

  it('has an object once that was written twice, under keys of any characters', async () => {
    const on = await stage("a (b)'*!~ ü+&=%/{namespace}/")
    const writer = await openWriter(on)
    for (const _ of [1, 2]) assert.deepEqual(await writer.write(linesOf(sourceOf(), 1, 3), signal), { tag: 'Taken' })
    assert.equal((await on.received(3)).length, 3)
    const [key = ''] = (await store.objects(on.bucket)).keys()
    assert.match(key, /^a \(b\)'\*!~ ü\+&=%\/shop\/2025-01-01T00-00-00-000000001Z-[0-9a-f]{16}\.ndjson\.gz$/)
    await writer.close()
  })

  it('waits for a person where the bucket is not there, or the keys are others', async () => {
    const on = await stage()
    for (const [where, said] of [
      [{ config: { ...on.config, url: `${store.url}/none` } }, /NoSuchBucket/],
      [{ credentials: new Map(Object.entries({ ...store.keys, secretAccessKey: 'other' })) }, /SignatureDoesNotMatch/],
      [{ credentials: new Map(Object.entries({ ...store.keys, accessKeyId: 'other' })) }, /InvalidAccessKeyId/],
    ] as const) {
      const writer = await openWriter({ ...on, ...where })
      const answer = await writer.write(linesOf(sourceOf(), 1, 2), signal)
      assert.equal(answer.tag, 'Denied', JSON.stringify(answer))
      assert.match('why' in answer ? answer.why : '', said)
      await writer.close()
    }
    assert.equal((await store.objects(on.bucket)).size, 0)
  })
})
