import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** What was in a compressed file (gzip), from `offset` bytes on. Throws where the file cannot be read or is damaged; the source is closed at the end. */
export async function* gunzippedBytes(source: Readable, offset: number): AsyncGenerator<Buffer> {
  let skip = offset
  const plain = source.pipe(createGunzip())
  source.on('error', error => plain.destroy(error))
  try {
    for await (const bytes of plain as AsyncIterable<Buffer>) {
      if (skip < bytes.length) yield bytes.subarray(skip)
      skip = Math.max(0, skip - bytes.length)
    }
  } finally {
    source.destroy()
    plain.destroy()
  }
}
