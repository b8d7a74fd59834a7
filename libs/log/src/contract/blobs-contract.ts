import assert from 'node:assert/strict'
import type { BlobInfo, Blobs } from '../blobs/blobs.ts'
import { right } from './events.ts'

/** An adapter under test, empty. */
export interface BlobsUnderTest {
  readonly blobs: Blobs
  /** The same place, opened by somebody else. */
  readonly again: () => Blobs
  /** Changes what is kept of the blob, behind the adapter's back. */
  damage(blob: BlobInfo): Promise<void>
  close(): Promise<void>
}

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

const textsOf = async (source: AsyncIterable<Uint8Array>): Promise<readonly string[]> => {
  const texts: string[] = []
  for await (const chunk of source) texts.push(Buffer.from(chunk).toString())
  return texts
}

/** What every adapter of `Blobs` does; a mocha suite. */
export const blobsContract = (name: string, open: () => Promise<BlobsUnderTest>): void => {
  describe(`${name} keeps the contract of blobs`, () => {
    let test: BlobsUnderTest
    beforeEach(async () => {
      test = await open()
    })
    afterEach(() => test.close())

    it('is empty where nothing was written', async () => {
      assert.deepEqual(right(await test.blobs.list()), [])
      right(await test.blobs.remove('none'))
      right(await test.blobs.sweep())
    })

    it('gives back what was written, whole and by chunk, to whoever opens it', async () => {
      let said = ''
      const source = async function* () {
        yield* chunks('one', 'two', 'three')
        said = 'afterwards'
      }
      const written = right(await test.blobs.write('b', source(), () => ({ said })))
      right(await test.blobs.write('a', chunks()))
      const found = right(await test.again().list())
      assert.deepEqual(
        found.map(blob => [blob.name, blob.chunks, blob.bytes, blob.facts]),
        [
          ['a', 0, 0, {}],
          ['b', 3, 11, { said: 'afterwards' }],
        ],
      )
      const b = found[1] as BlobInfo
      assert.equal(b.digest, written.digest)
      for (const blob of [written, b, { ...b }]) {
        assert.deepEqual(await textsOf(test.again().read(blob)), ['one', 'two', 'three'])
        assert.equal(Buffer.from(right(await test.again().chunk(blob, 1)) ?? []).toString(), 'two')
        assert.equal(right(await test.again().chunk(blob, 3)), undefined)
      }
      assert.deepEqual(await textsOf(test.blobs.read(found[0] as BlobInfo)), [])
    })

    it('puts a blob in the place of another of its name, and removes it', async () => {
      right(await test.blobs.write('a', chunks('old', 'older')))
      right(await test.blobs.write('a', chunks('new')))
      right(await test.blobs.write('b', chunks('other')))
      const [a] = right(await test.blobs.list())
      assert.deepEqual(await textsOf(test.blobs.read(a as BlobInfo)), ['new'])
      right(await test.blobs.remove('a'))
      assert.deepEqual(
        right(await test.again().list()).map(({ name }) => name),
        ['b'],
      )
      await assert.rejects(textsOf(test.blobs.read(a as BlobInfo)), { name: 'DamagedBlob' })
    })

    it('shows nothing of what was begun and not ended, and sweeps it away', async () => {
      right(await test.blobs.write('whole', chunks('1')))
      const broken = async function* () {
        yield* chunks('1', '2')
        throw new Error('the source ended')
      }
      await assert.rejects(test.blobs.write('begun', broken()), { message: 'the source ended' })
      right(await test.blobs.sweep())
      const found = right(await test.again().list())
      assert.deepEqual(
        found.map(({ name }) => name),
        ['whole'],
      )
      assert.deepEqual(await textsOf(test.again().read(found[0] as BlobInfo)), ['1'])
    })

    it('says that a blob is damaged', async () => {
      const blob = right(await test.blobs.write('a', chunks('one', 'two')))
      await test.damage(blob)
      await assert.rejects(textsOf(test.again().read(right(await test.again().list())[0] as BlobInfo)), {
        name: 'DamagedBlob',
      })
    })
  })
}
