import { E } from '@periplus/prelude'
import { decodeFrame } from './codec/decode-frame.ts'
import type { LogBatch } from './log-stream.ts'
import { onceEach } from './once.ts'
import { logSubject } from './subject.ts'

/** A message of the stream. */
export interface StoredFrame {
  readonly position: number
  readonly storedAt: number
  readonly subject: string
  readonly bytes: Uint8Array
}

/**
 * What a reader is told of messages. What is no frame, or stands on a subject that is not its own, says nothing about anybody: a node
 * that writes such things gains nothing by it.
 */
export const batchOf = (fromStart: boolean): ((message: StoredFrame) => LogBatch) => {
  const news = onceEach(fromStart)
  return ({ position, storedAt, subject, bytes }) => {
    const frame = decodeFrame(bytes)
    if (E.isLeft(frame) || logSubject(frame.right.run) !== subject)
      return { position, storedAt, records: [], losses: [{ reason: 'Unreadable', lines: 0, bytes: bytes.length }] }
    const { run, ended } = frame.right
    return { position, storedAt, ...news(frame.right), ...(ended ? { ended: run } : {}) }
  }
}

/** Tells a reader who goes on from a position that what it wanted first is no longer there. */
export const expiredBefore = (first: number, storedAt: number): LogBatch => ({
  position: first - 1,
  storedAt,
  records: [],
  losses: [{ reason: 'Expired', lines: 0, bytes: 0 }],
})
