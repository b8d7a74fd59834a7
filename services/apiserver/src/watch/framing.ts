import { encodeProtobuf, PartialObjectMetadata, protobufMediaType } from '@periplus/api'
import type { Kind } from '@periplus/api'
import { Status as StatusSchema } from '@periplus/kinds'
import { showOne } from '../read/show.ts'
import { tableBookmark, tableFrame } from '../read/table.ts'
import type { Tabling } from '../read/table.ts'
import type { Accepted } from '../request/accept.ts'
import { bookmarkBytes, bookmarkObject } from './bookmark.ts'
import { jsonFrame } from './frame.ts'
import type { Framing } from './frame.ts'
import { messageFrame } from './message-frame.ts'

const metadataKind = { kind: 'PartialObjectMetadata', group: 'meta.k8s.io', version: 'v1' }

const json: Pick<Framing, 'contentType' | 'frame' | 'status'> = {
  contentType: 'application/json',
  frame: jsonFrame,
  status: status => Buffer.from(JSON.stringify(status)),
}
const protobuf: typeof json = {
  contentType: `${protobufMediaType};stream=watch`,
  frame: messageFrame,
  status: status => encodeProtobuf(StatusSchema, status),
}

/** How a watch shows its objects, from what the client accepts. */
export const framingOf = (kind: Kind, accepted: Accepted, tabling: Omit<Tabling, 'version'>): Framing => {
  const { encoding, form } = accepted
  const prefix = `${kind.group}/${kind.version}/${kind.resource} ${encoding}`
  if (form.tag === 'Table') {
    const asked: Tabling = { ...tabling, version: form.version }
    return {
      ...json,
      key: `${prefix} table ${form.version} ${tabling.include}`,
      object: (entry, first) => tableFrame(kind, entry, asked, first),
      bookmark: (version, ends) => tableBookmark(kind, version, ends, asked),
    }
  }
  const [shown, schema] = form.tag === 'PartialMetadata' ? [metadataKind, PartialObjectMetadata] : [kind, kind.schema]
  const inProtobuf = encoding === 'protobuf'
  return {
    ...(inProtobuf ? protobuf : json),
    key: form.tag === 'PartialMetadata' ? `${prefix} metadata ${form.version}` : prefix,
    object: entry => showOne(kind, entry, accepted, tabling),
    bookmark: (version, ends) =>
      inProtobuf ? encodeProtobuf(schema, bookmarkObject(shown, version, ends)) : bookmarkBytes(shown, version, ends),
  }
}
