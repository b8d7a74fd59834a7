import type { Bus, BusRefusal, StreamState } from '@periplus/bus'
import type { Either } from '@periplus/prelude'
import { logSubjects, logsStream } from '../subject.ts'

/** How much the stream keeps. */
export interface LogStreamOptions {
  /** Bytes over which the oldest lines go. Default 1 GiB. */
  readonly mostBytes?: number
  /** Default 1. */
  readonly replicas?: 1 | 3
}

const mebibyte = 2 ** 20

/** The stream of containers' lines, made where there is none. */
export const ensureLogStream = (
  { jetstream }: Bus,
  { mostBytes = 1024 * mebibyte, replicas = 1 }: LogStreamOptions = {},
): Promise<Either<BusRefusal, StreamState>> =>
  jetstream.ensure({
    name: logsStream,
    subjects: [logSubjects],
    replicas,
    maxAgeMilliseconds: 0,
    maxBytes: mostBytes,
    duplicateWindowMilliseconds: 120_000,
    rollup: false,
    denyDelete: false,
    durability: 'eventual',
  })
