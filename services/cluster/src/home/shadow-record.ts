import { appendFileSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isAbsent } from '@periplus/prelude'
import type { ShadowCounts, ShadowDifference } from '@periplus/replay'
import { readJson, writeJson } from './home.ts'
import type { Home } from './home.ts'

/** How far a shadow has come. */
export interface ShadowProgress {
  readonly roles: readonly string[]
  /** When it began, as RFC 3339 has it, and behind which sequence of the log. */
  readonly since: string
  readonly from: number
  readonly upTo: number
  readonly counts: ShadowCounts
  /** Differences that were counted and are not kept, as there were too many. */
  readonly notKept: number
}

const progressOf = (home: Home): string => join(home.shadow, 'progress.json')
const differencesOf = (home: Home): string => join(home.shadow, 'differences.jsonl')

/** Bytes of the differences that are kept: those that come first tell most. */
const most = 64 * 1024 * 1024

/** Where a shadow that begins writes what it finds, in the place of what one before it has found. */
export const shadowRecord = (home: Home, limit = most) => {
  for (const path of [progressOf(home), differencesOf(home)]) rmSync(path, { force: true })
  let [bytes, notKept] = [0, 0]
  return {
    tell: (difference: ShadowDifference): void => {
      const line = `${JSON.stringify(difference)}\n`
      if (bytes + line.length > limit) return void notKept++
      bytes += line.length
      appendFileSync(differencesOf(home), line, { mode: 0o600 })
    },
    comesTo: (progress: Omit<ShadowProgress, 'notKept'>): void =>
      writeJson(progressOf(home), { ...progress, notKept } satisfies ShadowProgress),
  }
}

const linesOf = (path: string): readonly string[] => {
  try {
    // The last one may be half written.
    return readFileSync(path, 'utf8').split('\n').slice(0, -1)
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

/** What the last shadow on this host has found; `undefined` where there was none. */
export const readShadow = (
  home: Home,
): { readonly progress: ShadowProgress; readonly differences: readonly ShadowDifference[] } | undefined => {
  const progress = readJson(progressOf(home), 'start the shadow anew') as ShadowProgress | undefined
  const differences = linesOf(differencesOf(home)).map(line => JSON.parse(line) as ShadowDifference)
  return progress && { progress, differences }
}
