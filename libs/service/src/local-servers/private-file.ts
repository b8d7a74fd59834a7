import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const contentOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/**
 * Writes a file that only its owner can read, whole or not at all, and only where it says something else: a disk without room
 * doesn't stop what stays as it is, and never leaves an empty file in the place of a good one.
 */
export const writePrivately = (path: string, text: string | Uint8Array): void => {
  if (typeof text === 'string' && contentOf(path) === text) return
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const beside = `${path}.${process.pid}.new`
  try {
    writeFileSync(beside, text, { mode: 0o600 })
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
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
