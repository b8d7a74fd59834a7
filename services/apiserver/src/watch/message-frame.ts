import type { WatchType } from './frame.ts'

/** `type` of a `meta/v1` WatchEvent, its field 1. */
const typeField = (type: WatchType): Buffer => Buffer.concat([Buffer.from([0x0a, type.length]), Buffer.from(type)])

const types: Readonly<Record<WatchType, Buffer>> = {
  ADDED: typeField('ADDED'),
  MODIFIED: typeField('MODIFIED'),
  DELETED: typeField('DELETED'),
  BOOKMARK: typeField('BOOKMARK'),
  ERROR: typeField('ERROR'),
}

const varint = (value: number): readonly number[] => {
  const bytes: number[] = []
  let rest = value
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  return [...bytes, rest]
}

/**
 * A `meta/v1` WatchEvent behind its length in four bytes, the highest first. The object is a whole protobuf body, as the `raw` (1)
 * of a RawExtension (2).
 */
export const messageFrame = (type: WatchType, object: Uint8Array): Uint8Array => {
  const raw = [0x0a, ...varint(object.length)]
  const heading = Buffer.from([0x12, ...varint(raw.length + object.length), ...raw])
  const length = Buffer.allocUnsafe(4)
  length.writeUInt32BE(types[type].length + heading.length + object.length)
  return Buffer.concat([length, types[type], heading, object])
}
