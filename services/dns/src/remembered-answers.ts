import { EndpointSlice, Namespace, Service } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { Answered } from './answer.ts'
import type { Handler } from './serve/listening.ts'

const mostRemembered = 10_000
/** Bytes; ordinary questions are shorter. */
const longestQuestion = 512

/** As `answer`, which is asked the same question once for as long as nothing that it could say has changed in the cut. */
export const rememberedAnswers = (
  cut: Cut,
  answer: (packet: Buffer, tcp: boolean) => Promise<Answered | undefined>,
): Handler => {
  const remembered = new Map<string, Buffer>()
  let basis: readonly unknown[] = []
  /** A list is the same array for as long as nothing in it changes. */
  const basisNow = (): readonly unknown[] => [cut.list(Service), cut.list(EndpointSlice), cut.list(Namespace)]

  return async (packet, tcp) => {
    const now = basisNow()
    if (now.some((list, i) => list !== basis[i])) remembered.clear()
    basis = now
    if (packet.length < 2 || packet.length > longestQuestion) return (await answer(packet, tcp))?.bytes
    // All of the packet but its id.
    const key = `${tcp ? 't' : 'u'}${packet.toString('latin1', 2)}`
    const known = remembered.get(key)
    if (known) {
      const copy = Buffer.from(known)
      packet.copy(copy, 0, 0, 2)
      return copy
    }
    const answered = await answer(packet, tcp)
    if (answered?.lasting && basis === now) {
      if (remembered.size >= mostRemembered) remembered.clear()
      remembered.set(key, answered.bytes)
    }
    return answered?.bytes
  }
}
