import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { E, lanes, messageOf } from '@periplus/prelude'
import type { ImageState, RegistryAuth } from '../container-runtime.ts'
import { parseImageName } from '@periplus/images'
import type { ImageConfig, ImageName } from '@periplus/images'
import { pullFailed } from '../refusals.ts'
import type { Outcome } from '../refusals.ts'
import { readJson, writeJson } from './json-file.ts'
import { removeTree } from './remove-tree.ts'
import { unpackLayers } from './unpack-layers.ts'
import { fetchImage } from './registry-client.ts'
import type { FetchedImage } from './registry-client.ts'

/** An unpacked image. */
export interface StoredImage {
  readonly state: ImageState
  readonly config: ImageConfig
  /** Its files; copied for each container, never run in. */
  readonly files: string
}

export interface ImageStore {
  /** By reference or id. */
  find(image: string): StoredImage | undefined
  list(): readonly StoredImage[]
  pull(image: string, auth: RegistryAuth | undefined): Promise<Outcome<string>>
  remove(image: string): Promise<void>
}

/** Images below `root`, a directory each, named by the digest of their config. */
export const imageStore = (root: string, mirrorOf: (registry: string) => string | undefined): ImageStore => {
  mkdirSync(root, { recursive: true })
  const inTurn = lanes()
  const directoryOf = (id: string) => join(root, id.replace('sha256:', ''))
  const list = (): StoredImage[] =>
    readdirSync(root).flatMap(name => {
      const directory = join(root, name)
      const image = readJson<Omit<StoredImage, 'files'>>(join(directory, 'image.json'))
      return image ? [{ ...image, files: join(directory, 'files') }] : []
    })
  const find = (image: string): StoredImage | undefined => {
    const name = parseImageName(image)
    const reference = E.isRight(name) ? referenceOf(name.right) : image
    return list().find(({ state }) => state.id === image || [...state.tags, ...state.digests].includes(reference))
  }
  const save = (directory: string, image: Omit<StoredImage, 'files'>): void =>
    writeJson(join(directory, 'image.json'), image)

  /** Of one image one at a time: two that unpack it would each clear what the other has there. */
  const keep = async (name: ImageName, image: FetchedImage): Promise<Outcome<string>> => {
    const { id, config, manifestDigest, layers } = image
    const directory = directoryOf(id)
    const known = list().find(({ state }) => state.id === id)
    if (!known) {
      const refused = await unpack(directory, image)
      if (refused !== undefined) {
        // What is there of it would keep the room that it lacked.
        await removeTree(directory)
        return pullFailed(refused)
      }
    }
    const reference = referenceOf(name)
    // A tag names one image at a time.
    for (const other of list())
      if (other.state.id !== id && other.state.tags.includes(reference))
        save(directoryOf(other.state.id), {
          ...other,
          state: { ...other.state, tags: other.state.tags.filter(tag => tag !== reference) },
        })
    const digest = `${name.registry}/${name.repository}@${manifestDigest}`
    const state: ImageState = {
      id,
      tags: unique([...(known?.state.tags ?? []), ...(name.digest ? [] : [reference])]),
      digests: unique([...(known?.state.digests ?? []), digest]),
      sizeBytes: layers.reduce((sum, layer) => sum + layer.length, 0),
      user: (config.User ?? '').split(':')[0]!,
    }
    try {
      save(directory, { state, config })
    } catch (error) {
      return pullFailed(messageOf(error))
    }
    return E.right(id)
  }

  return {
    find,
    list,
    remove: async image => {
      const found = find(image)
      if (found) await inTurn.run(found.state.id, () => removeTree(directoryOf(found.state.id)))
    },
    pull: async (image, auth) => {
      const name = parseImageName(image)
      if (E.isLeft(name)) return pullFailed(name.left, true)
      const fetched = await fetchImage(name.right, mirrorOf(name.right.registry), auth)
      if (E.isLeft(fetched)) return pullFailed(fetched.left)
      return inTurn.run(fetched.right.id, () => keep(name.right, fetched.right))
    },
  }
}

const unique = (values: readonly string[]): string[] => [...new Set(values)]

const referenceOf = (name: {
  registry: string
  repository: string
  tag?: string | undefined
  digest?: string | undefined
}) => `${name.registry}/${name.repository}${name.digest ? `@${name.digest}` : `:${name.tag}`}`

const unpack = async (directory: string, { layers }: FetchedImage): Promise<string | undefined> => {
  await removeTree(directory)
  return unpackLayers(directory, join(directory, 'files'), layers)
}

/** Copies an image's files for a container; where the file system can, blocks are shared until written. */
export const copyFiles = (from: string, to: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn('cp', ['-a', '--reflink=auto', from, to], { stdio: 'ignore' })
    child.on('error', reject)
    child.on('close', code => (code === 0 ? resolve() : reject(new Error(`cp ended with ${code}`))))
  })
