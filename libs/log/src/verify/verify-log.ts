import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus, BusRefusal, StreamState } from '@periplus/bus'
import { objectSubjects } from '../encoding/subject.ts'
import { watermarkOf } from '../jetstream/watermark.ts'
import { messageCheck } from './check-messages.ts'
import { acceptedIn } from './gaps.ts'
import type { Counts, Finding } from './check-messages.ts'

/** What `verifyLog` has found. */
export interface LogReport {
  readonly counts: Counts
  readonly findings: readonly Finding[]
}

/** What the stream says of itself against what was read of it. Nothing was written or replaced in between where both states are one. */
const streamFindings = (before: StreamState, after: StreamState, counts: Counts): readonly Finding[] => {
  const at = (sequence: number, wrong: string): Finding => ({ sequence, subject: objectSubjects, wrong })
  const findings: Finding[] = []
  if (counts.last < before.lastSequence)
    findings.push(at(counts.last, `the log ends here, and the stream has counted up to ${before.lastSequence}`))
  const isQuiet = before.lastSequence === after.lastSequence && before.messages === after.messages
  if (isQuiet && counts.messages !== after.messages)
    findings.push(at(counts.last, `${counts.messages} messages were read, and the stream counts ${after.messages}`))
  // A rollup, which takes away what was before it, is the only known reason for a gap; and some may be known and taken as they are.
  const unexplained = counts.missing - counts.replaced
  const accepted = acceptedIn(after) ?? (counts.rollups === 0 ? 0 : unexplained)
  if (unexplained > accepted)
    findings.push(at(counts.firstMissing ?? 0, `${unexplained - accepted} sequences from here on are not there`))
  return findings
}

/** So often is read on over what was written meanwhile. */
const tries = 10

/**
 * Reads the whole log and looks at every message: content against checksum and SHA-256, each object's chain of `ce-previous`,
 * gaps, and the stream's own counts. `onFinding` is told of each as it is found. Writes nothing, and may run beside writers.
 */
export const verifyLog = async (
  { jetstream }: Bus,
  stream = 'OBJECTS',
  onFinding: (finding: Finding) => void = () => undefined,
): Promise<Either<BusRefusal, LogReport>> => {
  const before = await jetstream.state(stream)
  if (E.isLeft(before)) return before
  const findings: Finding[] = []
  const found = (finding: Finding): void => {
    findings.push(finding)
    onFinding(finding)
  }
  const check = messageCheck(watermarkOf(before.right))
  // What a rollup has taken away before it was read is told by that rollup alone, which stands after the end of then.
  for (let [from, state, left] = [1, before.right, tries]; ; left--) {
    const { lastSequence: to } = state
    if (to >= from)
      for await (const messages of jetstream.read({ stream, from, to }))
        for (const message of messages) check.next(message).forEach(found)
    const after = await jetstream.state(stream)
    if (E.isLeft(after)) return after
    if (after.right.lastSequence === to || left === 0) {
      streamFindings(state, after.right, check.counts()).forEach(found)
      return E.right({ counts: check.counts(), findings })
    }
    check.readOn()
    ;[from, state] = [to + 1, after.right]
  }
}
