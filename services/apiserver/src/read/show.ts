import { encodeMessage, encodeProtobuf, groupVersion, inEnvelope, PartialObjectMetadata, toJson } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import type { Entry } from '@periplus/projection'
import type { Accepted, Encoding } from '../request/accept.ts'
import { listBytes } from './list-bytes.ts'
import type { ListMeta } from './list-bytes.ts'
import { listMessage, metadataListMessage } from './list-message.ts'
import { bytesIn, messageIn, metadataBytes, metadataMessage, objectIn, partialMetadata } from './representation.ts'
import { tableBytes } from './table.ts'
import type { Tabling } from './table.ts'

type Options = Omit<Tabling, 'version'>

const metadataKind = 'PartialObjectMetadata'

/** One object as it was asked for. */
export const showOne = (kind: Kind, entry: Entry, { encoding, form }: Accepted, tabling: Options): Uint8Array => {
  const protobuf = encoding === 'protobuf'
  switch (form.tag) {
    case 'Plain':
      return protobuf ? inEnvelope(groupVersion(kind), kind.kind, messageIn(kind, entry)) : bytesIn(kind, entry)
    case 'PartialMetadata':
      return protobuf
        ? inEnvelope(`meta.k8s.io/${form.version}`, metadataKind, metadataMessage(entry))
        : metadataBytes(entry)
    case 'Table':
      return tableBytes(kind, { resourceVersion: String(entry.sequence) }, [objectIn(kind, entry)], {
        ...tabling,
        version: form.version,
      })
  }
}

/** The same of an object that is in no cut, such as what a write answers; it is in the kind's own version already. */
export const showObject = (
  kind: Pick<Kind, 'columns' | 'schema'>,
  object: KubernetesObject,
  { encoding, form }: Accepted,
  tabling: Options,
): Uint8Array => {
  const protobuf = encoding === 'protobuf'
  switch (form.tag) {
    case 'Plain':
      return protobuf ? encodeProtobuf(kind.schema, object) : Buffer.from(toJson(object))
    case 'PartialMetadata': {
      const partial = partialMetadata(object)
      return protobuf ? encodeProtobuf(PartialObjectMetadata, partial) : Buffer.from(toJson(partial))
    }
    case 'Table': {
      const metadata = { resourceVersion: object.metadata?.resourceVersion ?? '' }
      return tableBytes(kind, metadata, [object], { ...tabling, version: form.version })
    }
  }
}

/** A collection as it was asked for. */
export const showList = (
  kind: Kind,
  metadata: ListMeta,
  entries: readonly Entry[],
  { encoding, form }: Accepted,
  tabling: Options,
): Uint8Array => {
  const protobuf = encoding === 'protobuf'
  switch (form.tag) {
    case 'Plain': {
      const [name, version] = [`${kind.kind}List`, groupVersion(kind)]
      return protobuf
        ? listMessage(
            name,
            version,
            metadata,
            entries.map(entry => messageIn(kind, entry)),
          )
        : listBytes(
            name,
            version,
            metadata,
            entries.map(entry => bytesIn(kind, entry)),
          )
    }
    case 'PartialMetadata':
      return protobuf
        ? metadataListMessage(form.version, metadata, entries.map(metadataMessage))
        : listBytes(`${metadataKind}List`, `meta.k8s.io/${form.version}`, metadata, entries.map(metadataBytes))
    case 'Table':
      return tableBytes(
        kind,
        metadata,
        entries.map(entry => objectIn(kind, entry)),
        { ...tabling, version: form.version },
      )
  }
}

/** A list of objects that are in no cut. */
export const showObjects = (
  kind: Kind,
  metadata: ListMeta,
  objects: readonly KubernetesObject[],
  encoding: Encoding,
): Uint8Array => {
  const [name, version] = [`${kind.kind}List`, groupVersion(kind)]
  return encoding === 'protobuf'
    ? listMessage(
        name,
        version,
        metadata,
        objects.map(object => encodeMessage(kind.schema, object)),
      )
    : listBytes(
        name,
        version,
        metadata,
        objects.map(object => Buffer.from(toJson(object))),
      )
}
