import { lstat, mkdir, readlink, rmdir, stat, unlink, writeFile } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { nameOf, openBeneath } from '@periplus/runtime'
import { pathRefusal } from '../files/file-names.ts'
import { bind, unbind } from './mounting.ts'

export interface SubPath {
  /** Where the volume is. */
  readonly home: string
  /** Relative to it. */
  readonly path: string
  /** Where to show it: below directories that only the node can write to. */
  readonly place: string
  /** Mounts that the container makes below it are to be seen in the volume as well. */
  readonly shared: boolean
  /** Nothing can be made in the volume. */
  readonly fixed?: boolean
}

/**
 * Shows a path inside a volume at a place of the node's own, for a container to mount: a name inside of the volume may mean something
 * else by the time that a runtime uses it, because containers of the volume can rename it and put links in its place
 * (CVE-2021-25741). What is missing is made as accessible as the volume itself, so that whoever may write there may write here too.
 */
export const showSubPath = async (request: SubPath): Promise<Either<string, string>> => {
  const refusal = pathRefusal(request.path)
  if (refusal !== undefined) return E.left(refusal)
  const makeMissing = (await stat(request.home)).mode & 0o7777
  const held = await openBeneath(request.home, request.path, request.fixed ? {} : { makeMissing })
  if (E.isLeft(held)) return request.fixed ? E.left(`${request.path} is not in the image: ${held.left}`) : held
  try {
    // Without privileges nothing can be mounted, and containers are processes of the node's own user, who may read all that it may.
    if (process.geteuid?.() !== 0) return E.right(await readlink(nameOf(held.right)))
    return await showAt(held.right, request)
  } finally {
    await held.right.close()
  }
}

const showAt = async (held: FileHandle, { place, shared }: SubPath): Promise<Either<string, string>> => {
  // Of a container that has ended, or of an agent that did.
  const cleared = await unbind(place)
  if (E.isLeft(cleared)) return cleared
  const wanted = await held.stat()
  const before = await lstat(place).catch(() => undefined)
  // Never what is below it: were it still a mount, that would be the volume.
  if (before) await (before.isDirectory() ? rmdir(place) : unlink(place))
  await mkdir(wanted.isDirectory() ? place : dirname(place), { recursive: true, mode: 0o750 })
  if (!wanted.isDirectory()) await writeFile(place, '')
  const bound = await bind(`/proc/${process.pid}/fd/${held.fd}`, place, shared)
  if (E.isLeft(bound)) return bound
  const shown = await stat(place)
  if (shown.ino === wanted.ino && shown.dev === wanted.dev) return E.right(place)
  await unbind(place)
  return E.left('something else was mounted than what was opened')
}
