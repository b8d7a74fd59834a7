import { decode, encode } from 'dns-packet'
import type { DecodedPacket, RecordType } from 'dns-packet'

/** A question, as one client asked it. */
export interface Query {
  readonly id: number
  /** As it was written: clients compare. */
  readonly asked: string
  /** In small letters, without a dot at its end. */
  readonly name: string
  readonly type: RecordType
  /** Of a packet that the client takes over UDP (RFC 6891); 512 where it says nothing. */
  readonly size: number
  readonly edns: boolean
  readonly recursionDesired: boolean
  /** The packet itself, for another server. */
  readonly bytes: Buffer
}

export type Reading =
  | { readonly tag: 'Query'; readonly query: Query }
  /** To be answered so. */
  | { readonly tag: 'Refused'; readonly answer: Buffer }
  /** Not to be answered: it is no question, and its sender may be forged. */
  | { readonly tag: 'Ignored' }

const headerBytes = 12
const leastSize = 512
/** What passes any network in one piece (DNS flag day 2020). */
const mostSize = 1232

export const rcodes = { formatError: 1, serverFailure: 2, noSuchName: 3, notImplemented: 4, refused: 5 } as const
/** Bytes; nobody's question is longer, also with padding. */
const longestQuery = 4096
const responseFlag = 0x8000
const opcodeMask = 0x7800

/** Records of a question: what it says of itself, and a signature. */
const mostRecords = 4

/** One question, and little else: names that point to a long one make much of few bytes, and nobody asks twice in a packet. */
const isModest = (bytes: Buffer): boolean => {
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map(at => bytes.readUInt16BE(at)) as [
    number,
    number,
    number,
    number,
  ]
  return bytes.length <= longestQuery && questions === 1 && answers + authorities + additionals <= mostRecords
}

/** Reads what came over the network, which may be anything. */
export const readQuery = (bytes: Buffer): Reading => {
  if (bytes.length < headerBytes) return { tag: 'Ignored' }
  const flags = bytes.readUInt16BE(2)
  if ((flags & responseFlag) !== 0) return { tag: 'Ignored' }
  const id = bytes.readUInt16BE(0)
  if ((flags & opcodeMask) !== 0) return { tag: 'Refused', answer: bare(id, flags, rcodes.notImplemented) }
  const packet = isModest(bytes) ? decoded(bytes) : undefined
  const [question] = packet?.questions ?? []
  if (!packet || !question) return { tag: 'Refused', answer: bare(id, flags, rcodes.formatError) }
  if (question.class !== 'IN') return { tag: 'Refused', answer: bare(id, flags, rcodes.refused) }
  const edns = packet.additionals?.find(({ type }) => type === 'OPT')
  const size = edns && 'udpPayloadSize' in edns ? edns.udpPayloadSize : leastSize
  return {
    tag: 'Query',
    query: {
      id,
      asked: question.name,
      name: question.name.toLowerCase().replace(/\.$/, ''),
      type: question.type,
      size: Math.min(mostSize, Math.max(leastSize, size)),
      edns: edns !== undefined,
      recursionDesired: packet.flag_rd,
      bytes,
    },
  }
}

/** `undefined` for what is no packet. The library throws at many kinds of damage. */
export const decoded = (bytes: Buffer): DecodedPacket | undefined => {
  try {
    return decode(bytes)
  } catch {
    return undefined
  }
}

/** An answer without a question, to what could not be read. */
const bare = (id: number, flags: number, rcode: number): Buffer =>
  encode({ type: 'response', id, flags: (flags & 0x0100) | rcode, questions: [] })
