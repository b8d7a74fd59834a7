import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { StoredMessage } from '@periplus/bus'
import { DamagedBlob } from '../blobs/blobs.ts'
import type { BlobInfo, Blobs, BlobsUnavailable } from '../blobs/blobs.ts'
import { subjectOf } from '../encoding/subject.ts'
import type { Sequence } from '../event.ts'
import { everyKind } from '../horizons.ts'
import { writeMessages } from '../kept/message-file.ts'
import { channel } from './channel.ts'
import type { Channel } from './channel.ts'

/** What a segment or a state has of one kind, or of all that have no part of their own. */
export interface Part {
  /** As `Horizons` names it; `everyKind`: of all others. */
  readonly kind: string
  /** Of its blob. */
  readonly name: string
  readonly digest: string
  readonly messages: number
}

/** What lies in parts: JSON, the content of the blob that is sealed, so that a part may go and its seal still holds. */
export interface PartsList {
  readonly format: 2
  /** Milliseconds since the epoch: when its last message was stored; 0 where there is none. */
  readonly until: number
  /** Those that have messages. */
  readonly parts: readonly Part[]
}

const prefix = 'part-'

/** Kinds have lower case, and those without a group no dash. */
const partName = (whole: string, kind: string): string => `${prefix}${whole}-${kind === everyKind ? 'OTHERS' : kind}`

export const isPart = ({ name }: BlobInfo): boolean => name.startsWith(prefix)

/** What the blob is called that a part is of, and the sequence that it goes up to. */
export const wholeOfPart = ({ name }: BlobInfo): { readonly name: string; readonly upTo: Sequence } => {
  const [, whole = '', upTo = '0'] = /^part-((?:segment-\d{16}|state)-(\d{16}))-/.exec(name) ?? []
  return { name: whole, upTo: Number(upTo) }
}

/** Throws `DamagedBlob`. */
export const partsListIn = (blob: BlobInfo, content: Uint8Array): PartsList => {
  try {
    const list = JSON.parse(Buffer.from(content).toString()) as Partial<PartsList>
    if (list.format === 2 && Array.isArray(list.parts)) return list as PartsList
  } catch {
    // Then it is none.
  }
  throw new DamagedBlob(`${blob.name} is not what was written: it does not say what its parts are`)
}

/** Which of the kinds' parts messages belong to, by their subjects. */
export const kindOfMessages = (kinds: readonly string[]): ((message: Pick<StoredMessage, 'subject'>) => string) => {
  const named = kinds.filter(kind => kind !== everyKind)
  const starts = named.map(kind => {
    const [resource = '', ...group] = kind.split('.')
    const subject = subjectOf({ group: group.join('.'), resource, namespace: '', name: '' })
    return { kind, start: subject.slice(0, subject.lastIndexOf('.-.') + 1) }
  })
  return ({ subject }) => starts.find(({ start }) => subject.startsWith(start))?.kind ?? everyKind
}

interface Begun {
  readonly kind: string
  readonly to: Channel<readonly StoredMessage[]>
  readonly written: Promise<Either<BlobsUnavailable, BlobInfo>>
  messages: number
}

/**
 * Writes messages, which come in the log's order, in parts, and then the list of them under `name`, as what has that name is whole only with all of
 * its parts. `kinds`: those that get parts of their own.
 */
export const writeParts = async (
  archive: Blobs,
  name: string,
  messages: AsyncIterable<readonly StoredMessage[]>,
  kinds: readonly string[],
  facts: Readonly<Record<string, string>>,
): Promise<Either<BlobsUnavailable, BlobInfo>> => {
  const begun = new Map<string, Begun>()
  const kindOfMessage = kindOfMessages(kinds)
  let until = 0
  const begin = (kind: string): Begun => {
    const to = channel<readonly StoredMessage[]>()
    const written = writeMessages(archive, partName(name, kind), to.values())
    // Whoever fails is not waited for; why is told at the end.
    written.then(to.close, to.close)
    const one = { kind, to, written, messages: 0 }
    begun.set(kind, one)
    return one
  }
  const give = async (kind: string, some: readonly StoredMessage[]): Promise<void> => {
    const one = begun.get(kind) ?? begin(kind)
    one.messages += some.length
    await one.to.give(some)
  }
  try {
    for await (const batch of messages) {
      until = batch.at(-1)?.time ?? until
      for (const [kind, some] of byKind(batch, kindOfMessage)) await give(kind, some)
    }
    for (const { to } of begun.values()) to.end()
  } catch (error) {
    for (const { to } of begun.values()) to.fail(error)
    await Promise.allSettled([...begun.values()].map(({ written }) => written))
    throw error
  }
  const parts = await Promise.all(
    [...begun.values()].map(async ({ kind, written, messages: count }) =>
      E.map(({ name: part, digest }: BlobInfo): Part => ({ kind, name: part, digest, messages: count }))(await written),
    ),
  )
  const all = E.sequenceArray(parts)
  if (E.isLeft(all)) return all
  const list: PartsList = { format: 2, until, parts: all.right }
  return archive.write(name, once(Buffer.from(JSON.stringify(list))), () => ({ ...facts, format: '2' }))
}

const byKind = (
  messages: readonly StoredMessage[],
  kindOfMessage: (message: StoredMessage) => string,
): ReadonlyMap<string, readonly StoredMessage[]> => {
  const found = new Map<string, StoredMessage[]>()
  for (const message of messages) {
    const kind = kindOfMessage(message)
    const some = found.get(kind)
    if (some) some.push(message)
    else found.set(kind, [message])
  }
  return found
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content
}

/** The list that a blob's content is; left where it cannot be had, or is not what was written. */
export const readPartsList = async (
  archive: Blobs,
  blob: BlobInfo,
): Promise<Either<DamagedBlob | BlobsUnavailable, PartsList>> => {
  try {
    const chunks: Uint8Array[] = []
    for await (const chunk of archive.read(blob)) chunks.push(chunk)
    return E.right(partsListIn(blob, Buffer.concat(chunks)))
  } catch (error) {
    return E.left(error instanceof DamagedBlob ? error : { tag: 'Unavailable', message: messageOf(error) })
  }
}
