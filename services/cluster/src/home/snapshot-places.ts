import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Setting } from '@periplus/service'
import { isS3 } from './s3-place.ts'

/** Where snapshots of the log are. Those on NATS are always read. */
export interface SnapshotPlaces {
  /** `s3://bucket/prefix`; `undefined`: all are on NATS. */
  readonly s3: string | undefined
  readonly writtenTo: 'nats' | 's3'
}

const onNats = 'nats'

const parse = (value: string = onNats): Either<string, SnapshotPlaces> => {
  if (value === onNats) return E.right({ s3: undefined, writtenTo: 'nats' })
  const [first = '', then, ...more] = value.split(',')
  if (isS3(first) && (then === undefined || then === onNats) && more.length === 0)
    return E.right({ s3: first, writtenTo: 's3' })
  if (first === onNats && then !== undefined && isS3(then) && more.length === 0)
    return E.right({ s3: then, writtenTo: 'nats' })
  return E.left('must be nats, s3://bucket/prefix, or nats,s3://bucket/prefix')
}

/** The setting of where snapshots are taken to, and where earlier ones may be. */
export const snapshotPlaces = (name: Setting<SnapshotPlaces>['name'], doc: string): Setting<SnapshotPlaces> => ({
  name,
  doc,
  fallback: onNats,
  parse,
})
