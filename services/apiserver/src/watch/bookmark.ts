import { groupVersion } from '@periplus/api'
import type { Kind } from '@periplus/api'
import type { Sequence } from '@periplus/log'

/** Marks the bookmark that ends the initial events of a watch-list. */
export const initialEventsEnd = { 'k8s.io/initial-events-end': 'true' } as const

export const bookmarkMetadata = (version: Sequence, ends: boolean): object => ({
  resourceVersion: String(version),
  ...(ends ? { annotations: initialEventsEnd } : {}),
})

type Named = Pick<Kind, 'kind' | 'group' | 'version'>

/** An object of the watched kind that has nothing but a version: the watch is complete up to there. */
export const bookmarkObject = (kind: Named, version: Sequence, ends: boolean) => ({
  kind: kind.kind,
  apiVersion: groupVersion(kind),
  metadata: bookmarkMetadata(version, ends),
})

export const bookmarkBytes = (kind: Named, version: Sequence, ends: boolean): Uint8Array =>
  Buffer.from(JSON.stringify(bookmarkObject(kind, version, ends)))
