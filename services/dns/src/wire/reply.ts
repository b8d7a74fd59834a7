import { AUTHORITATIVE_ANSWER, RECURSION_AVAILABLE, RECURSION_DESIRED, TRUNCATED_RESPONSE, encode } from 'dns-packet'
import type { Answer, Packet } from 'dns-packet'
import type { Query } from './query.ts'

/** What a question is answered with. */
export interface Reply {
  readonly rcode: number
  readonly authoritative: boolean
  readonly answers: readonly Answer[]
  readonly authorities?: readonly Answer[]
  readonly additionals?: readonly Answer[]
  /** `false`: others have a say in it. */
  readonly lasting?: boolean
}

/**
 * The reply as bytes of at most `limit`. What doesn't fit is left out: first what nobody asked for, then answers, which the client is
 * told of, so that it asks again over TCP.
 */
export const replyBytes = (query: Query, reply: Reply, limit: number): Buffer => {
  const whole = encoded(query, reply, 0)
  if (whole.length <= limit) return whole
  const asked = encoded(query, { ...reply, additionals: [] }, 0)
  if (asked.length <= limit) return asked
  let [fits, tooMany] = [0, reply.answers.length]
  let best = encoded(query, { ...reply, answers: [], authorities: [], additionals: [] }, TRUNCATED_RESPONSE)
  while (tooMany - fits > 1) {
    const half = Math.floor((fits + tooMany) / 2)
    const cut = { ...reply, answers: reply.answers.slice(0, half), authorities: [], additionals: [] }
    const bytes = encoded(query, cut, TRUNCATED_RESPONSE)
    if (bytes.length <= limit) [fits, best] = [half, bytes]
    else tooMany = half
  }
  return best
}

const encoded = (query: Query, reply: Reply, flags: number): Buffer => {
  const packet: Packet = {
    type: 'response',
    id: query.id,
    flags:
      reply.rcode |
      flags |
      RECURSION_AVAILABLE |
      (reply.authoritative ? AUTHORITATIVE_ANSWER : 0) |
      (query.recursionDesired ? RECURSION_DESIRED : 0),
    questions: [{ name: query.asked, type: query.type, class: 'IN' }],
    answers: [...reply.answers],
    authorities: [...(reply.authorities ?? [])],
    additionals: [...(reply.additionals ?? []), ...(query.edns ? [opt] : [])],
  }
  return encode(packet)
}

const opt: Answer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 1232,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
}
