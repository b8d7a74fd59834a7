import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E, systemClock } from '@periplus/prelude'
import { memoryLogStream } from '@periplus/log-stream'
import type { LogBatch, LogRecord, LogStream } from '@periplus/log-stream'
import { hollowRuntime } from '@periplus/runtime'
import type { ContainerState } from '@periplus/runtime'
import { unlimitedPace } from '../../src/logs/log-pace.ts'
import { compressRotated, rotate } from '../../src/logs/rotate.ts'
import { shipRun } from '../../src/logs/ship-run.ts'
import type { RunShipping } from '../../src/logs/ship-run.ts'

/** A log file of its own in a directory, and what sends it to a stream. */
export interface ShippedLog {
  readonly directory: string
  readonly path: string
  readonly stream: LogStream
  /** Sends until the run is said to be over, or until `kill`. */
  ship(more?: Partial<RunShipping>): { readonly done: Promise<void>; kill(): void }
  /** Says that the run is over. */
  end(): void
  /** The stream's server is said to have gone. */
  gone(): void
  /** As the node rotates a log, whose writer opens its file for every write. */
  rotate(mostFiles?: number): Promise<void>
  lines(): Promise<readonly string[]>
  batches(): Promise<readonly LogBatch[]>
  close(): Promise<void>
}

export const run = { node: 'n', namespace: 'default', pod: 'p', podUid: 'u', container: 'c', restart: 0 }

export const textOf = ({ bytes }: LogRecord): string => Buffer.from(bytes).toString('latin1')

export const shippedLog = async (stream: LogStream = memoryLogStream()): Promise<ShippedLog> => {
  const directory = await mkdtemp(join(tmpdir(), 'periplus-shipped-'))
  const path = join(directory, '0.log')
  const listeners = new Set<() => void>()
  let over = false
  const runtime = { ...hollowRuntime({ clock: systemClock, nodeName: 'n' }), reopenLog: async () => E.right(undefined) }
  const batches = async (): Promise<readonly LogBatch[]> => {
    const read: LogBatch[] = []
    for await (const batch of stream.read({})) read.push(batch)
    return read
  }
  return {
    ...{ directory, path, stream, batches },
    ship: (more = {}) => {
      const killed = new AbortController()
      const destination = {
        stream,
        onGone: (listener: () => void) => {
          listeners.add(listener)
          return () => void listeners.delete(listener)
        },
      }
      const done = shipRun({
        ...{ run, path, destination, clock: systemClock, signal: killed.signal, pace: unlimitedPace },
        checkpoint: join(directory, 'checkpoint'),
        ended: () => over,
        isShort: () => false,
        objectSequence: () => 1,
        rule: () => undefined,
        settled: () => undefined,
        rejected: () => undefined,
        ...more,
      })
      return { done, kill: () => killed.abort() }
    },
    end: () => {
      over = true
    },
    gone: () => [...listeners].forEach(listener => listener()),
    rotate: async (mostFiles = 5) => {
      await rotate({ runtime, clock: systemClock, mostFiles }, { id: 'c', logPath: path } as ContainerState)
      await compressRotated(path)
    },
    lines: async () => (await batches()).flatMap(({ records }) => records.map(textOf)),
    close: () => rm(directory, { recursive: true }),
  }
}
