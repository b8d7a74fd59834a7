import { groupVersion } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import type { Entry } from '@periplus/projection'
import type { Sequence } from '@periplus/log'
import { bookmarkMetadata } from '../watch/bookmark.ts'
import type { ListMeta } from './list-bytes.ts'
import { objectIn, partialMetadata } from './representation.ts'

/** How much of the object a Table's rows carry. */
export type IncludeObject = 'None' | 'Metadata' | 'Object'

export interface Tabling {
  readonly version: 'v1' | 'v1beta1'
  readonly include: IncludeObject
  /** Milliseconds since the epoch: ages are counted from here. */
  readonly now: () => number
}

const definitionsOf = (kind: Kind): readonly object[] =>
  kind.columns.map(({ name, type, format, description, priority }) => ({
    name,
    type,
    format: format ?? '',
    description,
    priority,
  }))

const rowOf = (kind: Kind, object: KubernetesObject, { include, now }: Tabling): object => {
  const cells = kind.columns.map(column => column.of(object, now()))
  if (include === 'None') return { cells }
  return { cells, object: include === 'Object' ? object : partialMetadata(object) }
}

const table = (
  tabling: Tabling,
  metadata: object,
  definitions: readonly object[] | undefined,
  rows: readonly object[],
) => ({
  kind: 'Table',
  apiVersion: `meta.k8s.io/${tabling.version}`,
  metadata,
  ...(definitions ? { columnDefinitions: definitions } : {}),
  rows,
})

/** Objects as the rows that `kubectl get` prints. */
export const tableBytes = (
  kind: Kind,
  metadata: ListMeta,
  objects: readonly KubernetesObject[],
  tabling: Tabling,
): Uint8Array =>
  Buffer.from(
    JSON.stringify(
      table(
        tabling,
        metadata,
        definitionsOf(kind),
        objects.map(object => rowOf(kind, object, tabling)),
      ),
    ),
  )

/** One object of a watch as a Table of one row; only a watch's first frame names the columns, as in Kubernetes. */
export const tableFrame = (kind: Kind, entry: Entry, tabling: Tabling, first: boolean): Uint8Array =>
  Buffer.from(
    JSON.stringify(
      table(tabling, { resourceVersion: String(entry.sequence) }, first ? definitionsOf(kind) : undefined, [
        rowOf(kind, objectIn(kind, entry), tabling),
      ]),
    ),
  )

/** A bookmark as a Table: one row without content, whose object says where the watch is. */
export const tableBookmark = (kind: Kind, version: Sequence, ends: boolean, tabling: Tabling): Uint8Array =>
  Buffer.from(
    JSON.stringify(
      table(tabling, { resourceVersion: String(version) }, undefined, [
        {
          cells: kind.columns.map(() => null),
          object: {
            kind: kind.kind,
            apiVersion: groupVersion(kind),
            metadata: bookmarkMetadata(version, ends),
          },
        },
      ]),
    ),
  )
