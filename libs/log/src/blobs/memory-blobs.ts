import { E } from '@periplus/prelude'
import type { BlobInfo, Blobs } from './blobs.ts'
import { asWritten, chunkCounter } from './digest-chunks.ts'

interface Held {
  readonly blob: BlobInfo
  readonly chunks: readonly Uint8Array[]
}

const byName = (a: BlobInfo, b: BlobInfo): number => (a.name < b.name ? -1 : 1)

/** Blobs in one process's memory: for tests and the simulation. */
export const memoryBlobs = (): Blobs => {
  const held = new Map<string, Held>()
  async function* chunksOf({ name }: BlobInfo): AsyncGenerator<Uint8Array> {
    yield* held.get(name)?.chunks ?? []
  }
  return {
    list: async () => E.right([...held.values()].map(({ blob }) => blob).sort(byName)),
    read: blob => asWritten(blob, chunksOf(blob)),
    chunk: async ({ name }, index) => E.right(held.get(name)?.chunks[index]),
    write: async (name, source, facts = () => ({})) => {
      const counter = chunkCounter()
      const chunks: Uint8Array[] = []
      for await (const chunk of source) {
        counter.add(chunk)
        chunks.push(Uint8Array.from(chunk))
      }
      const blob = { name, ...counter.end(), facts: facts() }
      held.set(name, { blob, chunks })
      return E.right(blob)
    },
    remove: async name => {
      held.delete(name)
      return E.right(undefined)
    },
    sweep: async () => E.right(undefined),
  }
}
