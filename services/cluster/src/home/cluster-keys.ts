import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { isAbsent, keyBytes } from '@periplus/prelude'
import type { ClusterKey, ClusterKeys } from '@periplus/log'
import { FileNotWritten, syncDirectory, writePrivately } from '@periplus/service'
import { CannotGoOn } from './say.ts'

interface KeysFile {
  readonly keys: readonly { readonly id: string; readonly key: string }[]
}

const damaged = (path: string): CannotGoOn =>
  new CannotGoOn(`${path} is damaged: put the file back as it was, for what is sealed is not to be read without it`)

const keysIn = (path: string, text: string): readonly ClusterKey[] => {
  let file: Partial<KeysFile>
  try {
    file = JSON.parse(text) as Partial<KeysFile>
  } catch {
    throw damaged(path)
  }
  const keys = (file.keys ?? []).map(({ id, key }) => ({ id, key: Buffer.from(key, 'base64') }))
  if (keys.length === 0 || keys.some(({ id, key }) => id === '' || key.length !== keyBytes)) throw damaged(path)
  return keys
}

/** The keys of the file, the newest first; `undefined` where there is none. Throws `CannotGoOn` for one that cannot be used. */
export const readClusterKeys = (path: string): readonly ClusterKey[] | undefined => {
  try {
    return keysIn(path, readFileSync(path, 'utf8'))
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error instanceof CannotGoOn ? error : new CannotGoOn(`${path} cannot be read: ${String(error)}`)
  }
}

export const newClusterKey = (): ClusterKey => ({ id: randomBytes(4).toString('hex'), key: randomBytes(keyBytes) })

/** Whole or not at all, mode 0600, and on the disk before anything is sealed with them. */
export const writeClusterKeys = (path: string, keys: readonly ClusterKey[]): void => {
  const file: KeysFile = { keys: keys.map(({ id, key }) => ({ id, key: key.toString('base64') })) }
  try {
    writePrivately(path, `${JSON.stringify(file, null, 2)}\n`, { durable: true })
  } catch (error) {
    throw error instanceof FileNotWritten ? new CannotGoOn(error.message) : error
  }
}

/** The first key of a cluster, where the file is not there yet: of several processes that start at once, one makes it. */
export const makeClusterKeys = (path: string): void => {
  const made = `${path}.${randomBytes(6).toString('hex')}`
  writeClusterKeys(made, [newClusterKey()])
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
export const followedClusterKeys = (path: string): ClusterKeys => {
  let known: readonly ClusterKey[] = []
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
