import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
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

type NamedManifests = ReadonlyMap<string, Descriptor>

const manifestsOf = (images: NamedImages): NamedManifests =>
  new Map([...images].map(([name, { manifest }]) => [name, manifest]))

const indexOf = (named: NamedManifests, annotation: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.index,
      manifests: [...named].map(([name, manifest]) => ({
        ...manifest,
        annotations: { ...manifest.annotations, [annotation]: name },
      })),
    }),
  )

const layoutVersion = JSON.stringify({ imageLayoutVersion: '1.0.0' })

const blobPath = (digest: string): string => join('blobs', ...digest.split(':'))

/** Writes an OCI image layout (image specification, "image layout"); the index comes last, so a reader finds all or nothing. */
export const writeLayout = (root: string, images: NamedImages): Promise<void> => write(root, images, new Map())

/** Adds images to the layout at `root`, which is made where there is none; those of the same name are replaced. */
export const addToLayout = async (root: string, images: NamedImages): Promise<void> =>
  write(root, images, await readLayout(root))

const write = async (root: string, images: NamedImages, present: NamedManifests): Promise<void> => {
  await mkdir(join(root, 'blobs', 'sha256'), { recursive: true })
  for (const { blobs } of images.values())
    for (const [digest, content] of blobs) await writeFile(join(root, blobPath(digest)), content)
  await writeFile(join(root, 'oci-layout'), layoutVersion)
  const beside = join(root, 'index.json.new')
  try {
    await writeFile(beside, indexOf(new Map([...present, ...manifestsOf(images)]), refName))
    await rename(beside, join(root, 'index.json'))
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

/** Repositories of a layout, and the manifest of each; empty when there is no layout. */
export const readLayout = async (root: string): Promise<NamedManifests> => {
  const text = await readFile(join(root, 'index.json'), 'utf8').catch(() => undefined)
  if (text === undefined) return new Map()
  const { manifests } = JSON.parse(text) as { manifests: readonly Descriptor[] }
  return new Map(manifests.map(manifest => [manifest.annotations?.[refName] ?? '', manifest]))
}

/** Where a blob lies, below the layout's root. The digest must be well formed: `sha256:` and 64 hexadecimal digits. */
export const blobFile = (root: string, digest: string): string => join(root, blobPath(digest))

/** What `docker load` goes by, where it does not read layouts: paths of each image's configuration and layers (Docker image specification 1.2). */
const dockerManifest = (images: NamedImages): Buffer => {
  const described = [...images].map(([name, { manifest, blobs }]) => {
    const { config, layers } = JSON.parse(String(blobs.get(manifest.digest))) as {
      readonly config: Descriptor
      readonly layers: readonly Descriptor[]
    }
    const tag = name.replace(/^docker\.io\/library\//, '')
    return { Config: blobPath(config.digest), RepoTags: [tag], Layers: layers.map(({ digest }) => blobPath(digest)) }
  })
  return Buffer.from(JSON.stringify(described))
}

/** The layout as one archive, as `ctr images import` takes it; names are full references, such as `localhost/pause:1`. */
export const layoutArchive = (images: NamedImages): Buffer => {
  const tree: FileTree = new Map([
    ['blobs', directory()],
    ['blobs/sha256', directory()],
    ['index.json', file(indexOf(manifestsOf(images), containerdName))],
    ['manifest.json', file(dockerManifest(images))],
    ['oci-layout', file(layoutVersion)],
  ])
  for (const { blobs } of images.values())
    for (const [digest, content] of blobs) tree.set(blobPath(digest), file(content))
  return tarOf(tree)
}
