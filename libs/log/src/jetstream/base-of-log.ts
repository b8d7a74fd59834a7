import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { BusRefusal, JetStream, StoredMessage } from '@periplus/bus'
import { DamagedBlob } from '../blobs/blobs.ts'
import type { Blobs } from '../blobs/blobs.ts'
import type { Sequence } from '../event.ts'
import { openFile } from '../kept/message-file.ts'
import type { OpenFile } from '../kept/message-file.ts'
import { snapshotName } from '../kept/snapshots.ts'
import { watermarkOf } from './watermark.ts'

/** What a log that was compacted has at and below its watermark: the newest message of each object that lived there. */
export interface BaseOfLog {
  /** As it was a moment ago at most (`watermarkMilliseconds`); asked anew at once where something was refused, which may be for it. */
  watermark(isRefused?: boolean): Promise<Either<BusRefusal, Sequence>>
  bySequence(sequence: Sequence): Promise<Either<BusRefusal, StoredMessage | undefined>>
  bySubject(subject: string): Promise<Either<BusRefusal, StoredMessage | undefined>>
}

type Reading = (file: OpenFile) => ReturnType<OpenFile['bySequence']>

export const baseOfLog = (jetstream: JetStream, stream: string, blobs: Blobs, knownFor: number): BaseOfLog => {
  let asked: { readonly watermark: Sequence; readonly at: number } | undefined
  let asking: Promise<Either<BusRefusal, Sequence>> | undefined
  let opened: { readonly watermark: Sequence; readonly file: OpenFile } | undefined

  const ask = async (): Promise<Either<BusRefusal, Sequence>> => {
    const at = performance.now()
    const state = await jetstream.state(stream)
    if (E.isLeft(state)) return state
    asked = { watermark: watermarkOf(state.right), at }
    return E.right(asked.watermark)
  }
  const watermark: BaseOfLog['watermark'] = isRefused => {
    if (isRefused) return ask()
    if (asked && performance.now() - asked.at < knownFor) return Promise.resolve(E.right(asked.watermark))
    // Many write at once: one question is enough for all of them.
    asking ??= ask().finally(() => (asking = undefined))
    return asking
  }
  const unreadable = (at: Sequence, why: string): Either<BusRefusal, never> =>
    E.left({ tag: 'Unavailable', message: `the state of the log at ${at}, before which it was compacted: ${why}` })

  const fileAt = async (at: Sequence): Promise<Either<BusRefusal, OpenFile>> => {
    if (opened?.watermark === at) return E.right(opened.file)
    const all = await blobs.list()
    if (E.isLeft(all)) return all
    const blob = all.right.find(({ name }) => name === snapshotName(at))
    if (!blob) return unreadable(at, 'it is not there')
    const file = await openFile(blobs, blob)
    if (E.isLeft(file)) return file
    opened = { watermark: at, file: file.right }
    return file
  }
  const read = async (reading: Reading, isLast = false): Promise<Either<BusRefusal, StoredMessage | undefined>> => {
    const at = await watermark(isLast)
    if (E.isLeft(at) || at.right === 0) return E.isLeft(at) ? at : E.right(undefined)
    try {
      const file = await fileAt(at.right)
      if (E.isRight(file)) return await reading(file.right)
      // The next compaction may have taken its place.
      return isLast ? file : await read(reading, true)
    } catch (error) {
      if (!(error instanceof DamagedBlob)) throw error
      opened = undefined
      return isLast ? unreadable(at.right, error.message) : read(reading, true)
    }
  }
  return {
    watermark,
    bySequence: sequence => read(file => file.bySequence(sequence)),
    bySubject: subject => read(file => file.bySubject(subject)),
  }
}
