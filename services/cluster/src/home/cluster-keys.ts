import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { isAbsent, keyBytes } from '@periplus/prelude'
import type { ClusterKey } from '@periplus/log'
import { FileNotWritten, syncDirectory, writePrivately } from '@periplus/service'
import { CannotGoOn } from './say.ts'

/** A key as a plugin of KMS v2 keeps it for us: only who asks the plugin has the key. */
export interface KmsWrapping {
  /** Name of the plugin in the operator's configuration. */
  readonly provider: string
  /** What the plugin calls the key that it used. */
  readonly keyId: string
  readonly ciphertext: Buffer
  readonly annotations: Readonly<Record<string, Buffer>>
}

/** A cluster key as the file has it: as it is, or wrapped. */
export type KeptKey = ClusterKey | { readonly id: string; readonly kms: KmsWrapping }

interface KmsText {
  readonly provider: string
  readonly keyId: string
  /** In base64, and so are the annotations' values. */
  readonly ciphertext: string
  readonly annotations: Readonly<Record<string, string>>
}

interface KeysFile {
  readonly keys: readonly { readonly id: string; readonly key?: string; readonly kms?: KmsText }[]
}

const damaged = (path: string): CannotGoOn =>
  new CannotGoOn(`${path} is damaged: put the file back as it was, for what is sealed is not to be read without it`)

const mapped = <A, B>(values: Readonly<Record<string, A>>, of: (value: A) => B): Readonly<Record<string, B>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, of(value)]))

const base64 = (bytes: Buffer): string => bytes.toString('base64')
const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64')

const areTexts = (values: readonly unknown[]): boolean => values.every(value => typeof value === 'string')

const wrappingIn = ({ provider, keyId, ciphertext, annotations }: KmsText): KmsWrapping | undefined =>
  areTexts([provider, keyId, ciphertext, ...Object.values(annotations)])
    ? { provider, keyId, ciphertext: bytesOf(ciphertext), annotations: mapped(annotations, bytesOf) }
    : undefined

const keptKey = ({ id, key, kms: text }: KeysFile['keys'][number]): KeptKey | undefined => {
  if (typeof id !== 'string' || id === '') return undefined
  if (text) {
    const kms = wrappingIn(text)
    return kms && { id, kms }
  }
  const bare = bytesOf(key ?? '')
  return bare.length === keyBytes ? { id, key: bare } : undefined
}

const keysIn = (path: string, text: string): readonly KeptKey[] => {
  try {
    const file = JSON.parse(text) as Partial<KeysFile>
    const keys = (file.keys ?? []).map(keptKey)
    if (keys.length > 0 && keys.every(key => key !== undefined)) return keys
  } catch {
    // Whatever it is, it is no file of keys.
  }
  throw damaged(path)
}

/** The keys of the file, the newest first; `undefined` where there is none. Throws `CannotGoOn` for one that cannot be used. */
export const readClusterKeys = (path: string): readonly KeptKey[] | undefined => {
  try {
    return keysIn(path, readFileSync(path, 'utf8'))
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error instanceof CannotGoOn ? error : new CannotGoOn(`${path} cannot be read: ${String(error)}`)
  }
}

export const newClusterKey = (): ClusterKey => ({ id: randomBytes(4).toString('hex'), key: randomBytes(keyBytes) })

const textOf = (kept: KeptKey): KeysFile['keys'][number] => {
  if ('key' in kept) return { id: kept.id, key: base64(kept.key) }
  const { ciphertext, annotations, provider, keyId } = kept.kms
  return {
    id: kept.id,
    kms: { provider, keyId, ciphertext: base64(ciphertext), annotations: mapped(annotations, base64) },
  }
}

/** Whole or not at all, mode 0600, and on the disk before anything is sealed with them. */
export const writeClusterKeys = (path: string, keys: readonly KeptKey[]): void => {
  const file: KeysFile = { keys: keys.map(textOf) }
  try {
    writePrivately(path, `${JSON.stringify(file, null, 2)}\n`, { durable: true })
  } catch (error) {
    throw error instanceof FileNotWritten ? new CannotGoOn(error.message) : error
  }
}

/** The first key of a cluster, where the file is not there yet: of several processes that start at once, one makes it. */
export const makeClusterKeys = (path: string, first: KeptKey): void => {
  const made = `${path}.${randomBytes(6).toString('hex')}`
  writeClusterKeys(made, [first])
  try {
    linkSync(made, path)
    syncDirectory(dirname(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(made)
  }
}

/** The keys of the file as it is at each call; a file that is gone or damaged meanwhile leaves those that were read last. */
export const followedKeptKeys = (path: string): (() => readonly KeptKey[]) => {
  let known: readonly KeptKey[] = []
  let readAt: string | undefined
  return () => {
    try {
      const { mtimeNs, ino } = statSync(path, { bigint: true })
      const version = `${mtimeNs}/${ino}`
      if (version === readAt) return known
      known = readClusterKeys(path) ?? known
      readAt = version
    } catch {
      // What was read serves on; a process that starts says what is wrong with the file.
    }
    return known
  }
}
