import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { messageOf } from '@periplus/prelude'

const contentOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** What was named, renamed or linked in it is so on the disk when this returns. */
export const syncDirectory = (path: string): void => {
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

/** A file that stays as it was. The system's own words for a full disk name none. */
export class FileNotWritten extends Error {
  override readonly name = 'FileNotWritten'
  /** The system's, such as `ENOSPC`. */
  readonly code: string

  constructor(path: string, cause: unknown) {
    super(`${path} cannot be written: ${messageOf(cause)}`, { cause })
    this.code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  }
}

/**
 * Writes a file that only its owner can read, whole or not at all, and only where it says something else: a disk without room
 * doesn't stop what stays as it is, and never leaves an empty file in the place of a good one. Nothing is written through a link that
 * somebody has put where the new file is made. With `durable` it is on the disk when this returns, whatever becomes of the machine.
 * Throws `FileNotWritten`.
 */
export const writePrivately = (
  path: string,
  text: string | Uint8Array,
  { durable = false }: { readonly durable?: boolean } = {},
): void => {
  if (typeof text === 'string' && contentOf(path) === text) return
  const beside = `${path}.${process.pid}.new`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    // Of a process of the same id that was killed.
    rmSync(beside, { force: true })
    writeFileSync(beside, text, { mode: 0o600, flag: 'wx', flush: durable })
    renameSync(beside, path)
    if (durable) syncDirectory(dirname(path))
  } catch (error) {
    rmSync(beside, { force: true })
    throw new FileNotWritten(path, error)
  }
}

/**
 * The secret in the file; where there is none, or an empty one that a full disk left, a fresh one (128 bits, a letter first, so
 * that no configuration language takes it for a number).
 */
export const secretIn = (path: string): string => {
  const found = contentOf(path)?.trim()
  if (found) return found
  writePrivately(path, `p${randomBytes(16).toString('hex')}\n`)
  return readFileSync(path, 'utf8').trim()
}
