import { createHash } from 'node:crypto'
import { DamagedBlob } from './blobs.ts'
import type { BlobInfo } from './blobs.ts'

/** Counts and digests chunks as they pass. */
export const chunkCounter = () => {
  const hash = createHash('sha256')
  let [chunks, bytes] = [0, 0]
  return {
    add: (chunk: Uint8Array): void => {
      hash.update(chunk)
      chunks++
      bytes += chunk.length
    },
    end: () => ({ chunks, bytes, digest: hash.digest('hex') }),
  }
}

/** The same chunks; throws `DamagedBlob` where all of them are not what was written. */
export async function* asWritten(
  { name, chunks, digest }: BlobInfo,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const counter = chunkCounter()
  for await (const chunk of source) {
    counter.add(chunk)
    yield chunk
  }
  const found = counter.end()
  if (found.chunks !== chunks || found.digest !== digest)
    throw new DamagedBlob(`${name} is not what was written: its SHA-256 is ${found.digest}, not ${digest}`)
}
