import type { StoredMessage } from '@periplus/bus'
import { DamagedBlob } from '../blobs/blobs.ts'
import type { Blobs } from '../blobs/blobs.ts'
import { readMessages } from '../kept/message-file.ts'
import type { FoundPart, InParts } from './segments.ts'

/** Whether whoever reads does without a kind's part: its past is not kept as far back any more. Asked where a part is missing or damaged. */
export type MayLack = (kind: string) => Promise<boolean>

/** Throws `DamagedBlob` where it is not the part that was listed. */
export const soundPart = ({ blob }: InParts, part: FoundPart): NonNullable<FoundPart['blob']> => {
  if (!part.blob) throw new DamagedBlob(`${blob.name} has no ${part.name} any more`)
  if (part.blob.digest === part.digest) return part.blob
  throw new DamagedBlob(`${part.name} is not what was written: its SHA-256 is not the one that ${blob.name} says`)
}

async function* ofPart(
  archive: Blobs,
  whole: InParts,
  part: FoundPart,
  mayLack: MayLack,
): AsyncGenerator<readonly StoredMessage[]> {
  try {
    yield* readMessages(archive, soundPart(whole, part))
  } catch (error) {
    // It may be taken away while it is read.
    if (!(error instanceof DamagedBlob) || !(await mayLack(part.kind))) throw error
  }
}

/** Messages are handed on in batches of as many, at least. */
const enough = 256

interface Head {
  readonly from: AsyncGenerator<readonly StoredMessage[]>
  batch: readonly StoredMessage[]
  at: number
}

const next = ({ batch, at }: Head): number => batch[at]?.sequence ?? Infinity

/** Fills it up where all of it was taken; a source that has no more is at infinity. */
const filled = async (head: Head): Promise<Head> => {
  while (head.at >= head.batch.length) {
    const more = await head.from.next()
    if (more.done) return head
    ;[head.batch, head.at] = [more.value, 0]
  }
  return head
}

/** Messages of several sources, each in the log's order, in that order. */
async function* inOrder(
  sources: readonly AsyncGenerator<readonly StoredMessage[]>[],
): AsyncGenerator<readonly StoredMessage[]> {
  const heads = await Promise.all(sources.map(from => filled({ from, batch: [], at: 0 })))
  let gathered: StoredMessage[] = []
  try {
    for (;;) {
      const [first, second] = heads.sort((a, b) => next(a) - next(b))
      if (!first || next(first) === Infinity) break
      const end = second ? next(second) : Infinity
      for (; next(first) < end && first.at < first.batch.length; first.at++)
        gathered.push(first.batch[first.at] as StoredMessage)
      await filled(first)
      if (gathered.length < enough) continue
      yield gathered
      gathered = []
    }
    if (gathered.length > 0) yield gathered
  } finally {
    for (const { from } of heads) await from.return(undefined)
  }
}

/** The messages of a segment or a state, in the log's order. Throws `DamagedBlob` where it is not what was written, at the latest after the last one. */
export async function* messagesOf(
  archive: Blobs,
  whole: InParts,
  mayLack: MayLack,
): AsyncGenerator<readonly StoredMessage[]> {
  if (whole.damage) throw whole.damage
  const sources = whole.parts.map(part => ofPart(archive, whole, part, mayLack))
  yield* sources.length === 1 ? (sources[0] as (typeof sources)[number]) : inOrder(sources)
}
