import { chmod, chown, lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { insideRoot } from './inside-root.ts'
import { runHere } from './run-here.ts'

const whiteout = '.wh.'
const opaque = '.wh..wh..opq'

/**
 * Lays an image's layers over each other below `files`, which is made. Each is unpacked by the system's tar in an empty directory, where
 * it keeps what it writes from leaving (links are made last); then its entries are moved, with the links of the layers below
 * read as the container will read them. So no layer writes or removes anything through a link that another one has left, whatever
 * whoever made the image put there. Says what failed.
 */
export const unpackLayers = async (
  directory: string,
  files: string,
  layers: readonly Buffer[],
): Promise<string | undefined> => {
  await mkdir(files, { recursive: true })
  for (const layer of layers) {
    const own = join(directory, 'layer')
    await mkdir(own)
    const refused = await unpackLayer(own, layer)
    if (refused !== undefined) return refused
    await applyWhiteouts(own, files, '')
    await merge(own, files, '', await directoriesIn(layer))
    await rm(own, { recursive: true, force: true })
  }
  return undefined
}

const tarOptions = (layer: Buffer): readonly string[] => [
  ...(layer[0] === 0x1f && layer[1] === 0x8b ? ['-z'] : []),
  ...['-f', '-'],
]

const unpackLayer = async (own: string, layer: Buffer): Promise<string | undefined> => {
  const unpacked = await runHere('tar', ['-x', ...tarOptions(layer), '-C', own, '--numeric-owner'], { input: layer })
  if (unpacked.exitCode !== 0) return `failed to unpack: ${unpacked.stderr.toString().trim()}`
  // No container gets devices from its image; they would be the machine's.
  const cleared = await runHere('find', [own, '(', '-type', 'b', '-o', '-type', 'c', ')', '-delete'])
  return cleared.exitCode === 0 ? undefined : `failed to unpack: ${cleared.stderr.toString().trim()}`
}

/** Directories that the layer itself describes; others are only on the way to what it has, and stay as they were below. */
const directoriesIn = async (layer: Buffer): Promise<ReadonlySet<string>> => {
  const { stdout } = await runHere('tar', ['-t', ...tarOptions(layer), '--quoting-style=literal'], { input: layer })
  const names = stdout.toString().split('\n')
  return new Set(names.filter(name => name.endsWith('/')).map(name => posix.join('.', name).replace(/\/$/, '')))
}

/** A whiteout takes away what a lower layer brought, an opaque one all that is in its directory; neither is a file of the image. */
const applyWhiteouts = async (own: string, files: string, path: string): Promise<void> => {
  const target = insideRoot(files, path)
  const entries = await readdir(join(own, path), { withFileTypes: true })
  for (const { name } of entries.filter(entry => entry.name.startsWith(whiteout))) {
    await rm(join(own, path, name), { recursive: true })
    const hidden = name.slice(whiteout.length)
    if (name === opaque)
      for (const lower of await readdir(target).catch((): string[] => []))
        await rm(join(target, lower), { recursive: true })
    else if (hidden !== '' && hidden !== '.' && hidden !== '..')
      await rm(join(target, hidden), { recursive: true, force: true })
  }
  for (const entry of entries)
    if (entry.isDirectory() && !entry.name.startsWith(whiteout))
      await applyWhiteouts(own, files, posix.join(path, entry.name))
}

const isDirectoryIn = async (files: string, path: string): Promise<boolean> =>
  (await lstat(insideRoot(files, path)).catch(() => undefined))?.isDirectory() ?? false

const merge = async (own: string, files: string, path: string, described: ReadonlySet<string>): Promise<void> => {
  const target = insideRoot(files, path)
  for (const entry of await readdir(join(own, path), { withFileTypes: true })) {
    const below = posix.join(path, entry.name)
    const [from, to] = [join(own, below), join(target, entry.name)]
    if (entry.isDirectory() && (await isDirectoryIn(files, below))) {
      await merge(own, files, below, described)
      if (described.has(below)) await makeAlike(from, insideRoot(files, below))
      continue
    }
    await rm(to, { recursive: true, force: true })
    await rename(from, to)
  }
}

const makeAlike = async (like: string, directory: string): Promise<void> => {
  const { uid, gid, mode } = await stat(like)
  if (process.geteuid?.() === 0) await chown(directory, uid, gid)
  await chmod(directory, mode & 0o7777)
}
