import { encode } from 'dns-packet'
import type { Answer, RecordType } from 'dns-packet'
import { assertNever } from '@periplus/prelude'
import type { Cut } from '@periplus/projection'
import { authority, clusterNames } from './names/cluster-names.ts'
import type { Zone } from './names/cluster-names.ts'
import type { Forwarder } from './upstream/forwarder.ts'
import { decoded, rcodes, readQuery } from './wire/query.ts'
import type { Query } from './wire/query.ts'
import { replyBytes } from './wire/reply.ts'
import type { Reply } from './wire/reply.ts'

export interface Answering {
  readonly cut: Cut
  readonly zone: Zone
  readonly forwarder: Forwarder
}

/** Another name for another name, and so on: not further than this. */
const mostAliases = 8

/** A packet to send back. */
export interface Answered {
  readonly bytes: Buffer
  /** It holds for as long as services, endpoints and namespaces stay as they are. */
  readonly lasting: boolean
}

/** The answer to what came over the network; `undefined`: none. */
export const answerTo = async (world: Answering, packet: Buffer, tcp: boolean): Promise<Answered | undefined> => {
  const read = readQuery(packet)
  switch (read.tag) {
    case 'Ignored':
      return undefined
    case 'Refused':
      return { bytes: read.answer, lasting: false }
    case 'Query': {
      const { query } = read
      const limit = tcp ? 0xffff : query.size
      const reply = await replyTo(world, query, tcp)
      if (Buffer.isBuffer(reply)) return { bytes: fitted(query, reply, limit), lasting: false }
      return { bytes: replyBytes(query, reply, limit), lasting: reply.lasting !== false }
    }
    default:
      return assertNever(read)
  }
}

const failure: Reply = { rcode: rcodes.serverFailure, authoritative: false, answers: [], lasting: false }

/** A reply of ours, or another server's as it is. */
const replyTo = async (world: Answering, query: Query, tcp: boolean): Promise<Reply | Buffer> => {
  const { cut, zone, forwarder } = world
  const answers: Answer[] = []
  let { name, asked } = query
  for (let aliases = 0; aliases <= mostAliases; aliases++) {
    const found = clusterNames(cut, zone, name, asked, query.type)
    const soa = [authority(zone)]
    switch (found.tag) {
      case 'Records':
        answers.push(...found.answers)
        return { rcode: 0, authoritative: true, answers, additionals: found.additionals ?? [] }
      case 'NoSuchRecord':
        return { rcode: 0, authoritative: true, answers, authorities: soa }
      case 'NoSuchName':
        return { rcode: answers.length > 0 ? 0 : rcodes.noSuchName, authoritative: true, answers, authorities: soa }
      case 'Alias':
        answers.push(found.record)
        if (query.type === 'CNAME') return { rcode: 0, authoritative: true, answers }
        name = asked = found.target
        break
      case 'NotOurs': {
        if (answers.length === 0) return (await forwarder.ask(query.bytes, tcp)) ?? failure
        // The other name's records follow, as clients ask nobody else; without them the name itself is still an answer.
        const elsewhere = await askFor(forwarder, name, query.type)
        return { rcode: 0, authoritative: true, answers: [...answers, ...elsewhere], lasting: false }
      }
      default:
        return assertNever(found)
    }
  }
  return failure
}

const askFor = async (forwarder: Forwarder, name: string, type: RecordType): Promise<readonly Answer[]> => {
  const recursionDesired = 0x0100
  const query = encode({ type: 'query', id: 0, flags: recursionDesired, questions: [{ type, name, class: 'IN' }] })
  const answer = await forwarder.ask(query, false)
  const known: readonly string[] = ['A', 'AAAA', 'CNAME', 'SRV', 'TXT', 'PTR', 'MX', 'NS']
  return (answer && decoded(answer)?.answers?.filter(record => known.includes(record.type))) ?? []
}

/** Another server's answer, cut short where the client would not take it whole. */
const fitted = (query: Query, answer: Buffer, limit: number): Buffer => {
  if (answer.length <= limit) return answer
  const flags = answer.readUInt16BE(2)
  const short = replyBytes(query, { rcode: flags & 0xf, authoritative: false, answers: [] }, limit)
  const truncated = 0x0200
  short.writeUInt16BE(short.readUInt16BE(2) | truncated, 2)
  return short
}
