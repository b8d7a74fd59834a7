import { lstat, mkdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A mount of a container, with where the volume is that it shows, if the node itself writes that. */
export interface NestingMount {
  /** Absolute, in the container. */
  readonly containerPath: string
  readonly hostPath: string
  readonly writtenHome: string | undefined
}

/**
 * Makes the places at which a container mounts something beneath a volume that the node writes, as the kubelet does: from within, nothing
 * can be made there. A directory, or a file for what is one. A place beneath one of the volume's own names is left as it is: it would go
 * with the next change of the volume.
 */
export const makeNestedMountPoints = async (mounts: readonly NestingMount[]): Promise<void> => {
  const byDepth = mounts.map(one => ({ ...one, path: join(one.containerPath, '/') }))
  for (const inner of byDepth) {
    const [outer] = byDepth
      .filter(({ path }) => path !== inner.path && inner.path.startsWith(path))
      .sort((a, b) => b.path.length - a.path.length)
    if (outer?.writtenHome === undefined) continue
    await makePlace(outer.writtenHome, inner.path.slice(outer.path.length, -1), inner.hostPath)
  }
}

const makePlace = async (home: string, path: string, source: string): Promise<void> => {
  const [top = ''] = path.split('/')
  const found = await lstat(join(home, top)).catch(() => undefined)
  if (top.startsWith('..') || found?.isSymbolicLink()) return
  const place = join(home, path)
  const shown = await stat(source).catch(() => undefined)
  if (shown && !shown.isDirectory()) {
    await mkdir(dirname(place), { recursive: true })
    await writeFile(place, '', { flag: 'a' })
  } else await mkdir(place, { recursive: true })
}
