import { groupVersion, tableOf, tableRow, toJson } from '@periplus/api'
import type { IncludeObject, Kind, KubernetesObject } from '@periplus/api'
import type { Entry } from '@periplus/projection'
import type { Sequence } from '@periplus/log'
import { bookmarkMetadata } from '../watch/bookmark.ts'
import type { ListMeta } from './list-bytes.ts'
import { objectIn } from './representation.ts'

export interface Tabling {
  readonly version: 'v1' | 'v1beta1'
  readonly include: IncludeObject
  /** Milliseconds since the epoch: ages are counted from here. */
  readonly now: () => number
}

const optionsOf = ({ version, include, now }: Tabling, metadata: object) => ({
  now: now(),
  includeObject: include,
  version,
  metadata: { ...metadata },
})

/** Objects as the rows that `kubectl get` prints. */
export const tableBytes = (
  kind: Pick<Kind, 'columns'>,
  metadata: ListMeta,
  objects: readonly KubernetesObject[],
  tabling: Tabling,
): Uint8Array => Buffer.from(toJson(tableOf(kind, objects, optionsOf(tabling, metadata))))

/** The bytes around the rows of such a table, and one row's: for those that are long. */
export const tableParts = (kind: Pick<Kind, 'columns'>, metadata: ListMeta, tabling: Tabling) => {
  const options = optionsOf(tabling, metadata)
  const closing = ']}'
  return {
    head: toJson(tableOf(kind, [], options)).slice(0, -closing.length),
    row: (object: KubernetesObject): Uint8Array => Buffer.from(toJson(tableRow(kind, object, options))),
    tail: closing,
  }
}

/** One object of a watch as a Table of one row; only a watch's first frame names the columns, as in Kubernetes. */
export const tableFrame = (kind: Kind, entry: Entry, tabling: Tabling, first: boolean): Uint8Array => {
  const options = optionsOf(tabling, { resourceVersion: String(entry.sequence) })
  return Buffer.from(toJson(tableOf(kind, [objectIn(kind, entry)], { ...options, noHeaders: !first })))
}

/** A bookmark as a Table: one row without content, whose object says where the watch is. */
export const tableBookmark = (kind: Kind, version: Sequence, ends: boolean, tabling: Tabling): Uint8Array => {
  const options = optionsOf(tabling, { resourceVersion: String(version) })
  const object = { kind: kind.kind, apiVersion: groupVersion(kind), metadata: bookmarkMetadata(version, ends) }
  return Buffer.from(
    toJson({
      ...tableOf(kind, [], { ...options, noHeaders: true }),
      rows: [{ cells: kind.columns.map(() => null), object }],
    }),
  )
}
