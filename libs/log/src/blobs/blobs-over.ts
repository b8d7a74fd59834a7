import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { BlobInfo, Blobs, BlobsUnavailable } from './blobs.ts'

/**
 * Blobs that lie in two places: written to the upper one, read from either; of two that have one name, the upper one's is there. So blobs move from one
 * place to another as they are written anew. Fails where either place does.
 */
export const blobsOver = (upper: Blobs, lower: Blobs): Blobs => {
  const places = new WeakMap<BlobInfo, Blobs>()
  const listed = async (place: Blobs): Promise<Either<BlobsUnavailable, readonly BlobInfo[]>> => {
    const found = await place.list()
    if (E.isRight(found)) for (const blob of found.right) places.set(blob, place)
    return found
  }
  const list = async (): Promise<Either<BlobsUnavailable, readonly BlobInfo[]>> => {
    const [above, below] = [await listed(upper), await listed(lower)]
    if (E.isLeft(above) || E.isLeft(below)) return E.isLeft(above) ? above : below
    const names = new Set(above.right.map(({ name }) => name))
    const all = [...above.right, ...below.right.filter(({ name }) => !names.has(name))]
    return E.right(all.sort((a, b) => (a.name < b.name ? -1 : 1)))
  }
  /** Where somebody made a copy of what was said of a blob, whoever has that blob. */
  const placeOf = async (blob: BlobInfo): Promise<Either<BlobsUnavailable, Blobs>> => {
    const known = places.get(blob)
    if (known) return E.right(known)
    const all = await list()
    if (E.isLeft(all)) return all
    const same = all.right.find(({ name, digest }) => name === blob.name && digest === blob.digest)
    return E.right((same && places.get(same)) ?? upper)
  }
  async function* chunksOf(blob: BlobInfo): AsyncGenerator<Uint8Array> {
    const place = await placeOf(blob)
    if (E.isLeft(place)) throw new Error(`${blob.name} cannot be read: ${place.left.message}`)
    yield* place.right.read(blob)
  }
  const both = async (
    work: (place: Blobs) => Promise<Either<BlobsUnavailable, void>>,
  ): Promise<Either<BlobsUnavailable, void>> => {
    const done = await work(upper)
    return E.isLeft(done) ? done : work(lower)
  }
  return {
    list,
    read: chunksOf,
    chunk: async (blob, index) => {
      const place = await placeOf(blob)
      return E.isLeft(place) ? place : place.right.chunk(blob, index)
    },
    write: async (name, source, facts) => {
      const written = await upper.write(name, source, facts)
      if (E.isLeft(written)) return written
      places.set(written.right, upper)
      const removed = await lower.remove(name)
      return E.isLeft(removed) ? removed : written
    },
    remove: name => both(place => place.remove(name)),
    sweep: () => both(place => place.sweep()),
  }
}
