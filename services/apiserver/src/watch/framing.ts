import type { Kind } from '@periplus/api'
import type { Form } from '../request/accept.ts'
import { bytesIn, metadataBytes } from '../read/representation.ts'
import { tableBookmark, tableFrame } from '../read/table.ts'
import type { Tabling } from '../read/table.ts'
import { bookmarkBytes } from './bookmark.ts'
import type { Framing } from './frame.ts'

/** How a watch shows its objects, from what the client accepts. */
export const framingOf = (kind: Kind, form: Form, tabling: Omit<Tabling, 'version'>): Framing => {
  const prefix = `${kind.group}/${kind.version}/${kind.resource}`
  switch (form.tag) {
    case 'Plain':
      return {
        key: `${prefix} plain`,
        object: entry => bytesIn(kind, entry),
        bookmark: (version, ends) => bookmarkBytes(kind, version, ends),
      }
    case 'PartialMetadata':
      return {
        key: `${prefix} metadata`,
        object: entry => metadataBytes(entry),
        bookmark: (version, ends) =>
          bookmarkBytes({ kind: 'PartialObjectMetadata', group: 'meta.k8s.io', version: 'v1' }, version, ends),
      }
    case 'Table': {
      const asked: Tabling = { ...tabling, version: form.version }
      return {
        key: `${prefix} table ${form.version} ${tabling.include}`,
        object: (entry, first) => tableFrame(kind, entry, asked, first),
        bookmark: (version, ends) => tableBookmark(kind, version, ends, asked),
      }
    }
  }
}
