import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { E, isAbsent, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { BlobInfo, Blobs, BlobsUnavailable } from './blobs.ts'
import { infoIn, infoText } from './blob-info.ts'
import { asWritten, chunkCounter } from './digest-chunks.ts'

const infoEnd = '.json'
const dataEnd = '.chunks'
const begun = '.begun'

interface Placed extends BlobInfo {
  /** Bytes of each chunk. */
  readonly lengths: readonly number[]
}

const tried = async <A>(work: () => Promise<A>, absent?: A): Promise<Either<BlobsUnavailable, A>> => {
  try {
    return E.right(await work())
  } catch (error) {
    if (absent !== undefined && isAbsent(error)) return E.right(absent)
    return E.left({ tag: 'Unavailable', message: messageOf(error) })
  }
}

const synced = async (path: string): Promise<void> => {
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}

/**
 * Blobs as files of a directory that nobody else may read: `<name>.chunks`, and `<name>.json`, which says how long each chunk is and comes
 * into being last. On disk when `write` resolves.
 */
export const directoryBlobs = (directory: string): Blobs => {
  const path = (name: string, end: string): string => join(directory, name + end)
  const placed = async (): Promise<readonly Placed[]> => {
    const names = (await readdir(directory)).filter(name => name.endsWith(infoEnd)).sort()
    const texts = await Promise.all(
      // One that was removed meanwhile is not there; one that cannot be read is.
      names.map(name => readFile(join(directory, name), 'utf8').catch(error => (isAbsent(error) ? undefined : ''))),
    )
    return names.flatMap((name, i) => {
      const text = texts[i]
      return text === undefined ? [] : infoIn(name.slice(0, -infoEnd.length), text, { lengths: [] })
    })
  }
  const lengthsOf = async (blob: BlobInfo): Promise<readonly number[]> =>
    'lengths' in blob
      ? (blob as Placed).lengths
      : ((await placed()).find(({ name }) => name === blob.name)?.lengths ?? [])

  const bytesOf = async (name: string, start: number, length: number): Promise<Uint8Array | undefined> => {
    const handle = await open(path(name, dataEnd), 'r')
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, start)
      return bytesRead === length ? buffer : undefined
    } finally {
      await handle.close()
    }
  }
  async function* chunksOf(blob: BlobInfo): AsyncGenerator<Uint8Array> {
    let start = 0
    for (const length of await lengthsOf(blob)) {
      const chunk = await bytesOf(blob.name, start, length).catch(error => {
        if (isAbsent(error)) return undefined
        throw error
      })
      if (!chunk) return
      yield chunk
      start += length
    }
  }
  return {
    list: () => tried(placed, []),
    read: blob => asWritten(blob, chunksOf(blob)),
    chunk: (blob, index) =>
      tried(async () => {
        const lengths = await lengthsOf(blob)
        const start = lengths.slice(0, index).reduce((sum, length) => sum + length, 0)
        const length = lengths[index]
        return length === undefined ? undefined : bytesOf(blob.name, start, length)
      }),
    write: async (name, source, facts = () => ({})) => {
      const counter = chunkCounter()
      const lengths: number[] = []
      const temporary = path(name, dataEnd + begun)
      const opened = await tried(async () => {
        await mkdir(directory, { recursive: true, mode: 0o700 })
        return open(temporary, 'w', 0o600)
      })
      if (E.isLeft(opened)) return opened
      const file = opened.right
      let failed: Either<BlobsUnavailable, unknown> = E.right(undefined)
      try {
        for await (const chunk of source) {
          counter.add(chunk)
          lengths.push(chunk.length)
          failed = await tried(() => file.writeFile(chunk))
          if (E.isLeft(failed)) break
        }
        if (E.isRight(failed)) failed = await tried(() => file.sync())
      } finally {
        await file.close()
      }
      if (E.isLeft(failed)) {
        await rm(temporary, { force: true })
        return failed
      }
      const blob: Placed = { name, ...counter.end(), facts: facts(), lengths }
      return tried(async () => {
        const info = path(name, infoEnd + begun)
        const handle = await open(info, 'w', 0o600)
        await handle.writeFile(infoText(blob))
        await handle.sync().finally(() => handle.close())
        await rm(path(name, infoEnd), { force: true })
        await rename(temporary, path(name, dataEnd))
        await rename(info, path(name, infoEnd))
        await synced(directory)
        return blob
      })
    },
    remove: name =>
      tried(async () => {
        await rm(path(name, infoEnd), { force: true })
        await rm(path(name, dataEnd), { force: true })
      }),
    sweep: () =>
      tried(async () => {
        const names = await readdir(directory).catch(() => [])
        const whole = new Set(names.filter(name => name.endsWith(infoEnd)).map(name => name.slice(0, -infoEnd.length)))
        const isLeft = (name: string): boolean =>
          name.endsWith(begun) || (name.endsWith(dataEnd) && !whole.has(name.slice(0, -dataEnd.length)))
        for (const name of names.filter(isLeft)) await rm(join(directory, name), { force: true })
      }),
  }
}
