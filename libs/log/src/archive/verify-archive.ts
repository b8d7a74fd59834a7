import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import type { BlobInfo, Blobs, BlobsUnavailable } from '../blobs/blobs.ts'
import { watermarkOf } from '../jetstream/watermark.ts'
import { archiveKey } from '../kept/log-marks.ts'
import { readMessages } from '../kept/message-file.ts'
import { snapshotsIn } from '../kept/snapshots.ts'
import { messageCheck } from '../verify/check-messages.ts'
import { linkOf, reaching, segmentsIn } from './segments.ts'

/** What `verifyArchive` has found. */
export interface ArchiveReport {
  readonly segments: number
  readonly states: number
  /** From this sequence on the archive reaches up to the log without a gap. */
  readonly from: number
  readonly messages: number
  readonly findings: readonly string[]
}

const whyDamaged = async (archive: Blobs, blob: BlobInfo, see: (sequence: number) => void): Promise<string[]> => {
  const wrong: string[] = []
  const check = messageCheck(Infinity)
  try {
    for await (const messages of readMessages(archive, blob))
      for (const message of messages) {
        see(message.sequence)
        for (const found of check.next(message)) wrong.push(`${blob.name}: ${found.sequence} ${found.wrong}`)
      }
  } catch (error) {
    wrong.push(messageOf(error))
  }
  return wrong
}

/**
 * Reads all of an archive: content against digests, each segment's seal against the one before it, the last one's against what the log's
 * stream says that it was, and whether the segments reach up to the log.
 */
export const verifyArchive = async (
  { jetstream }: Pick<Bus, 'jetstream'>,
  archive: Blobs,
  stream = 'OBJECTS',
): Promise<Either<BlobsUnavailable, ArchiveReport>> => {
  const state = await jetstream.state(stream)
  if (E.isLeft(state)) return E.left({ tag: 'Unavailable', message: state.left.message })
  const watermark = watermarkOf(state.right)
  const segments = await segmentsIn(archive)
  if (E.isLeft(segments)) return segments
  const states = await snapshotsIn(archive)
  if (E.isLeft(states)) return states
  const findings: string[] = []
  // What was before the first one may have been trimmed away.
  let [previous, messages] = [segments.right[0]?.previous ?? '', 0]
  for (const segment of segments.right) {
    const { blob, after, upTo } = segment
    if (segment.previous !== previous) findings.push(`${blob.name} is not sealed with what is before it`)
    previous = linkOf(segment)
    const outside = { count: 0 }
    const wrong = await whyDamaged(archive, blob, sequence => {
      messages++
      if (sequence <= after || sequence > upTo) outside.count++
    })
    findings.push(...wrong)
    if (outside.count > 0) findings.push(`${blob.name} has ${outside.count} messages that are not between its ends`)
  }
  for (const { blob } of states.right) findings.push(...(await whyDamaged(archive, blob, () => undefined)))
  const sealed = state.right.metadata[archiveKey]
  if (sealed && sealed !== previous) findings.push('the last segment is not the one that the log was compacted into')
  const reached = reaching(segments.right, watermark)
  if (sealed && reached.length === 0) findings.push(`no segment reaches up to ${watermark}, after which the log begins`)
  const from = (reached[0]?.after ?? watermark) + 1
  return E.right({ segments: segments.right.length, states: states.right.length, from, messages, findings })
}
