import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Loss, LossReason } from '@periplus/log-stream'
import { writePrivately } from '@periplus/service'
import type { FileStart } from './file-starts.ts'
import { logStart } from './position.ts'
import type { LogPosition } from './position.ts'

/** How far a run's log is in the stream: the place in its files, and the number of the first line behind it. */
export interface Checkpoint {
  readonly position: LogPosition
  readonly number: number
  /** All that is not in the stream, from the run's beginning to here. */
  readonly losses: readonly Loss[]
  /** Files that were begun behind it. */
  readonly starts?: readonly FileStart[]
  /** The run is over, and all of it is in the stream. */
  readonly ended?: true
}

const harmless = new Set<unknown>(['ENOENT', 'ENOSPC', 'EDQUOT'])

/** Of a run of which nothing was sent. */
export const firstCheckpoint: Checkpoint = { position: logStart, number: 1, losses: [] }

const isCount = (value: unknown): value is number => typeof value === 'number' && value >= 0

const lossesOf = (value: unknown): readonly Loss[] =>
  Array.isArray(value)
    ? value.flatMap((each: Partial<Loss> | null) =>
        isCount(each?.lines) && isCount(each.bytes) && typeof each.reason === 'string'
          ? { reason: each.reason as LossReason, lines: each.lines, bytes: each.bytes }
          : [],
      )
    : []

const startsOf = (value: unknown): readonly FileStart[] =>
  Array.isArray(value)
    ? value.flatMap((each: Partial<FileStart> | null) =>
        isCount(each?.inode) && isCount(each.born) && isCount(each.number)
          ? { inode: each.inode, born: each.born, number: each.number }
          : [],
      )
    : []

/** Kept beside the container, so that the next agent goes on from there. `undefined` where nothing was ever sent. */
export const readCheckpoint = async (path: string): Promise<Checkpoint | undefined> => {
  try {
    const value = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
    const { inode, born, offset, changedAt, number, losses, starts, ended } = value
    if (![inode, born, offset, changedAt, number].every(isCount)) return firstCheckpoint
    return {
      position: { inode, born, offset, changedAt } as LogPosition,
      ...{ number: number as number, losses: lossesOf(losses), starts: startsOf(starts) },
      ...(ended === true ? { ended } : {}),
    }
  } catch (error) {
    // What is no checkpoint is none: all is sent again.
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? undefined : firstCheckpoint
  }
}

/**
 * Its directory goes with the pod: then there is nothing left to go on from, and nothing to write. On a full disk a later one takes
 * its place: at worst some lines are sent twice.
 */
export const writeCheckpoint = (path: string, { position, ...rest }: Checkpoint): void => {
  if (!existsSync(dirname(path))) return
  try {
    writePrivately(path, JSON.stringify({ ...position, ...rest }))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && harmless.has(error.code))) throw error
  }
}
