import { createSocket } from 'node:dgram'
import type { RemoteInfo, Socket } from 'node:dgram'
import { E } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { Listen, Listening, RelayTarget } from './relay.ts'
import type { Room } from './room.ts'

/** After so long without a datagram a client's next one begins anew; the kernel's tables keep streams of them for 120 s. */
const longestSilence = 120_000

/** Datagrams of a client that wait while its socket is made. */
const mostWaiting = 64

interface ClientFlow {
  readonly target: RelayTarget
  send(datagram: Buffer): void
  close(): void
}

const same = (one: RelayTarget, other: RelayTarget): boolean => one.ip === other.ip && one.port === other.port

/** Hands on datagrams: all of one client to one target for as long as that is one, and its answers back. */
export const relayUdp =
  (room: Room, clock: Clock): Listen =>
  ({ address, port }, targets) =>
    new Promise(resolve => {
      const socket = createSocket('udp4')
      const flows = new Map<string, ClientFlow>()
      let closed = false
      const flowOf = (client: RemoteInfo): ClientFlow | undefined => {
        const key = `${client.address}:${client.port}`
        const order = targets(client.address)
        const known = flows.get(key)
        if (known && order.some(one => same(one, known.target))) return known
        known?.close()
        const [target] = order
        if (!target || room.taken >= room.most) return undefined
        room.taken++
        const flow = clientFlow({
          ...{ target, clock },
          answer: datagram => {
            if (!closed) socket.send(datagram, client.port, client.address, () => undefined)
          },
          onClosed: () => {
            room.taken--
            if (flows.get(key) === flow) flows.delete(key)
          },
        })
        flows.set(key, flow)
        return flow
      }
      const close = (): Promise<void> => {
        closed = true
        for (const flow of [...flows.values()]) flow.close()
        return new Promise(done => socket.close(() => done()))
      }
      // Answers come through the socket that clients sent to: without it nothing of theirs goes on.
      const listening: Listening = { close }
      socket.on('message', (datagram, client) => flowOf(client)?.send(datagram))
      socket.once('error', (error: NodeJS.ErrnoException) => {
        socket.close()
        resolve(E.left(error.code ?? error.message))
      })
      socket.bind({ address, port, exclusive: true }, () => {
        socket.removeAllListeners('error').on('error', () => undefined)
        resolve(E.right(listening))
      })
    })

interface FlowOf {
  readonly target: RelayTarget
  readonly clock: Clock
  readonly answer: (datagram: Buffer) => void
  readonly onClosed: () => void
}

/** One client's socket to its target. A target that refuses ends it, so that the next datagram may go to another. */
const clientFlow = ({ target, clock, answer, onClosed }: FlowOf): ClientFlow => {
  const socket: Socket = createSocket('udp4')
  let waiting: Buffer[] | undefined = []
  let closed = false
  let heard = clock.now()
  let cancel = (): void => undefined
  const close = (): void => {
    if (closed) return
    closed = true
    cancel()
    socket.close()
    onClosed()
  }
  const watch = (): void => {
    const silent = clock.now() - heard
    if (silent >= longestSilence) close()
    else cancel = clock.after(longestSilence - silent, watch)
  }
  watch()
  socket.on('error', close)
  socket.on('message', datagram => {
    heard = clock.now()
    answer(datagram)
  })
  const send = (datagram: Buffer): void => {
    socket.send(datagram, error => {
      if (error) close()
    })
  }
  // What is given to `connect` itself is called where there is no way there, too.
  socket.once('connect', () => {
    const first = waiting ?? []
    waiting = undefined
    if (!closed) for (const datagram of first) send(datagram)
  })
  socket.connect(target.port, target.ip)
  return {
    target,
    close,
    send: datagram => {
      heard = clock.now()
      if (!waiting) send(datagram)
      else if (waiting.length < mostWaiting) waiting.push(datagram)
    },
  }
}
