import { inTurns, sharedTurn } from '@periplus/prelude'
import { groupVersion } from '@periplus/api'
import type { Kind } from '@periplus/api'
import type { Entry } from '@periplus/projection'
import type { Accepted } from '../request/accept.ts'
import { opening } from './list-bytes.ts'
import type { ListMeta } from './list-bytes.ts'
import { listMessageParts, metadataMessageParts } from './list-message.ts'
import type { MessageParts } from './list-message.ts'
import { bytesIn, messageIn, metadataBytes, metadataMessage, objectIn } from './representation.ts'
import { tableParts } from './table.ts'
import type { Tabling } from './table.ts'

/** As many, or as much, are answered at once. */
const mostEntries = 200
const mostBytes = 512 * 1024

/** Written at once. */
const pieceBytes = 256 * 1024

/** Whether a list of these is better made in turns. */
export const isLong = (entries: readonly Entry[]): boolean => {
  if (entries.length > mostEntries) return true
  let size = 0
  for (const { bytes } of entries) size += bytes.length
  return size > mostBytes
}

interface Joined<A> {
  readonly head: Uint8Array
  readonly items: readonly A[]
  /** An item with what goes before it. */
  readonly partsOf: (item: A, position: number) => readonly Uint8Array[]
  readonly tail: Uint8Array
}

async function* joined<A>({ head, items, partsOf, tail }: Joined<A>): AsyncGenerator<Uint8Array> {
  let piece: Uint8Array[] = [head]
  let size = 0
  for (const [position, item] of items.entries()) {
    if (sharedTurn.isOver()) await sharedTurn.next()
    for (const part of partsOf(item, position)) {
      piece.push(part)
      size += part.length
    }
    if (size < pieceBytes) continue
    yield Buffer.concat(piece)
    piece = []
    size = 0
  }
  yield Buffer.concat([...piece, tail])
}

const comma = Buffer.from(',')

const ofJson = (
  head: string,
  entries: readonly Entry[],
  bytesOf: (entry: Entry) => Uint8Array,
  tail: string,
): AsyncIterable<Uint8Array> =>
  joined({
    head: Buffer.from(head),
    items: entries,
    partsOf: (entry, position) => (position === 0 ? [bytesOf(entry)] : [comma, bytesOf(entry)]),
    tail: Buffer.from(tail),
  })

const ofMessages = (
  { before, heading, after }: MessageParts,
  items: readonly Uint8Array[],
): AsyncIterable<Uint8Array> =>
  joined({ head: before, items, partsOf: item => [heading(item.length), item], tail: after })

/**
 * A collection as it was asked for, like `showList`: its bytes are made while they are written. Messages are made before, as the
 * first of their bytes say how many follow.
 */
export const longList = async (
  kind: Kind,
  metadata: ListMeta,
  entries: readonly Entry[],
  { encoding, form }: Accepted,
  tabling: Omit<Tabling, 'version'>,
): Promise<AsyncIterable<Uint8Array>> => {
  const protobuf = encoding === 'protobuf'
  switch (form.tag) {
    case 'Plain': {
      const [name, version] = [`${kind.kind}List`, groupVersion(kind)]
      if (!protobuf) return ofJson(opening(name, version, metadata), entries, entry => bytesIn(kind, entry), ']}\n')
      const items = await inTurns(entries, entry => messageIn(kind, entry))
      return ofMessages(listMessageParts(name, version, metadata, items), items)
    }
    case 'PartialMetadata': {
      const version = `meta.k8s.io/${form.version}`
      if (!protobuf)
        return ofJson(opening('PartialObjectMetadataList', version, metadata), entries, metadataBytes, ']}\n')
      const items = await inTurns(entries, metadataMessage)
      return ofMessages(metadataMessageParts(form.version, metadata, items), items)
    }
    case 'Table': {
      const { head, row, tail } = tableParts(kind, metadata, { ...tabling, version: form.version })
      return ofJson(head, entries, entry => row(objectIn(kind, entry)), tail)
    }
  }
}
