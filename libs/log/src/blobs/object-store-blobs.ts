import { randomUUID } from 'node:crypto'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus, BusRefusal, JetStream, StoredMessage } from '@periplus/bus'
import type { BlobInfo, Blobs, BlobsUnavailable } from './blobs.ts'
import { asWritten, chunkCounter } from './digest-chunks.ts'

/** What is said of an object in NATS' object store (ADR-20), as far as it is used here. */
interface ObjectMeta {
  readonly name: string
  /** Part of the subject of its chunks. */
  readonly nuid: string
  readonly size: number
  readonly chunks: number
  /** `SHA-256=`, and base64url. */
  readonly digest?: string
  readonly deleted?: boolean
  readonly metadata?: Readonly<Record<string, string>>
}

/** Stream sequence of each chunk, so that one can be had without the others. */
const placesKey = 'io.periplus.chunks'
const digestPrefix = 'SHA-256='

const unavailable = ({ message }: Pick<BusRefusal, 'message'>): Either<BlobsUnavailable, never> =>
  E.left({ tag: 'Unavailable', message })

const hexOf = (digest = ''): string => Buffer.from(digest.slice(digestPrefix.length), 'base64url').toString('hex')

interface Placed extends BlobInfo {
  readonly nuid: string
  readonly places: readonly number[]
}

const placedOf = ({ data }: StoredMessage): Placed | undefined => {
  try {
    const meta = JSON.parse(Buffer.from(data).toString()) as ObjectMeta
    if (meta.deleted) return undefined
    const { [placesKey]: places = '', ...facts } = meta.metadata ?? {}
    return {
      ...{ name: meta.name, chunks: meta.chunks, bytes: meta.size, digest: hexOf(meta.digest), facts, nuid: meta.nuid },
      places: places === '' ? [] : places.split(',').map(Number),
    }
  } catch {
    // Not written by us: no blob of ours.
    return undefined
  }
}

/** Makes a bucket, on as many servers as keep the stream of its name, or brings it to that. */
export const ensureBucket = async (
  { jetstream }: Pick<Bus, 'jetstream'>,
  bucket: string,
): Promise<Either<BusRefusal, unknown>> => {
  const copies = await jetstream.copies(bucket)
  const replicas = E.isRight(copies) && copies.right.wanted > 1 ? 3 : 1
  return jetstream.ensure({
    ...{ name: `OBJ_${bucket}`, subjects: [`$O.${bucket}.C.>`, `$O.${bucket}.M.>`], replicas, maxAgeMilliseconds: 0 },
    ...{ maxBytes: -1, duplicateWindowMilliseconds: 120_000, rollup: true, denyDelete: false, durability: 'synced' },
  })
}

/** Chunks that are asked for ahead of being used. */
const ahead = 4

/**
 * Blobs in a bucket of JetStream's object store, laid out as ADR-20 says, so that `nats object` reads them. A `write` makes
 * the bucket where it is not there, as `ensureBucket` does. Reading takes no consumers.
 */
export const objectStoreBlobs = ({ jetstream }: Pick<Bus, 'jetstream'>, bucket: string): Blobs => {
  const stream = `OBJ_${bucket}`
  const chunkSubject = (nuid: string): string => `$O.${bucket}.C.${nuid}`
  const metaSubject = (name: string): string => `$O.${bucket}.M.${Buffer.from(name).toString('base64url')}`

  const placed = async (): Promise<Either<BlobsUnavailable, readonly Placed[]>> => {
    const found: Placed[] = []
    for (let from = 1; ;) {
      const next = await jetstream.nextMessage(stream, `$O.${bucket}.M.>`, from)
      if (E.isLeft(next)) return (await isAbsent(jetstream, stream)) ? E.right([]) : unavailable(next.left)
      if (!next.right) break
      const one = placedOf(next.right)
      if (one) found.push(one)
      from = next.right.sequence + 1
    }
    return E.right(found.sort((a, b) => (a.name < b.name ? -1 : 1)))
  }
  const placesOf = async (blob: BlobInfo): Promise<readonly number[]> => {
    if ('places' in blob) return (blob as Placed).places
    const all = await placed()
    return E.isLeft(all) ? [] : (all.right.find(({ name }) => name === blob.name)?.places ?? [])
  }
  const at = async (sequence: number | undefined): Promise<Either<BlobsUnavailable, Uint8Array | undefined>> => {
    if (sequence === undefined) return E.right(undefined)
    const found = await jetstream.message(stream, sequence)
    return E.isLeft(found) ? unavailable(found.left) : E.right(found.right?.data)
  }
  async function* chunksOf(blob: BlobInfo): AsyncGenerator<Uint8Array> {
    const places = await placesOf(blob)
    const asked = places.slice(0, ahead).map(at)
    for (let i = 0; i < places.length; i++) {
      const chunk = await asked[i]
      const next = places[i + ahead]
      if (next !== undefined) asked.push(at(next))
      if (!chunk) return
      if (E.isLeft(chunk)) throw new Error(`${blob.name} cannot be read: ${chunk.left.message}`)
      if (!chunk.right) return
      yield chunk.right
    }
  }
  const purge = (subject: string) => jetstream.purge(stream, { subject, upTo: Number.MAX_SAFE_INTEGER - 1 })
  const send = async (message: Parameters<JetStream['publish']>[0]): Promise<Either<BlobsUnavailable, number>> => {
    const answer = await jetstream.publish(message)
    return answer.tag === 'Stored' ? E.right(answer.sequence) : unavailable(answer)
  }
  return {
    list: placed,
    read: blob => asWritten(blob, chunksOf(blob)),
    chunk: async (blob, index) => at((await placesOf(blob))[index]),
    write: async (name, source, facts = () => ({})) => {
      const ready = await ensureBucket({ jetstream }, bucket)
      if (E.isLeft(ready)) return unavailable(ready.left)
      const before = await placed()
      if (E.isLeft(before)) return before
      const nuid = randomUUID().replaceAll('-', '')
      const counter = chunkCounter()
      const places: number[] = []
      for await (const data of source) {
        counter.add(data)
        const stored = await send({ subject: chunkSubject(nuid), headers: [], data })
        if (E.isLeft(stored)) return stored
        places.push(stored.right)
      }
      const blob = { name, ...counter.end(), facts: facts() }
      const meta = {
        ...{ name, bucket, nuid, size: blob.bytes, chunks: blob.chunks },
        digest: digestPrefix + Buffer.from(blob.digest, 'hex').toString('base64url'),
        metadata: { ...blob.facts, [placesKey]: places.join(',') },
      }
      const data = Buffer.from(JSON.stringify(meta))
      const told = await send({ subject: metaSubject(name), headers: [['Nats-Rollup', 'sub']], data })
      if (E.isLeft(told)) return told
      for (const old of before.right) if (old.name === name) await purge(chunkSubject(old.nuid))
      return E.right({ ...blob, places })
    },
    remove: async name => {
      const all = await placed()
      if (E.isLeft(all)) return all
      const found = all.right.find(one => one.name === name)
      if (!found) return E.right(undefined)
      for (const subject of [metaSubject(name), chunkSubject(found.nuid)]) {
        const purged = await purge(subject)
        if (E.isLeft(purged)) return unavailable(purged.left)
      }
      return E.right(undefined)
    },
    sweep: async () => {
      const all = await placed()
      if (E.isLeft(all)) return all
      const known = new Set(all.right.map(({ nuid }) => chunkSubject(nuid)))
      for (let from = 1; ;) {
        const next = await jetstream.nextMessage(stream, `$O.${bucket}.C.>`, from)
        if (E.isLeft(next)) return (await isAbsent(jetstream, stream)) ? E.right(undefined) : unavailable(next.left)
        if (!next.right) return E.right(undefined)
        if (!known.has(next.right.subject)) await purge(next.right.subject)
        from = next.right.sequence + 1
      }
    },
  }
}

/** Nothing was ever written, rather than that nobody answers. */
const isAbsent = async (jetstream: JetStream, stream: string): Promise<boolean> => {
  const state = await jetstream.state(stream)
  return E.isLeft(state) && state.left.tag === 'Rejected'
}
