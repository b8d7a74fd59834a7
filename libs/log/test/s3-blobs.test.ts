import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { right } from '../src/contract/events.ts'
import { blobsContract } from '../src/contract.ts'
import { s3Blobs } from '../src/index.ts'
import { s3Server } from './support/s3-server.ts'

blobsContract('s3Blobs', async () => {
  const { bucket, objects, close } = await s3Server()
  return {
    ...{ blobs: s3Blobs(bucket), again: () => s3Blobs(bucket), close },
    damage: async ({ name }) => {
      const [key = ''] = [...objects.keys()].filter(one => one.includes(`parts/${name}/`))
      const bytes = objects.get(key)
      assert.ok(bytes)
      bytes[0] = 0
    },
  }
})

describe('blobs in a bucket of S3', function () {
  let server: Awaited<ReturnType<typeof s3Server>>
  beforeEach(async () => {
    server = await s3Server()
  })
  afterEach(() => server.close())

  async function* chunks(count: number, bytes = 3): AsyncGenerator<Uint8Array> {
    for (let n = 0; n < count; n++) yield Buffer.alloc(bytes, n)
  }

  it('are parts of some megabytes, of which one chunk is read alone', async () => {
    const blobs = s3Blobs(server.bucket)
    const blob = right(await blobs.write('large', chunks(21, 1024 * 1024)))
    assert.deepEqual(
      [...server.objects].filter(([key]) => key.includes('/parts/')).map(([, bytes]) => bytes.length / 1024 ** 2),
      [8, 8, 5],
    )
    const one = right(await blobs.chunk(blob, 17))
    assert.ok(one && one.length === 1024 ** 2 && one.every(byte => byte === 17))
    let read = 0
    for await (const chunk of blobs.read(blob)) assert.equal(chunk[0], read++)
    assert.equal(read, 21)
  })

  it('leave nothing behind: of what was replaced, removed, or begun and not ended', async () => {
    const blobs = s3Blobs(server.bucket)
    for (const count of [1, 2, 3]) right(await blobs.write('a', chunks(count)))
    for (const name of ['b', 'c', 'd', 'e']) right(await blobs.write(name, chunks(1)))
    right(await blobs.remove('b'))
    const broken = async function* () {
      yield* chunks(1, 9 * 1024 * 1024)
      throw new Error('the source ended')
    }
    await assert.rejects(blobs.write('begun', broken()))
    assert.equal(server.objects.size, 9)
    right(await blobs.sweep())
    assert.equal(server.objects.size, 8)
    assert.deepEqual(
      right(await blobs.list()).map(({ name, chunks: count }) => [name, count]),
      [
        ['a', 3],
        ['c', 1],
        ['d', 1],
        ['e', 1],
      ],
    )
    assert.ok([...server.objects.keys()].every(key => key.startsWith('some where/')))
  })

  it('are there, and damaged, where what is said of one is not what was written; its parts stay', async () => {
    const blobs = s3Blobs(server.bucket)
    for (const name of ['a', 'b', 'c']) right(await blobs.write(name, chunks(2), () => ({ said: 'this' })))
    const flip = (name: string, change: (text: string) => string): void => {
      const key = [...server.objects.keys()].find(one => one.endsWith(`/${name}.json`)) ?? ''
      server.objects.set(key, Buffer.from(change(server.objects.get(key)?.toString() ?? '')))
    }
    flip('a', text => text.replace('this', 'thit'))
    flip('b', text => text.slice(1))
    const found = right(await s3Blobs(server.bucket).list())
    assert.deepEqual(
      found.map(({ name, chunks: count }) => [name, count]),
      [
        ['a', 0],
        ['b', 0],
        ['c', 2],
      ],
    )
    for (const blob of found.slice(0, 2))
      await assert.rejects(
        async () => {
          for await (const _ of blobs.read(blob));
        },
        { name: 'DamagedBlob' },
      )
    right(await s3Blobs(server.bucket).sweep())
    assert.equal(server.objects.size, 6)
  })

  it('are not to be had without the keys, which nobody is told, nor where nobody answers', async () => {
    const other = s3Blobs({ ...server.bucket, secretAccessKey: 'another' })
    for (const answer of [await other.list(), await other.write('a', chunks(1)), await other.remove('a')]) {
      assert.ok(E.isLeft(answer))
      assert.match(
        answer.left.message,
        /answers 403 \(SignatureDoesNotMatch\) to the (listing|writing|removal) of some where/,
      )
      assert.doesNotMatch(answer.left.message, /another|AKID/)
    }
    const away = await s3Blobs({ ...server.bucket, endpoint: 'http://127.0.0.1:9' }).list()
    assert.ok(E.isLeft(away))
  })

  it('are asked for again where the store is busy', async () => {
    server.refuse(503)
    const blobs = s3Blobs(server.bucket)
    right(await blobs.write('a', chunks(1)))
    server.refuse(500)
    assert.equal(right(await blobs.list()).length, 1)
  })
})
