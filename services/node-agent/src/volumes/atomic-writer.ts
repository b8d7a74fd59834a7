import { chmod, lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { volumeFileRefusal } from '../files/file-names.ts'
import { writeBeneath } from '../files/write-beneath.ts'

export interface VolumeFile {
  readonly data: Buffer
  /** Permission bits. */
  readonly mode: number
}

/** Files by their path in the volume. */
export type Payload = ReadonlyMap<string, VolumeFile>

const current = '..data'

/**
 * Shows a new set of files all at once, as Kubernetes does: files live in a directory of their own, `..data` is a link to it
 * that is swapped by one rename, and each visible name is a link through `..data`. The same set again changes nothing.
 * `group` becomes the files' group where it is given. Refused where a path would lead out of the directory, whatever has let it
 * come so far.
 */
export const writeAtomically = async (
  directory: string,
  wanted: Payload,
  moment: number,
  group?: number,
): Promise<Either<string, 'written' | 'same'>> => {
  const payload = new Map([...wanted].map(([path, file]) => [plainPath(path), file]))
  for (const path of payload.keys()) {
    const refusal = volumeFileRefusal(path)
    if (refusal !== undefined) return E.left(`invalid path ${JSON.stringify(path)}: ${refusal}`)
  }
  await mkdir(directory, { recursive: true })
  const before = await readlink(join(directory, current)).catch(() => undefined)
  if (before !== undefined && (await holds(join(directory, before), payload, group))) {
    await linkNames(directory, payload)
    return E.right('same')
  }
  const fresh = await freshName(directory, moment)
  const filled = await fill(join(directory, fresh), payload, group)
  if (E.isLeft(filled)) return filled
  await showFresh(directory, fresh).catch(async (error: unknown) => {
    await rm(join(directory, fresh), { recursive: true, force: true })
    throw error
  })
  await linkNames(directory, payload)
  await removeStale(directory, payload, fresh)
  return E.right('written')
}

const showFresh = async (directory: string, fresh: string): Promise<void> => {
  const link = join(directory, `${current}_tmp`)
  // Left by a writer that was killed between the two steps.
  await rm(link, { force: true })
  await symlink(fresh, link)
  await rename(link, join(directory, current))
}

/** The shortest text for the same path. */
const plainPath = (path: string): string =>
  `${path.startsWith('/') ? '/' : ''}${path
    .split('/')
    .filter(part => part !== '' && part !== '.')
    .join('/')}`

/** All files in a new directory, or nothing: what is tried again must not leave one more each time. */
const fill = async (directory: string, payload: Payload, group: number | undefined): Promise<Either<string, void>> => {
  await mkdir(directory)
  for (const [path, { data, mode }] of payload) {
    const file = { data, mode: permissions(mode, group), group }
    const written = await writeBeneath(directory, path, file).catch((error: unknown) => E.left(messageOf(error)))
    if (E.isRight(written)) continue
    await rm(directory, { recursive: true, force: true })
    return written
  }
  return E.right(undefined)
}

/** A group that owns a file may read it. */
const permissions = (mode: number, group: number | undefined): number => (group === undefined ? mode : mode | 0o440)

const holds = async (directory: string, payload: Payload, group: number | undefined): Promise<boolean> => {
  const present = await filesBelow(directory).catch(() => [])
  if (present.length !== payload.size) return false
  for (const path of present) {
    const file = payload.get(path)
    if (!file) return false
    const target = join(directory, path)
    if (!(await readFile(target)).equals(file.data)) return false
    await chmod(target, permissions(file.mode, group))
  }
  return true
}

const filesBelow = async (directory: string): Promise<readonly string[]> => {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true })
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(directory.length + 1))
}

/** `..2026_01_02_03_04_05.<digits>`: hidden, and never one that is there already. */
const freshName = async (directory: string, moment: number): Promise<string> => {
  const present = new Set(await readdir(directory))
  const stamp = new Date(moment).toISOString().replace(/[-T:]/g, '_').replace('Z', '')
  for (let order = 0; ; order++) {
    const name = `..${stamp}${String(order).padStart(6, '0')}`
    if (!present.has(name)) return name
  }
}

const topNames = (payload: Payload): ReadonlySet<string> =>
  new Set([...payload.keys()].map(path => path.split('/')[0] ?? path))

const linkNames = async (directory: string, payload: Payload): Promise<void> => {
  for (const name of topNames(payload)) {
    const link = join(directory, name)
    if (await lstat(link).catch(() => undefined)) continue
    await symlink(join(current, name), link)
  }
}

/** What is neither hidden nor a link is a place at which a container mounts something: what is mounted there would go with it. */
const removeStale = async (directory: string, payload: Payload, fresh: string): Promise<void> => {
  const names = topNames(payload)
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const { name } = entry
    if (name === current || name === fresh || names.has(name)) continue
    if (!name.startsWith('..') && !entry.isSymbolicLink()) continue
    await rm(join(directory, name), { recursive: true, force: true })
  }
}
