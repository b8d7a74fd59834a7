import { randomUUID } from 'node:crypto'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { BlobInfo, Blobs, BlobsUnavailable } from '../blobs.ts'
import { infoIn, infoText } from '../blob-info.ts'
import { asWritten, chunkCounter } from '../digest-chunks.ts'
import { s3Client } from './s3-client.ts'
import type { S3Bucket, S3Object } from './s3-client.ts'

/** Bytes of chunks that are gathered in an object of their own: a request each would cost more than what is in them. */
const partBytes = 8 * 1024 * 1024

interface Placed extends BlobInfo {
  /** Part of the keys of its parts: other ones when a blob of its name is written anew. */
  readonly id: string
  /** Bytes of each chunk, by part. */
  readonly parts: readonly (readonly number[])[]
}

const infos = 'blobs/'
const infosAtOnce = 16
const parts = 'parts/'
const infoEnd = '.json'
const infoKey = (name: string): string => infos + name + infoEnd
const partsOf = ({ name, id }: Pick<Placed, 'name' | 'id'>): string => `${parts}${name}/${id}/`
const partKey = (blob: Pick<Placed, 'name' | 'id'>, part: number): string =>
  `${partsOf(blob)}${String(part).padStart(6, '0')}`

const tried = async <A>(work: () => Promise<A>): Promise<Either<BlobsUnavailable, A>> => {
  try {
    return E.right(await work())
  } catch (error) {
    return E.left({ tag: 'Unavailable', message: messageOf(error) })
  }
}

const sum = (lengths: readonly number[]): number => lengths.reduce((total, length) => total + length, 0)

/** Where a chunk is; `undefined` where there is none. */
const placeOf = (
  blob: Placed,
  index: number,
): { readonly part: number; readonly start: number; readonly length: number } | undefined => {
  let first = 0
  for (const [part, lengths] of blob.parts.entries()) {
    const length = lengths[index - first]
    if (length !== undefined) return { part, start: sum(lengths.slice(0, index - first)), length }
    first += lengths.length
  }
  return undefined
}

/**
 * Blobs in a bucket of an S3-compatible store: objects `parts/<name>/<id>/<n>` of some chunks each, and `blobs/<name>.json`, which says what is
 * in them and comes into being last.
 */
export const s3Blobs = (bucket: S3Bucket): Blobs => {
  const s3 = s3Client(bucket)
  const read = new Map<string, { readonly tag: string; readonly blob: Placed }>()

  const infoOf = async ({ key, tag }: S3Object): Promise<Placed | undefined> => {
    const known = read.get(key)
    if (known?.tag === tag && tag !== '') return known.blob
    const bytes = await s3.get(key)
    if (!bytes) return undefined
    const name = key.slice(infos.length, -infoEnd.length)
    const blob = infoIn<Omit<Placed, keyof BlobInfo>>(name, Buffer.from(bytes).toString(), { id: '', parts: [] })
    read.set(key, { tag, blob })
    return blob
  }
  const placed = async (): Promise<readonly Placed[]> => {
    const objects: S3Object[] = []
    for await (const object of s3.list(infos)) if (object.key.endsWith(infoEnd)) objects.push(object)
    const found: Placed[] = []
    // Whoever opens an archive asks for all of them, and each takes its time to answer.
    for (let at = 0; at < objects.length; at += infosAtOnce)
      for (const blob of await Promise.all(objects.slice(at, at + infosAtOnce).map(infoOf))) if (blob) found.push(blob)
    return found.sort((a, b) => (a.name < b.name ? -1 : 1))
  }
  const placedOne = async (blob: BlobInfo): Promise<Placed | undefined> =>
    'parts' in blob ? (blob as Placed) : (await placed()).find(({ name }) => name === blob.name)

  async function* chunksOf(blob: BlobInfo): AsyncGenerator<Uint8Array> {
    const found = await placedOne(blob)
    for (const [part, lengths] of (found?.parts ?? []).entries()) {
      const bytes = found && (await s3.get(partKey(found, part)))
      if (!bytes) return
      let start = 0
      for (const length of lengths) {
        yield bytes.subarray(start, start + length)
        start += length
      }
    }
  }
  const removeParts = async (keyPrefix: string, isKept: (key: string) => boolean = () => false): Promise<void> => {
    const keys: string[] = []
    for await (const { key } of s3.list(keyPrefix)) if (!isKept(key)) keys.push(key)
    for (const key of keys) await s3.remove(key)
  }
  return {
    list: () => tried(placed),
    read: blob => asWritten(blob, chunksOf(blob)),
    chunk: (blob, index) =>
      tried(async () => {
        const found = await placedOne(blob)
        const place = found && placeOf(found, index)
        return place && s3.get(partKey(found, place.part), place)
      }),
    write: async (name, source, facts = () => ({})) => {
      const counter = chunkCounter()
      const written: number[][] = []
      const id = randomUUID()
      let gathered: Uint8Array[] = []
      const flush = async (): Promise<Either<BlobsUnavailable, void>> => {
        const part = written.push(gathered.map(({ length }) => length)) - 1
        const body = Buffer.concat(gathered)
        gathered = []
        return tried(() => s3.put(partKey({ name, id }, part), body))
      }
      for await (const chunk of source) {
        counter.add(chunk)
        gathered.push(chunk)
        if (sum(gathered.map(({ length }) => length)) < partBytes) continue
        const put = await flush()
        if (E.isLeft(put)) return put
      }
      const put = gathered.length > 0 ? await flush() : E.right(undefined)
      if (E.isLeft(put)) return put
      const blob: Placed = { name, ...counter.end(), facts: facts(), id, parts: written }
      return tried(async () => {
        await s3.put(infoKey(name), Buffer.from(infoText(blob)))
        // Of the one before it.
        await removeParts(`${parts}${name}/`, key => key.startsWith(partsOf(blob)))
        return blob
      })
    },
    remove: name =>
      tried(async () => {
        await s3.remove(infoKey(name))
        await removeParts(`${parts}${name}/`)
      }),
    sweep: () =>
      tried(async () => {
        // Of what is damaged it is not known which parts it has.
        const whole = (await placed()).map(blob => (blob.id === '' ? `${parts}${blob.name}/` : partsOf(blob)))
        await removeParts(parts, key => whole.some(start => key.startsWith(start)))
      }),
  }
}
