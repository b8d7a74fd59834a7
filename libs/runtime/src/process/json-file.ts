import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** Writes a file for its owner alone, whole or not at all: where there is no room, what was there stays, and nothing else. Throws. */
export const writeJson = (path: string, value: unknown): void => {
  const beside = `${path}.new`
  try {
    writeFileSync(beside, JSON.stringify(value), { mode: 0o600 })
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

/** What such a file says; `undefined` where there is none, and where a machine that lost its power has left no JSON in it. */
export const readJson = <A>(path: string): A | undefined => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as A
  } catch {
    return undefined
  }
}
