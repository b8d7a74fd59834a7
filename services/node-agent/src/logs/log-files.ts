import { lstat, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileId, isSameFile } from './file-id.ts'
import type { FileId } from './file-id.ts'
import { beforeCompression } from './gzip-file.ts'

/** `.<date>-<time>`, as the kubelet names rotated logs, and a count where two fall into one second; `.gz` once it is compressed. */
const rotatedName = /^\.\d{8}-\d{6}(?:\.\d+)?(?:\.gz)?$/

/** The newest of a log's files, where that is the one which is written to, and not yet or no longer a rotated one. */
export const currentOf = (chain: readonly ChainLink[]): ChainLink | undefined => {
  const newest = chain.at(-1)
  return newest && stampOf(newest.path).time === '' ? newest : undefined
}

/** The rotated files of a log, oldest first. */
export const rotatedFiles = async (path: string): Promise<readonly string[]> => {
  const name = basename(path)
  const names = await readdir(dirname(path)).catch((): string[] => [])
  return names
    .filter(other => other.startsWith(name) && rotatedName.test(other.slice(name.length)))
    .sort((a, b) => order(a, b))
    .map(other => join(dirname(path), other))
}

/** By time, then by the count within the second. */
const order = (a: string, b: string): number => {
  const [first, second] = [stampOf(a), stampOf(b)]
  if (first.time !== second.time) return first.time < second.time ? -1 : 1
  return first.count - second.count
}

const stampOf = (name: string): { readonly time: string; readonly count: number } => {
  const [, time = '', count = '0'] = /\.(\d{8}-\d{6})(?:\.(\d+))?(?:\.gz)?$/.exec(name) ?? []
  return { time, count: Number(count) }
}

/** A file of a log. */
export interface ChainLink {
  readonly path: string
  /** The file that was written to: another one than lies there where that is compressed. */
  readonly id: FileId
  /** Of the file as it lies there, milliseconds since the epoch. */
  readonly changedAt: number
  /** Bytes that were written to it, as many as it had when it was looked at. */
  readonly size: number
  readonly isCompressed: boolean
}

/**
 * All files of a log in the order in which they were written, the current one last. A file that was compressed lies beside the compressed one
 * for a moment, or for longer where the agent was killed then, and is the same link.
 */
export const logChain = async (path: string): Promise<readonly ChainLink[]> => {
  for (let looks = 1; ; looks++) {
    const files = await rotatedFiles(path)
    const links = await linksOf([...files, path])
    // A file that was renamed between the listing and the look at it would seem not to be there.
    const isSteady = (await rotatedFiles(path)).join('/') === files.join('/')
    if (isSteady || looks === mostLooks) return links
  }
}

const mostLooks = 10

const linksOf = async (files: readonly string[]): Promise<readonly ChainLink[]> => {
  const links: ChainLink[] = []
  for (const file of files) {
    const isCompressed = file.endsWith('.gz')
    const found = await lstat(file).catch(() => undefined)
    if (!found?.isFile()) continue
    // A compressed one of somebody else's making says nothing of that.
    const { id = fileId(found), size = found.size } = (isCompressed ? await beforeCompression(file) : undefined) ?? {}
    links.push({ path: file, id, changedAt: found.mtimeMs, size, isCompressed })
  }
  return links.filter(
    link => link.isCompressed || !links.some(other => other.isCompressed && isSameFile(other.id, link.id)),
  )
}
