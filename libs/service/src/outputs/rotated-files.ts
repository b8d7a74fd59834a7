import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'

/** How many files of what an output was before are kept: `<path>.1`, the newest, to `<path>.5`, as kube-up has logrotate do. */
export const keptOutputs = 5

export const rotatedPath = (path: string, age: number): string => `${path}.${age}`

/** A file of what an output was before. */
export interface RotatedFile {
  /** The same under each name that the file comes to have, and no other's. */
  readonly id: string
  /** When nothing more was written to it, in milliseconds since the epoch. */
  readonly endedAt: number
}

export interface OpenRotatedFile extends RotatedFile {
  readonly file: FileHandle
}

const ages = Array.from({ length: keptOutputs }, (_, i) => i + 1)

const rotatedOf = ({ dev, ino, mtimeMs }: { dev: number; ino: number; mtimeMs: number }): RotatedFile => ({
  id: `${dev} ${ino} ${mtimeMs}`,
  endedAt: mtimeMs,
})

/** A file to be read; `undefined` where there is none. Links, pipes and devices are none of ours. */
export const openOutput = async (path: string): Promise<FileHandle | undefined> => {
  const { O_RDONLY: read, O_NOFOLLOW: noLink, O_NONBLOCK: atOnce } = constants
  const file = await open(path, read | noLink | atOnce).catch(() => undefined)
  if (!file || (await file.stat()).isFile()) return file
  await file.close()
  return undefined
}

/** What the newest of them is, if there is one. */
export const newestRotated = async (path: string): Promise<string | undefined> => {
  for (const age of ages) {
    const found = await stat(rotatedPath(path, age)).catch(() => undefined)
    if (found) return rotatedOf(found).id
  }
  return undefined
}

/** All of them, the newest first; whoever asks closes them. */
export const openRotated = async (path: string): Promise<readonly OpenRotatedFile[]> => {
  const found = new Map<string, OpenRotatedFile>()
  // They only ever become older, so that none is missed on the way up; one may be met twice.
  for (const age of ages) {
    const file = await openOutput(rotatedPath(path, age))
    if (!file) continue
    const rotated = rotatedOf(await file.stat())
    if (found.has(rotated.id)) await file.close()
    else found.set(rotated.id, { ...rotated, file })
  }
  return [...found.values()]
}
