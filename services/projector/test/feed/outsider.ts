import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { feedStream } from '@periplus/log'
import { feedDomain } from '@periplus/service'
import type { FeedReader, LocalFeed } from '@periplus/service'
import { right } from './right.ts'

/** Somebody outside who asks for his next messages, as NATS' clients do. What he has read, the server knows to be read. */
export interface Outsider {
  readonly bus: Bus
  /** Bodies, up to the first that is `last`. */
  readUntil(last: (body: string) => boolean): Promise<readonly string[]>
  /** Goes on there. */
  resetTo(sequence: number): Promise<void>
}

export const api = `$JS.${feedDomain}.API`

export const outsider = async (
  { port }: Pick<LocalFeed, 'port'>,
  { name, password }: Pick<FeedReader, 'name' | 'password'>,
): Promise<Outsider> => {
  const bus = right(
    await connectBus({ servers: `127.0.0.1:${port}`, user: name, password, name, timeoutMilliseconds: 1_000 }),
  )
  const next = `${api}.CONSUMER.MSG.NEXT.${feedStream}.${name}`
  const arrived: { readonly body: string; readonly reply: string }[] = []
  let wake = (): void => undefined
  const inbox = bus.inbox()
  bus.subscribe(inbox, ({ data, reply }) => {
    arrived.push({ body: Buffer.from(data).toString(), reply })
    wake()
  })
  const message = async (): Promise<string> => {
    for (;;) {
      const first = arrived.shift()
      // What is no message has no place to acknowledge it at.
      if (first?.reply) {
        right(await bus.request(first.reply, Buffer.from('+ACK')))
        return first.body
      }
      if (!first) await new Promise<void>(resolve => (wake = resolve))
    }
  }
  return {
    bus,
    readUntil: async last => {
      const read: string[] = []
      for (;;) {
        if (arrived.length === 0) bus.publish(next, Buffer.from('{"batch":1,"expires":20000000000}'), inbox)
        const body = await message()
        read.push(body)
        if (last(body)) return read
      }
    },
    resetTo: async seq => {
      const done = await bus.request(
        `${api}.CONSUMER.RESET.${feedStream}.${name}`,
        Buffer.from(JSON.stringify({ seq })),
      )
      if (Buffer.from(right(done)).includes('"error"')) throw new Error(Buffer.from(right(done)).toString())
    },
  }
}
