import { groupVersion, toJson } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import type { Entry } from '@periplus/projection'
import type { Form } from '../request/accept.ts'
import { listBytes } from './list-bytes.ts'
import type { ListMeta } from './list-bytes.ts'
import { bytesIn, metadataBytes, objectIn, partialMetadata } from './representation.ts'
import { tableBytes } from './table.ts'
import type { Tabling } from './table.ts'

type Options = Omit<Tabling, 'version'>

/** One object in the form that was asked for. */
export const showOne = (kind: Kind, entry: Entry, form: Form, tabling: Options): Uint8Array => {
  switch (form.tag) {
    case 'Plain':
      return bytesIn(kind, entry)
    case 'PartialMetadata':
      return metadataBytes(entry)
    case 'Table':
      return tableBytes(kind, { resourceVersion: String(entry.sequence) }, [objectIn(kind, entry)], {
        ...tabling,
        version: form.version,
      })
  }
}

/** The same of an object that is in no cut, such as what a write answers; it is in the kind's own version already. */
export const showObject = (
  kind: Pick<Kind, 'columns'>,
  object: KubernetesObject,
  form: Form,
  tabling: Options,
): Uint8Array => {
  switch (form.tag) {
    case 'Plain':
      return Buffer.from(toJson(object))
    case 'PartialMetadata':
      return Buffer.from(toJson(partialMetadata(object)))
    case 'Table': {
      const metadata = { resourceVersion: object.metadata?.resourceVersion ?? '' }
      return tableBytes(kind, metadata, [object], { ...tabling, version: form.version })
    }
  }
}

/** A collection in the form that was asked for. */
export const showList = (
  kind: Kind,
  metadata: ListMeta,
  entries: readonly Entry[],
  form: Form,
  tabling: Options,
): Uint8Array => {
  switch (form.tag) {
    case 'Plain':
      return listBytes(
        `${kind.kind}List`,
        groupVersion(kind),
        metadata,
        entries.map(entry => bytesIn(kind, entry)),
      )
    case 'PartialMetadata':
      return listBytes('PartialObjectMetadataList', `meta.k8s.io/${form.version}`, metadata, entries.map(metadataBytes))
    case 'Table':
      return tableBytes(
        kind,
        metadata,
        entries.map(entry => objectIn(kind, entry)),
        { ...tabling, version: form.version },
      )
  }
}
