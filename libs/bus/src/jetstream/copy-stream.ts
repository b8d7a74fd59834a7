import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus } from '../bus.ts'
import type { BusRefusal } from '../refusal.ts'
import { askApi } from './api-requests.ts'

interface ApiAnswer {
  readonly error?: { readonly description: string }
}

interface SnapshotAnswer {
  readonly config?: Readonly<Record<string, unknown>>
  readonly state?: { readonly messages: number; readonly last_seq: number }
}

interface RestoreAnswer {
  readonly deliver_subject?: string
}

/** What a copy came to. */
export interface CopiedStream {
  readonly messages: number
  readonly lastSequence: number
  /** As they were sent: compressed by the server. */
  readonly bytes: number
}

const chunkBytes = 256 * 1024
/** Milliseconds for the next chunk, and for the restored stream to be there. */
const patience = 120_000

const rejected = (message: string): Either<BusRefusal, never> => E.left({ tag: 'Rejected', message })

/** The pieces of a snapshot as they come; each is asked for by acknowledging the one before it. */
const snapshotPieces = (
  bus: Bus,
): { readonly inbox: string; readonly pieces: AsyncGenerator<Uint8Array>; readonly close: () => void } => {
  const arrived: { readonly data: Uint8Array; readonly reply: string }[] = []
  let wake: (() => void) | undefined
  const inbox = bus.inbox()
  const subscription = bus.subscribe(inbox, ({ data, reply }) => {
    arrived.push({ data: Uint8Array.from(data), reply })
    wake?.()
  })
  const next = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the snapshot broke off')), patience)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = arrived.shift()
      if (!piece) {
        await next()
        continue
      }
      if (piece.data.length === 0) return
      yield piece.data
      if (piece.reply !== '') bus.publish(piece.reply, new Uint8Array())
    }
  }
  return { inbox, pieces: pieces(), close: () => subscription.close() }
}

/**
 * Makes on `to` the stream that `from` has, with its messages at their sequences, by NATS' own snapshot and restore; `change` says how it
 * is to be kept there. Nothing may write to it meanwhile. `Rejected` where `to` has one of that name, or where what arrived is not what
 * was sent.
 */
export const copyStream = async (
  from: Bus,
  to: Bus,
  stream: string,
  change: (config: Readonly<Record<string, unknown>>) => object,
): Promise<Either<BusRefusal, CopiedStream>> => {
  const { inbox, pieces, close } = snapshotPieces(from)
  try {
    const snapshot = await askApi<SnapshotAnswer>(
      ...([from, `$JS.API.STREAM.SNAPSHOT.${stream}`] as const),
      { deliver_subject: inbox, no_consumers: true, chunk_size: chunkBytes, jsck: true },
      { timeoutMilliseconds: patience },
    )
    if (E.isLeft(snapshot)) return snapshot
    const { config = {}, state = { messages: 0, last_seq: 0 } } = snapshot.right
    const restore = await askApi<RestoreAnswer>(
      ...([to, `$JS.API.STREAM.RESTORE.${stream}`] as const),
      { config: change(config), state },
      { timeoutMilliseconds: patience },
    )
    if (E.isLeft(restore)) return restore
    const { deliver_subject: subject = '' } = restore.right
    let bytes = 0
    for await (const data of pieces) {
      const taken = await to.request(subject, data, { timeoutMilliseconds: patience })
      if (E.isLeft(taken)) return taken
      bytes += data.length
    }
    const made = await to.request(subject, new Uint8Array(), { timeoutMilliseconds: patience })
    if (E.isLeft(made)) return made
    const { error } = JSON.parse(Buffer.from(made.right).toString() || '{}') as ApiAnswer
    if (error) return rejected(error.description)
    const there = await to.jetstream.state(stream)
    if (E.isLeft(there)) return there
    const { messages, lastSequence } = there.right
    if (messages !== state.messages || lastSequence !== state.last_seq)
      return rejected(
        `${messages} messages up to ${lastSequence} arrived of ${state.messages} up to ${state.last_seq}: the copy is of no use`,
      )
    return E.right({ messages, lastSequence, bytes })
  } catch (error) {
    return rejected(messageOf(error))
  } finally {
    close()
  }
}
