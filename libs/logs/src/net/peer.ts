import { connect as connectTcp, isIP } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { E, linkedAbort } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { WriteFailure, WriterLimits } from '../backend.ts'
import { checkLiteral, guardedLookup } from './reach.ts'
import type { TlsOptions } from './tls.ts'

/** What has come from the other side since it was last asked; `undefined`: more has to come. */
export type Understand<A> = (received: Buffer) => A | undefined

export interface Conversation {
  /** Sends bytes and waits for what they are answered with. Throws when the connection ends, or the answer is over the limit. */
  ask<A>(bytes: Uint8Array, understand: Understand<A>): Promise<A>
  /** Waits for what the other side says by itself. */
  hear<A>(understand: Understand<A>): Promise<A>
}

export interface PeerConfig {
  readonly host: string
  readonly port: number
  /** Absent: plain TCP. */
  readonly tls?: TlsOptions
  readonly limits: WriterLimits
  /** What is said first on each connection; a failure ends it. */
  readonly greet?: (conversation: Conversation) => Promise<WriteFailure | undefined>
}

export interface Peer {
  /** One at a time. Left: why there is no answer; the connection is then given up, and the next call makes a new one. */
  ask<A>(bytes: Uint8Array, understand: Understand<A>, signal: AbortSignal): Promise<Either<WriteFailure, A>>
  close(): void
}

const unavailable = (why: string): WriteFailure => ({ tag: 'Unavailable', why })

/** One TCP or TLS connection that is made when it is needed and kept. */
export const peer = (config: PeerConfig): Peer => {
  const { host, port, limits, greet } = config
  const place = `${host}:${port}`
  let open: { readonly socket: Socket; readonly conversation: Conversation } | undefined
  let closed = false

  const end = (): void => {
    open?.socket.destroy()
    open = undefined
  }

  const connected = async (within: AbortSignal): Promise<Either<WriteFailure, Conversation>> => {
    if (open && !open.socket.destroyed && open.socket.writable) return E.right(open.conversation)
    end()
    const socket = await dial(config, within)
    const conversation = conversationOver(socket, limits.answerBytes)
    open = { socket, conversation }
    const refused = await greet?.(conversation)
    if (refused) {
      end()
      return E.left({ ...refused, why: `${place}: ${refused.why}` })
    }
    return E.right(conversation)
  }

  return {
    ask: async (bytes, understand, signal) => {
      if (closed) return E.left(unavailable('the writer is closed'))
      const timeout = AbortSignal.timeout(limits.answerWithin)
      const within = linkedAbort(signal, timeout)
      const giveUp = (): void => end()
      within.signal.addEventListener('abort', giveUp)
      try {
        checkLiteral(host, limits)
        const conversation = await connected(within.signal)
        return E.isLeft(conversation) ? conversation : E.right(await conversation.right.ask(bytes, understand))
      } catch (error) {
        end()
        const late = timeout.aborted ? `no answer within ${limits.answerWithin / 1000} s` : undefined
        return E.left(unavailable(`${place}: ${late ?? (signal.aborted ? 'given up' : (error as Error).message)}`))
      } finally {
        within.signal.removeEventListener('abort', giveUp)
        within.unlink()
      }
    },
    close: () => {
      closed = true
      end()
    },
  }
}

const dial = ({ host, port, tls, limits }: PeerConfig, signal: AbortSignal): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const place = { host, port, lookup: guardedLookup(limits) }
    const named = isIP(host) === 0 ? { servername: host } : {}
    const socket = tls ? connectTls({ ...place, ...named, ...tls }) : connectTcp(place)
    const giveUp = (): void => void socket.destroy(new Error('given up'))
    signal.addEventListener('abort', giveUp, { once: true })
    socket.once('error', reject)
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      signal.removeEventListener('abort', giveUp)
      socket.off('error', reject)
      socket.setNoDelay(true)
      resolve(socket)
    })
  })

const conversationOver = (socket: Socket, most: number): Conversation => {
  let received: Buffer = Buffer.alloc(0)
  let listen: (() => void) | undefined
  let ended: Error | undefined
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    if (received.length > most) socket.destroy(new Error(`more than ${most} bytes came as an answer`))
    listen?.()
  })
  socket.on('error', error => (ended = error))
  socket.on('close', () => {
    ended ??= new Error('the connection was closed')
    listen?.()
  })
  const hear = <A>(understand: Understand<A>): Promise<A> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const answer = ended === undefined ? understand(received) : undefined
        if (answer === undefined && ended === undefined) return
        listen = undefined
        received = Buffer.alloc(0)
        if (answer === undefined) reject(ended ?? new Error('the connection was closed'))
        else resolve(answer)
      }
      listen = look
      look()
    })
  const send = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) =>
      socket.write(bytes, error => {
        if (error) reject(error)
        else resolve()
      }),
    )
  return {
    hear,
    ask: async (bytes, understand) => {
      // An answer may come before all was sent, such as a refusal.
      const sent = send(bytes)
      const heard = hear(understand)
      const [answer] = await Promise.all([heard, sent])
      return answer
    },
  }
}
