import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { startS3Proxy } from '../../logs/test/s3-proxy.ts'
import type { S3Proxy } from '../../logs/test/s3-proxy.ts'
import { s3Client } from '../src/blobs/s3/s3-client.ts'
import type { S3Bucket } from '../src/blobs/s3/s3-client.ts'
import { right } from '../src/contract/events.ts'
import { blobsContract } from '../src/contract.ts'
import { s3Blobs } from '../src/index.ts'

describe('a real store of S3', function () {
  this.timeout(300_000)
  let store: S3Proxy
  before(async () => (store = await startS3Proxy()))
  after(() => store.dispose())

  const bucket = async (): Promise<S3Bucket> => ({
    ...{ endpoint: store.url, bucket: await store.bucket(), prefix: "some (where)'*!/", region: 'eu-central-1' },
    ...store.keys,
  })
  blobsContract('s3Blobs (real)', async () => {
    const at = await bucket()
    return {
      ...{ blobs: s3Blobs(at), again: () => s3Blobs(at), close: async () => undefined },
      damage: async ({ name }) => {
        const [key = ''] = [...(await store.objects(at.bucket)).keys()].filter(one => one.includes(`parts/${name}/`))
        const bytes = (await store.objects(at.bucket)).get(key)
        assert.ok(bytes)
        bytes[0] = 0
        writeFileSync(join(store.directoryOf(at.bucket), key), bytes)
      },
    }
  })

  it('lists more than one answer holds, each object once, in order', async () => {
    const at = await bucket()
    const s3 = s3Client(at)
    const names = Array.from({ length: 1_234 }, (_, i) => `${String(i).padStart(5, '0')} & <é>`)
    for (let i = 0; i < names.length; i += 100)
      await Promise.all(names.slice(i, i + 100).map(name => s3.put(`many/${name}`, Buffer.from(name))))
    const found: string[] = []
    for await (const { key } of s3.list('many/')) found.push(key)
    assert.deepEqual(
      found,
      names.map(name => `many/${name}`),
    )
  })

  it('gives one chunk of large parts alone, and leaves nothing behind of what was removed', async () => {
    const at = await bucket()
    const blobs = s3Blobs(at)
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      for (let n = 0; n < 21; n++) yield Buffer.alloc(1024 * 1024, n)
    }
    const blob = right(await blobs.write('large', chunks()))
    const sizes = async (): Promise<readonly number[]> =>
      [...(await store.objects(at.bucket))]
        .filter(([key]) => key.includes('/parts/'))
        .map(([, bytes]) => bytes.length / 1024 ** 2)
    assert.deepEqual(await sizes(), [8, 8, 5])
    const one = right(await blobs.chunk(blob, 17))
    assert.ok(one && one.length === 1024 ** 2 && one.every(byte => byte === 17))
    right(await blobs.remove('large'))
    assert.deepEqual(await sizes(), [])
  })

  it('refuses whoever signs with other keys, which nobody is told', async () => {
    const other = s3Blobs({ ...(await bucket()), secretAccessKey: 'another' })
    const answer = await other.list()
    assert.ok(E.isLeft(answer))
    assert.match(answer.left.message, /answers 403 \(SignatureDoesNotMatch\) to the listing of some \(where/)
    assert.doesNotMatch(answer.left.message, /another|AKID/)
  })
})
