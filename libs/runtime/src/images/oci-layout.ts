import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { directory, file } from './file-tree.ts'
import type { FileTree } from './file-tree.ts'
import { mediaTypes } from './oci-image.ts'
import type { Descriptor, OciImage } from './oci-image.ts'
import { tarOf } from './tar-writer.ts'

/** Repositories and their images, such as `nginx`: what a layout holds. */
export type NamedImages = ReadonlyMap<string, OciImage>

const refName = 'org.opencontainers.image.ref.name'
const containerdName = 'io.containerd.image.name'

const indexOf = (images: NamedImages, annotation: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.index,
      manifests: [...images].map(([name, { manifest }]) => ({
        ...manifest,
        annotations: { ...manifest.annotations, [annotation]: name },
      })),
    }),
  )

const layoutVersion = JSON.stringify({ imageLayoutVersion: '1.0.0' })

const blobPath = (digest: string): string => join('blobs', ...digest.split(':'))

/** Writes an OCI image layout (image specification, "image layout"); the index comes last, so a reader finds all or nothing. */
export const writeLayout = async (root: string, images: NamedImages): Promise<void> => {
  await mkdir(join(root, 'blobs', 'sha256'), { recursive: true })
  for (const { blobs } of images.values())
    for (const [digest, content] of blobs) await writeFile(join(root, blobPath(digest)), content)
  await writeFile(join(root, 'oci-layout'), layoutVersion)
  await writeFile(join(root, 'index.json.new'), indexOf(images, refName))
  await rename(join(root, 'index.json.new'), join(root, 'index.json'))
}

/** Repositories of a layout, and the manifest of each; empty when there is no layout. */
export const readLayout = async (root: string): Promise<ReadonlyMap<string, Descriptor>> => {
  const text = await readFile(join(root, 'index.json'), 'utf8').catch(() => undefined)
  if (text === undefined) return new Map()
  const { manifests } = JSON.parse(text) as { manifests: readonly Descriptor[] }
  return new Map(manifests.map(manifest => [manifest.annotations?.[refName] ?? '', manifest]))
}

/** Where a blob lies, below the layout's root. The digest must be well formed: `sha256:` and 64 hexadecimal digits. */
export const blobFile = (root: string, digest: string): string => join(root, blobPath(digest))

/** The layout as one archive, as `ctr images import` takes it; names are full references, such as `localhost/pause:1`. */
export const layoutArchive = (images: NamedImages): Buffer => {
  const tree: FileTree = new Map([
    ['blobs', directory()],
    ['blobs/sha256', directory()],
    ['index.json', file(indexOf(images, containerdName))],
    ['oci-layout', file(layoutVersion)],
  ])
  for (const { blobs } of images.values())
    for (const [digest, content] of blobs) tree.set(blobPath(digest), file(content))
  return tarOf(tree)
}
