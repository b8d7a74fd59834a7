import { encodeMessage, protobufEnvelope } from '@periplus/api'
import { ListMeta as ListMetaSchema } from '@periplus/kinds'
import type { ListMeta } from './list-bytes.ts'

/** Tag and length of a field, of a number below 16, as both of a list's are. */
const heading = (number: number, length: number): Buffer => {
  const bytes = [number * 8 + 2]
  let rest = length
  while (rest > 0x7f) {
    bytes.push((rest % 128) | 0x80)
    rest = Math.floor(rest / 128)
  }
  return Buffer.from([...bytes, rest])
}

/** How many bytes the length of a field's content takes. */
const lengthBytes = (length: number): number => {
  let bytes = 1
  for (let rest = length; rest > 0x7f; rest = Math.floor(rest / 128)) bytes++
  return bytes
}

interface Numbers {
  readonly metadata: number
  readonly items: number
}

/** What stands before, between and behind the items of a list's message. */
export interface MessageParts {
  readonly before: Uint8Array
  /** Before an item of so many bytes. */
  readonly heading: (length: number) => Uint8Array
  readonly after: Uint8Array
}

const partsOf = (
  kind: string,
  apiVersion: string,
  metadata: ListMeta,
  items: readonly Uint8Array[],
  numbers: Numbers,
): MessageParts => {
  const meta = encodeMessage(ListMetaSchema, metadata)
  const about = Buffer.concat([heading(numbers.metadata, meta.length), meta])
  let size = about.length
  for (const item of items) size += 1 + lengthBytes(item.length) + item.length
  const { before, after } = protobufEnvelope(apiVersion, kind, size)
  const isFirst = numbers.metadata < numbers.items
  return {
    before: isFirst ? Buffer.concat([before, about]) : before,
    heading: length => heading(numbers.items, length),
    after: isFirst ? after : Buffer.concat([about, after]),
  }
}

const spliced = ({ before, heading: headed, after }: MessageParts, items: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat([before, ...items.flatMap(item => [headed(item.length), item]), after])

/** Every kind's list has its metadata in field 1 and its items in 2. */
export const listMessageParts = (
  kind: string,
  apiVersion: string,
  metadata: ListMeta,
  items: readonly Uint8Array[],
): MessageParts => partsOf(kind, apiVersion, metadata, items, { metadata: 1, items: 2 })

/** A list of PartialObjectMetadata, whose older version has the two the other way round. */
export const metadataMessageParts = (
  version: 'v1' | 'v1beta1',
  metadata: ListMeta,
  items: readonly Uint8Array[],
): MessageParts =>
  partsOf(
    'PartialObjectMetadataList',
    `meta.k8s.io/${version}`,
    metadata,
    items,
    version === 'v1' ? { metadata: 1, items: 2 } : { metadata: 2, items: 1 },
  )

/** A list put together from items that are messages already. */
export const listMessage = (
  kind: string,
  apiVersion: string,
  metadata: ListMeta,
  items: readonly Uint8Array[],
): Uint8Array => spliced(listMessageParts(kind, apiVersion, metadata, items), items)

/** The same of metadata. */
export const metadataListMessage = (
  version: 'v1' | 'v1beta1',
  metadata: ListMeta,
  items: readonly Uint8Array[],
): Uint8Array => spliced(metadataMessageParts(version, metadata, items), items)
