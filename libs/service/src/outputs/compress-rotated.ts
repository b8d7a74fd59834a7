import { createReadStream, createWriteStream, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { compressedPath, keptOutputs, rotatedPath } from './rotated-files.ts'

/** The newest stays as it is: a reader may be at its end. */
const firstCompressed = 2

const inodeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino

/** The path that a file has by now, which becomes older whenever its output begins anew. */
const pathOf = (path: string, inode: number): string | undefined => {
  for (let age = firstCompressed; age <= keptOutputs; age++)
    if (inodeOf(rotatedPath(path, age)) === inode) return rotatedPath(path, age)
  return undefined
}

const compressed = async (path: string, file: string, signal?: AbortSignal): Promise<void> => {
  const unfinished = `${path}.gz.next`
  try {
    const was = statSync(file)
    await pipeline(createReadStream(file), createGzip(), createWriteStream(unfinished, { mode: 0o600 }), { signal })
    // Readers know it by its time.
    utimesSync(unfinished, was.atime, was.mtime)
    const plain = pathOf(path, was.ino)
    if (plain === undefined) return rmSync(unfinished, { force: true })
    renameSync(unfinished, compressedPath(plain))
    rmSync(plain, { force: true })
  } catch {
    // There is no room for it, or it has gone: then it stays as it is.
    rmSync(unfinished, { force: true })
  }
}

/** Compresses (gzip) what an output was before, but for the newest of these files. Whoever calls it is the one who has the output begin anew. */
export const compressRotated = async (path: string, signal?: AbortSignal): Promise<void> => {
  for (let age = keptOutputs; age >= firstCompressed && !signal?.aborted; age--) {
    const file = rotatedPath(path, age)
    if (inodeOf(file) !== undefined) await compressed(path, file, signal)
  }
}
