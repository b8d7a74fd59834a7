import { encodeMessage, protobufEnvelope } from '@periplus/api'
import { ListMeta as ListMetaSchema } from '@periplus/kinds'
import type { ListMeta } from './list-bytes.ts'

/** Tag and length of a field: of a number below 16, as both of a list's are. */
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

/** One allocation, one copy of each item. */
const spliced = (
  kind: string,
  apiVersion: string,
  metadata: ListMeta,
  items: readonly Uint8Array[],
  numbers: Numbers,
): Uint8Array => {
  const meta = encodeMessage(ListMetaSchema, metadata)
  const about = Buffer.concat([heading(numbers.metadata, meta.length), meta])
  let size = about.length
  for (const item of items) size += 1 + lengthBytes(item.length) + item.length
  const { before, after } = protobufEnvelope(apiVersion, kind, size)
  const bytes = Buffer.allocUnsafe(before.length + size + after.length)
  let position = 0
  const put = (part: Uint8Array): void => {
    bytes.set(part, position)
    position += part.length
  }
  const tag = numbers.items * 8 + 2
  put(before)
  if (numbers.metadata < numbers.items) put(about)
  for (const item of items) {
    bytes[position++] = tag
    let rest = item.length
    while (rest > 0x7f) {
      bytes[position++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    bytes[position++] = rest
    put(item)
  }
  if (numbers.metadata > numbers.items) put(about)
  put(after)
  return bytes
}

/** A list put together from items that are messages already: every kind's list has its metadata in field 1 and its items in 2. */
export const listMessage = (
  kind: string,
  apiVersion: string,
  metadata: ListMeta,
  items: readonly Uint8Array[],
): Uint8Array => spliced(kind, apiVersion, metadata, items, { metadata: 1, items: 2 })

/** A list of PartialObjectMetadata, whose older version has the two the other way round. */
export const metadataListMessage = (
  version: 'v1' | 'v1beta1',
  metadata: ListMeta,
  items: readonly Uint8Array[],
): Uint8Array =>
  spliced(
    'PartialObjectMetadataList',
    `meta.k8s.io/${version}`,
    metadata,
    items,
    version === 'v1' ? { metadata: 1, items: 2 } : { metadata: 2, items: 1 },
  )
