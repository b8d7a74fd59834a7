import type { Bus } from '../bus.ts'
import { decodeFrame, encodeFrame } from './frames.ts'
import type { Frame } from './frames.ts'

/** What receives the frames of one end of a stream. */
export interface StreamEndpoint {
  receive(frame: Frame, number: number): void
  /** Nobody listens where our frames go. */
  peerIsGone(): void
}

/** All ends of byte streams that live on one bus, below one subject; they share one subscription. */
export interface StreamEnds {
  /** Gives the end a subject of its own, until `remove`. */
  add(endpoint: StreamEndpoint): { readonly subject: string; remove(): void }
}

const byBus = new WeakMap<Bus, Map<string, StreamEnds>>()

/** `under`: a subject that the other ends may publish below; default: the connection's own inboxes. */
export const streamEndsOf = (bus: Bus, under = ''): StreamEnds => {
  const known = byBus.get(bus) ?? new Map<string, StreamEnds>()
  byBus.set(bus, known)
  const ends = known.get(under) ?? subscribedEnds(bus, under)
  known.set(under, ends)
  return ends
}

const subscribedEnds = (bus: Bus, under: string): StreamEnds => {
  const prefix = under === '' ? bus.inbox() : bus.inbox(under)
  const endpoints = new Map<string, StreamEndpoint>()
  let serial = 0
  bus.subscribe(
    `${prefix}.*`,
    ({ subject, data, reply }) => {
      const decoded = decodeFrame(data)
      if (!decoded) return
      const endpoint = endpoints.get(subject)
      if (endpoint) endpoint.receive(decoded.frame, decoded.number)
      // The other end does not know yet that this one is over (or was never told of our giving up on opening).
      else if (reply && decoded.frame.type !== 'close' && decoded.frame.type !== 'refuse')
        bus.publish(reply, encodeFrame('close', 0, '', Buffer.from('the other end is closed')))
    },
    { noListeners: subject => endpoints.get(subject)?.peerIsGone() },
  )
  return {
    add: endpoint => {
      const subject = `${prefix}.${(serial++).toString(36)}`
      endpoints.set(subject, endpoint)
      return { subject, remove: () => void endpoints.delete(subject) }
    },
  }
}
