import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { budgetOf } from './budget.ts'
import { diskBuffer, unlessAbsent } from './disk-buffer.ts'
import type { DiskBuffer } from './disk-buffer.ts'

/** The buffers of all sinks of a router, below one directory. */
export interface SinkBuffers {
  /** A sink's; `after`: all up to this position was delivered. */
  open(uid: string, after: number): Promise<DiskBuffer>
  /** The sink is gone for good. */
  forget(uid: string): Promise<void>
  /** Forgets all sinks but these: some went while no router ran. */
  keepOnly(uids: Iterable<string>): Promise<void>
  readonly bytes: number
  /** Milliseconds for which a batch waits for its sink before the stream is asked whether it may wait longer. */
  readonly patience: number
}

export interface SinkBuffersOptions {
  readonly directory: string
  /** This life of the router. */
  readonly writer: string
  /** Whether the disk may take more. */
  readonly hasRoom: () => boolean
  /** Default 5,000. */
  readonly patience?: number
  /** Of one sink. Default 256 MiB. */
  readonly mostBytes?: number
  /** Of all sinks together. Default 1 GiB. */
  readonly mostOfAll?: number
}

const mebibyte = 2 ** 20

export const sinkBuffers = (options: SinkBuffersOptions): SinkBuffers => {
  const {
    directory,
    writer,
    hasRoom,
    patience = 5_000,
    mostBytes = 256 * mebibyte,
    mostOfAll = 1024 * mebibyte,
  } = options
  const budget = budgetOf(mostOfAll)
  const nameOf = (uid: string): string => uid.replace(/[^A-Za-z0-9-]/g, '_')
  const pathOf = (uid: string): string => join(directory, nameOf(uid))
  const removed = (path: string): Promise<void> => rm(path, { recursive: true, force: true })
  return {
    patience,
    open: (uid, after) => diskBuffer(pathOf(uid), after, { mostBytes, budget, hasRoom, writer }),
    forget: uid => removed(pathOf(uid)),
    keepOnly: async uids => {
      const kept = new Set([...uids].map(nameOf))
      const names = await readdir(directory).catch(unlessAbsent([]))
      for (const name of names.filter(each => !kept.has(each))) await removed(join(directory, name))
    },
    get bytes() {
      return budget.used
    },
  }
}
