import { createHash } from 'node:crypto'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { RegistryAuth } from '../container-runtime.ts'
import { mediaTypes, ociArchitecture } from '@periplus/images'
import type { Descriptor, ImageConfig } from '@periplus/images'
import type { ImageName } from '@periplus/images'

/** An image as fetched: its config blob's digest is its id. */
export interface FetchedImage {
  readonly id: string
  readonly manifestDigest: string
  readonly config: ImageConfig
  /** Tar streams, plain or compressed with gzip, lowest first. */
  readonly layers: readonly Buffer[]
}

interface Manifest {
  readonly manifests?: readonly Descriptor[]
  readonly config?: Descriptor
  readonly layers?: readonly Descriptor[]
}

const accepted = [
  mediaTypes.index,
  mediaTypes.manifest,
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

/** Pulls by the distribution specification; `endpoint` replaces the registry. The refusal is a text for people. */
export const fetchImage = async (
  name: ImageName,
  endpoint: string | undefined,
  auth: RegistryAuth | undefined,
): Promise<Either<string, FetchedImage>> => {
  const host = name.registry === 'docker.io' ? 'registry-1.docker.io' : name.registry
  const base = `${endpoint ?? `https://${host}`}/v2/${name.repository}`
  const full = `${name.registry}/${name.repository}${name.digest ? `@${name.digest}` : `:${name.tag}`}`
  let authorization: string | undefined

  const get = async (path: string): Promise<Buffer> => {
    const ask = () =>
      fetch(`${base}/${path}`, { headers: { accept: accepted, ...(authorization && { authorization }) } })
    let response = await ask()
    if (response.status === 401) {
      authorization = await authorize(response.headers.get('www-authenticate') ?? '', auth)
      response = await ask()
    }
    if (response.status === 404) throw new Error(`${full}: not found`)
    if (!response.ok) throw new Error(`unexpected status from GET request to ${base}/${path}: ${response.status}`)
    return Buffer.from(await response.arrayBuffer())
  }
  const blob = async ({ digest }: Descriptor, kind = 'blobs'): Promise<Buffer> => {
    const content = await get(`${kind}/${digest}`)
    const actual = `sha256:${createHash('sha256').update(content).digest('hex')}`
    if (actual !== digest) throw new Error(`${digest} of ${full} arrived as ${actual}`)
    return content
  }

  try {
    let content = await get(`manifests/${name.digest ?? name.tag}`)
    let manifest = JSON.parse(content.toString()) as Manifest
    if (manifest.manifests) {
      const mine = manifest.manifests.find(
        ({ platform }) => platform?.os === 'linux' && platform.architecture === ociArchitecture(),
      )
      if (!mine) throw new Error(`no match for platform linux/${ociArchitecture()} in manifest: not found`)
      content = await blob(mine, 'manifests')
      manifest = JSON.parse(content.toString()) as Manifest
    }
    const { config, layers } = manifest
    if (!config || !layers) throw new Error(`${full} is not an image`)
    const described = JSON.parse((await blob(config)).toString()) as { config?: ImageConfig }
    const fetched: Buffer[] = []
    for (const layer of layers) fetched.push(await blob(layer))
    const manifestDigest = `sha256:${createHash('sha256').update(content).digest('hex')}`
    return E.right({ id: config.digest, manifestDigest, config: described.config ?? {}, layers: fetched })
  } catch (error) {
    const cause = (error as { cause?: Error }).cause?.message
    return E.left(`failed to pull image "${full}": ${(error as Error).message}${cause ? `: ${cause}` : ''}`)
  }
}

/** Answers a registry's challenge: basic, or a token from the place that it names (distribution's token specification). */
const authorize = async (challenge: string, auth: RegistryAuth | undefined): Promise<string> => {
  const basic = auth && `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`
  if (!/^bearer /i.test(challenge)) {
    if (!basic) throw new Error('pull access denied: authorization failed: no basic auth credentials')
    return basic
  }
  const fields = Object.fromEntries(
    [...challenge.matchAll(/\b(\w+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!]),
  )
  const url = new URL(fields['realm'] ?? '')
  for (const key of ['service', 'scope']) if (fields[key]) url.searchParams.set(key, fields[key])
  const response = await fetch(url, { headers: basic ? { authorization: basic } : {} })
  if (!response.ok) throw new Error(`pull access denied: the token service answered ${response.status}`)
  const { token, access_token: other } = (await response.json()) as { token?: string; access_token?: string }
  return `Bearer ${token ?? other ?? ''}`
}
