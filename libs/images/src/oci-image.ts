import { createHash } from 'node:crypto'
import type { FileTree } from './file-tree.ts'
import { tarOf } from './tar-writer.ts'

/** What a container of the image runs as; names as in the OCI image specification. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[]
  readonly Cmd?: readonly string[]
  readonly Env?: readonly string[]
  readonly WorkingDir?: string
  readonly User?: string
  readonly StopSignal?: string
  readonly ExposedPorts?: Readonly<Record<string, object>>
  readonly Volumes?: Readonly<Record<string, object>>
  readonly Labels?: Readonly<Record<string, string>>
}

/** Media type, digest and size of a blob; OCI image specification, "descriptor". */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly annotations?: Readonly<Record<string, string>>
  readonly platform?: { readonly architecture: string; readonly os: string }
}

/** An image of one layer: its blobs by digest, and the manifest that ties them. */
export interface OciImage {
  readonly manifest: Descriptor
  readonly blobs: ReadonlyMap<string, Buffer>
}

/** Media types of OCI manifests, configurations and layers. */
export const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  // Not compressed: the bytes then do not hang on a version of zlib, and the way is a loopback one.
  layer: 'application/vnd.oci.image.layer.v1.tar',
  index: 'application/vnd.oci.image.index.v1+json',
} as const

export const digestOf = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`

/** The architecture of this machine in the words of OCI (Go's). */
export const ociArchitecture = (): string => (process.arch === 'x64' ? 'amd64' : process.arch)

/** An image of one layer, as blobs and a manifest. */
export const ociImage = (tree: FileTree, config: ImageConfig): OciImage => {
  const blobs = new Map<string, Buffer>()
  const add = (mediaType: string, content: Buffer): Descriptor => {
    const digest = digestOf(content)
    blobs.set(digest, content)
    return { mediaType, digest, size: content.length }
  }
  const json = (value: unknown) => Buffer.from(JSON.stringify(value))
  const platform = { architecture: ociArchitecture(), os: 'linux' }
  const layer = add(mediaTypes.layer, tarOf(tree))
  const configuration = add(
    mediaTypes.config,
    json({
      created: '1970-01-01T00:00:00Z',
      ...platform,
      config,
      rootfs: { type: 'layers', diff_ids: [layer.digest] },
      history: [{ created: '1970-01-01T00:00:00Z', created_by: 'periplus images' }],
    }),
  )
  const manifest = add(
    mediaTypes.manifest,
    json({ schemaVersion: 2, mediaType: mediaTypes.manifest, config: configuration, layers: [layer] }),
  )
  return { manifest: { ...manifest, platform }, blobs }
}
