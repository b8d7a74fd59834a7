import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { keptOutputs, namesOf, rotatedPath } from './rotated-files.ts'
import { withWritersHeld } from './writers-held.ts'

/** An output file that grew over this many bytes begins anew. */
export const outputLimit = 100 * 1024 * 1024

const chunkBytes = 64 * 1024

export interface Rotation {
  /** In milliseconds since the epoch. */
  readonly now?: number
  /** How files are copied. */
  readonly copy?: (from: string, to: string) => void
}

/** What was written to a file while it was copied, behind the copy. */
const copyRest = (descriptor: number, copy: string): void => {
  const into = openSync(copy, 'a')
  try {
    const buffer = Buffer.alloc(chunkBytes)
    for (let at = fstatSync(into).size; ;) {
      const read = readSync(descriptor, buffer, 0, buffer.length, at)
      if (read === 0) return
      at += writeSync(into, buffer, 0, read)
    }
  } finally {
    closeSync(into)
  }
}

/** Makes each file of what was before one older, and a new one the newest. */
const moveUp = (path: string, newest: string): void => {
  for (const name of namesOf(path, keptOutputs)) rmSync(name, { force: true })
  for (let age = keptOutputs - 1; age > 0; age--) {
    const older = namesOf(path, age + 1)
    for (const [i, name] of namesOf(path, age).entries()) if (existsSync(name)) renameSync(name, older[i] as string)
  }
  renameSync(newest, rotatedPath(path, 1))
}

const removeOldest = (path: string): boolean => {
  for (let age = keptOutputs; age > 0; age--) {
    const oldest = namesOf(path, age).filter(name => existsSync(name))
    for (const name of oldest) rmSync(name)
    if (oldest.length > 0) return true
  }
  return false
}

/** When an output is said to have ended that ends now: each of its files has a time of its own. */
const endOf = (path: string, now: number): number => {
  const before = statSync(rotatedPath(path, 1), { throwIfNoEntry: false })?.mtimeMs ?? -Infinity
  return Math.max(Math.round(now), Math.round(before) + 1)
}

/**
 * Begins an output anew, with what was in it in `<path>.1`, also while processes append to it: nothing of it is lost, as these are held
 * for the moment in which the rest of it is copied. Where the disk has no room for the copy, the oldest files make some, and where there are none,
 * what was in it is gone.
 */
export const rotateFile = (path: string, { now = Date.now(), copy = copyFileSync }: Rotation = {}): void => {
  const next = `${path}.next`
  const descriptor = openSync(path, 'r+')
  const copied = (): boolean => {
    try {
      copy(path, next)
      copyRest(descriptor, next)
      withWritersHeld(path, () => {
        copyRest(descriptor, next)
        // Readers know it by its time, which stays what it is now.
        const end = new Date(endOf(path, now))
        utimesSync(next, end, end)
        moveUp(path, next)
        ftruncateSync(descriptor)
      })
      return true
    } catch {
      // A part of it would keep the room that is lacking.
      rmSync(next, { force: true })
      return false
    }
  }
  try {
    while (!copied()) if (!removeOldest(path)) return ftruncateSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Keeps an output file and those before it within a limit each. Returns whether it began anew. */
export const boundFile = (path: string, limit = outputLimit, rotation: Rotation = {}): boolean => {
  const size = sizeOfOutput(path)
  if (size === undefined || size <= limit) return false
  rotateFile(path, rotation)
  return true
}

/** `undefined` where there is none. */
export const sizeOfOutput = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.size
