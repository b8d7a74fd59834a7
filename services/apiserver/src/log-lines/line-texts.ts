import { nanoTimeText } from '@periplus/prelude'
import { isUtf8 } from 'node:buffer'
import type { ContainerRun, LogRecord, RunLoss, Timed } from '@periplus/log-stream'
import type { RecordedEvent } from '@periplus/log'

/** What stands in an answer, in the order of its times. */
export type Entry = Timed &
  (
    | { readonly tag: 'Line'; readonly record: LogRecord }
    | { readonly tag: 'Loss'; readonly run: ContainerRun; readonly loss: RunLoss }
    | { readonly tag: 'Event'; readonly event: RecordedEvent }
  )

const newline = Buffer.from('\n')

/** As `kubectl logs` shows it; losses and events are left to those who ask for JSON. */
export const plainText =
  (timestamps: boolean) =>
  (entry: Entry): Uint8Array => {
    if (entry.tag !== 'Line') return Buffer.alloc(0)
    const { time, bytes, partial } = entry.record
    const stamp = timestamps ? Buffer.from(`${nanoTimeText(time)} `) : Buffer.alloc(0)
    return Buffer.concat([stamp, bytes, partial ? Buffer.alloc(0) : newline])
  }

/** One object a line, with its newline. */
export const jsonText = (entry: Entry): Uint8Array => Buffer.from(`${JSON.stringify(valueOf(entry))}\n`)

const valueOf = (entry: Entry): object => {
  switch (entry.tag) {
    case 'Line': {
      const { time, number, stream, objectSequence, partial, bytes } = entry.record
      const about = { ...runOf(entry.record), number, stream, objectSequence, ...(partial ? { partial } : {}) }
      return { time: nanoTimeText(time), ...about, ...contentOf(bytes) }
    }
    case 'Loss': {
      const { reason, lines, bytes } = entry.loss
      return { time: nanoTimeText(entry.time), ...runOf(entry.run), lost: { reason, lines, bytes } }
    }
    case 'Event': {
      const { sequence, type, origin, ref } = entry.event
      return { time: nanoTimeText(entry.time), pod: ref.name, event: { sequence, type, actor: origin.actor } }
    }
  }
}

const runOf = ({ node, namespace, pod, podUid, container, restart }: ContainerRun) => ({
  ...{ node, namespace, pod, podUid, container, restart },
})

/** Bytes that are no text are told as what they are. */
const contentOf = (bytes: Uint8Array): object =>
  isUtf8(bytes) ? { text: Buffer.from(bytes).toString() } : { base64: Buffer.from(bytes).toString('base64') }
