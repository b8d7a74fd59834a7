import { randomInt } from 'node:crypto'
import type { Clock } from '@periplus/prelude'
import { decoded, rcodes } from '../wire/query.ts'
import { overTcp, overUdp } from './exchange.ts'
import type { Exchange, Upstream } from './exchange.ts'

export interface ForwarderConfig {
  readonly clock: Clock
  readonly servers: () => Promise<readonly Upstream[]>
  readonly udp?: Exchange
  readonly tcp?: Exchange
}

export interface Forwarder {
  /** What other servers answer to this packet, with its id; `undefined` where none does, or where too much is asked at once. */
  ask(query: Buffer, tcp: boolean): Promise<Buffer | undefined>
}

/** Milliseconds that one server is waited for, before the next one is asked. */
const patience = 2000
const attempts = 2
/** Questions under way at once, and answers that are remembered. */
const mostAtOnce = 1000
const mostRemembered = 10_000
/** Bytes, of an answer and of a question: who asks may ask with padding. */
const [longestRemembered, longestQuestion] = [4096, 512]
/** Seconds: what others say is believed no longer than this. */
const longest = 30

interface Remembered {
  readonly answer: Buffer
  readonly until: number
}

/** Asks other servers, remembers what they say, and asks nothing twice at once. */
export const forwarder = ({ clock, servers, udp = overUdp, tcp = overTcp }: ForwarderConfig): Forwarder => {
  const remembered = new Map<string, Remembered>()
  const underWay = new Map<string, Promise<Buffer | undefined>>()

  const askAll = async (query: Buffer, exchange: Exchange): Promise<Buffer | undefined> => {
    const known = await servers()
    for (let attempt = 0; attempt < attempts; attempt++)
      for (const server of known) {
        const answer = await exchange(server, withId(query, randomInt(0x10000)), patience)
        if (answer) return answer
      }
    return undefined
  }

  const remember = (key: string, answer: Buffer): void => {
    const seconds = lifetime(answer)
    if (seconds <= 0) return
    if (remembered.size >= mostRemembered) {
      const [oldest] = remembered.keys()
      if (oldest !== undefined) remembered.delete(oldest)
    }
    remembered.set(key, { answer, until: clock.now() + seconds * 1000 })
  }

  return {
    ask: async (query, overStream) => {
      // All of the packet but its id: what one client may be told, another who asks so may be told too.
      const key = `${overStream ? 'tcp' : 'udp'} ${query.toString('base64', 2)}`
      const id = query.readUInt16BE(0)
      const known = remembered.get(key)
      if (known && known.until > clock.now()) return withId(known.answer, id)
      remembered.delete(key)
      const asking = underWay.get(key)
      if (!asking && underWay.size >= mostAtOnce) return undefined
      const answer = asking ?? askAll(query, overStream ? tcp : udp)
      if (!asking) {
        underWay.set(key, answer)
        void answer.then(
          bytes => {
            underWay.delete(key)
            if (bytes && query.length <= longestQuestion) remember(key, bytes)
          },
          () => underWay.delete(key),
        )
      }
      const bytes = await answer.catch(() => undefined)
      return bytes && withId(bytes, id)
    },
  }
}

const withId = (packet: Buffer, id: number): Buffer => {
  const copy = Buffer.from(packet)
  copy.writeUInt16BE(id)
  return copy
}

/** Seconds for which an answer may be remembered: not at all what is cut short, damaged or a failure. */
const lifetime = (bytes: Buffer): number => {
  const packet = decoded(bytes)
  if (!packet || packet.flag_tc || bytes.length > longestRemembered) return 0
  const rcode = bytes.readUInt16BE(2) & 0xf
  if (rcode !== 0 && rcode !== rcodes.noSuchName) return 0
  const records = [...(packet.answers ?? []), ...(packet.authorities ?? [])]
  const lives = records.map(record => ('ttl' in record ? (record.ttl ?? 0) : 0))
  return lives.length === 0 ? 0 : Math.min(longest, ...lives)
}
