import { inflateRawSync } from 'node:zlib'
import { E, asBuffer } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { lossReasons, multilineRules } from '../record.ts'
import type { ContainerRun, Loss, LogFrame, LogRecord, MultilineRule } from '../record.ts'
import { NoFrame, byteReader } from './byte-reader.ts'
import type { ByteReader } from './byte-reader.ts'
import {
  frameFlags,
  frameVersion,
  longestLine,
  mostRowBytes,
  mostRows,
  nanosPerSecond,
  rowFlagBits,
  rowFlags,
} from './layout.ts'

/** Reads a frame. Whoever may write one is not trusted: what is no frame, or one too large, is left with the reason. */
export const decodeFrame = (bytes: Uint8Array): Either<string, LogFrame> => {
  try {
    return E.right(read(byteReader(asBuffer(bytes))))
  } catch (error) {
    if (error instanceof NoFrame) return E.left(error.message)
    // What zlib says of bytes that are not deflated, or too many.
    if (error instanceof Error && 'code' in error) return E.left('its rows cannot be inflated')
    throw error
  }
}

const read = (reader: ByteReader): LogFrame => {
  const version = reader.byte()
  if (version !== frameVersion) throw new NoFrame(`its version is ${version}, not ${frameVersion}`)
  const flags = reader.byte()
  const run = runOf(reader)
  const rule = ruleOf(reader.text())
  const restart = reader.count()
  const objectSequence = reader.count()
  const from = reader.count()
  const to = from + reader.count() - 1
  const losses = Array.from({ length: reader.count(lossReasons.length) }, () => lossOf(reader))
  const rows = reader.count(mostRows)
  const size = reader.count(mostRowBytes)
  const rest = reader.bytes(reader.left)
  const body = (flags & frameFlags.deflated) === 0 ? rest : inflateRawSync(rest, { maxOutputLength: size || 1 })
  if (body.length !== size) throw new NoFrame('its rows have another size')
  const about = { run: { ...run, restart }, objectSequence, ...(rule ? { rule } : {}) }
  return {
    ...about,
    ...{ from, to, losses },
    records: recordsOf(byteReader(body), rows, from, to, about),
    ended: (flags & frameFlags.ended) !== 0,
  }
}

/** An object's fields are evaluated in the order in which they stand here. */
const runOf = (reader: ByteReader): Omit<ContainerRun, 'restart'> => ({
  node: reader.text(),
  namespace: reader.text(),
  pod: reader.text(),
  podUid: reader.text(),
  container: reader.text(),
})

const ruleOf = (text: string): MultilineRule | undefined => {
  const rule = multilineRules.find(each => each === text)
  if (rule === undefined && text !== '') throw new NoFrame('its rule is unknown')
  return rule
}

const lossOf = (reader: ByteReader): Loss => {
  const reason = lossReasons[reader.count()]
  if (reason === undefined) throw new NoFrame('a reason is unknown')
  return { reason, lines: reader.count(), bytes: reader.count() }
}

const nanos = BigInt(nanosPerSecond)

/** More than a frame's lines are far from each other; keeps times within what 64 bits hold. */
const latestSeconds = 2 ** 33

const recordsOf = (
  reader: ByteReader,
  rows: number,
  from: number,
  to: number,
  about: { readonly run: ContainerRun; readonly objectSequence: number; readonly rule?: MultilineRule },
): readonly LogRecord[] => {
  const { run, objectSequence, rule } = about
  const records: LogRecord[] = []
  let number = from
  let time = 0n
  for (let row = 0; row < rows; row++) {
    const head = reader.count()
    const flags = head % rowFlagBits
    const length = (head - flags) / rowFlagBits
    if (length > longestLine) throw new NoFrame('a line is too long')
    if ((flags & rowFlags.skips) !== 0) number += reader.count()
    time =
      (flags & rowFlags.ownTime) === 0
        ? time + BigInt(reader.count())
        : BigInt(reader.count(latestSeconds)) * nanos + BigInt(reader.count(nanosPerSecond - 1))
    records.push({
      node: run.node,
      namespace: run.namespace,
      pod: run.pod,
      podUid: run.podUid,
      container: run.container,
      restart: run.restart,
      stream: (flags & rowFlags.stderr) === 0 ? 'stdout' : 'stderr',
      time,
      number: number++,
      objectSequence,
      ...((flags & rowFlags.partial) === 0 ? {} : { partial: true }),
      ...(rule === undefined ? {} : { rule }),
      bytes: reader.bytes(length),
    })
  }
  if (number > to + 1) throw new NoFrame('it has more lines than it accounts for')
  if (reader.left > 0) throw new NoFrame('something follows its rows')
  return records
}
