import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { checkServerIdentity as checkIdentity } from 'node:tls'
import type { PeerCertificate } from 'node:tls'
import { connect, createInbox, nkeyAuthenticator } from 'nats'
import type { NatsConnection, TlsOptions } from 'nats'
import type { Bus } from '../bus.ts'
import type { BusRefusal } from '../refusal.ts'
import { openWire, serverUrl } from '../wire/wire.ts'
import type { Wire, WireConfig, WireListener } from '../wire/wire.ts'
import { refusalOf } from '../jetstream/api-requests.ts'
import { whyNotSent } from './limits.ts'
import { connectedJetStream } from '../jetstream/connected-jetstream.ts'
import { followStatus } from './follow-status.ts'

/** How NATS is reached, and as whom. */
export interface BusConfig {
  /** `host:port` or `nats://` and `tls://` URLs, tried in order; those that a server tells of come after them. */
  readonly servers: string | readonly string[]
  readonly user?: string
  readonly password?: string
  /** Seed of the user's own key, in place of a password: the server knows its public half only. A secret. */
  readonly keySeed?: string
  /** The authority in PEM that the server's certificate must be of; with it the connection is encrypted or there is none. */
  readonly ca?: string
  /** A name that the certificate of each server has. Default: that it is for where one of `servers` is. */
  readonly serverName?: string
  /** Shown by the server; such as `apiserver`. */
  readonly name: string
  /** Where answers come to. Default `_INBOX`; of a user that may listen to its own alone, a subject of its own. */
  readonly inboxPrefix?: string
  /** Milliseconds for the first connection. Default 10,000. */
  readonly timeoutMilliseconds?: number
}

const defaults = {
  maxReconnectAttempts: -1,
  noRandomize: true,
  // The server is usually on this machine, or its successor is: coming back soon matters more than sparing it.
  reconnectTimeWait: 100,
  reconnectJitter: 100,
  pingInterval: 4_000,
  maxPingOut: 2,
  ignoreAuthErrorAbort: true,
}

/** Connects. Left where no server can be reached or the credentials are refused; after that the bus reconnects by itself. */
export const connectBus = async (config: BusConfig): Promise<Either<BusRefusal, Bus>> => {
  const { servers, user, password, keySeed, ca, serverName, name } = config
  const { inboxPrefix = '_INBOX', timeoutMilliseconds = 10_000 } = config
  try {
    const connection = await connect({
      ...defaults,
      servers: typeof servers === 'string' ? servers : [...servers],
      name,
      inboxPrefix,
      timeout: timeoutMilliseconds,
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { pass: password }),
      ...(keySeed === undefined ? {} : { authenticator: nkeyAuthenticator(Buffer.from(keySeed)) }),
      // Left to itself the client encrypts wherever the server could.
      tls: encryption(servers, ca, serverName),
    })
    const wire: WireConfig = {
      servers: typeof servers === 'string' ? [servers] : servers,
      name,
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ...(keySeed === undefined ? {} : { keySeed }),
      ...(ca === undefined ? {} : { ca }),
      ...(serverName === undefined ? {} : { serverName }),
    }
    return E.right(await busOver(connection, wire, inboxPrefix))
  } catch (error) {
    return E.left({ ...refusalOf(error), tag: 'Unavailable' })
  }
}

/** The client asks for a certificate of `localhost` where the server is named by its address: any configured server's will do. */
const encryption = (
  servers: BusConfig['servers'],
  ca: string | undefined,
  serverName: string | undefined,
): TlsOptions | null => {
  const urls = (typeof servers === 'string' ? [servers] : servers).map(serverUrl)
  if (ca === undefined && !urls.some(({ protocol }) => protocol === 'tls:')) return null
  const checkServerIdentity = (_: string, certificate: PeerCertificate): Error | undefined => {
    const names = serverName === undefined ? urls.map(({ hostname }) => hostname.replace(/^\[|\]$/g, '')) : [serverName]
    const faults = names.map(wanted => checkIdentity(wanted, certificate))
    return faults.includes(undefined) ? undefined : faults[0]
  }
  return { ...(ca === undefined ? {} : { ca }), checkServerIdentity } as TlsOptions
}

const busOver = async (connection: NatsConnection, wire: WireConfig, inboxPrefix: string): Promise<Bus> => {
  const status = followStatus(connection)
  const maxPayload = connection.info?.max_payload ?? 1024 * 1024
  const scheme = wire.servers.some(server => serverUrl(server).protocol === 'tls:') ? 'tls' : 'nats'
  // The server that the connection has is known to answer.
  const open = (inbox: string, listener: WireListener): Promise<Wire> =>
    openWire({ ...wire, servers: [`${scheme}://${connection.getServer()}`, ...wire.servers] }, inbox, listener)
  const inbox = (under = inboxPrefix): string => createInbox(under)
  const jetstream = await connectedJetStream(connection, open, inbox, {
    connected: () => status.connected,
    whenConnected: status.whenConnected,
    onDisconnect: listener => status.listen(now => void (now === 'connected' || listener())),
  })
  const refusal = (subject: string, data: Uint8Array): string | undefined =>
    whyNotSent(subject, data.length, maxPayload)[0]
  const publish: Bus['publish'] = (subject, data, reply) => {
    if (!status.connected || refusal(subject, data) !== undefined) return false
    connection.publish(subject, data, reply === undefined ? undefined : { reply })
    return true
  }
  return {
    name: wire.name,
    maxPayload,
    serverVersion: connection.info?.version ?? '0.0.0',
    get connected() {
      return status.connected
    },
    onStatus: status.listen,
    whenConnected: status.whenConnected,
    inbox,
    publish,
    subscribe: (subject, handler, { queue, most, drains, noListeners } = {}) => {
      const subscription = connection.subscribe(subject, {
        ...(queue === undefined ? {} : { queue }),
        ...(most === undefined ? {} : { max: most }),
        callback: (error, message) => {
          if (error) return
          const { subject: at, data, reply = '' } = message
          if (data.length === 0 && message.headers?.code === 503) noListeners?.(at)
          else
            handler({
              ...{ subject: at, data, reply },
              // Few look at them.
              get headers() {
                return linesOf(message.headers)
              },
            })
        },
      })
      // A connection that is closed, or a subscription that had its messages, has nothing under way.
      const drain = (): void => void subscription.drain().catch(() => undefined)
      return { close: drains ? drain : () => subscription.unsubscribe() }
    },
    request: async (subject, data, { timeoutMilliseconds = 5_000, signal } = {}) => {
      if (!status.connected) return E.left({ tag: 'Unavailable', message: 'not connected to NATS' })
      const refused = refusal(subject, data)
      if (refused !== undefined) return E.left({ tag: 'Rejected', message: refused })
      try {
        const asking = connection.request(subject, data, { timeout: timeoutMilliseconds })
        const answer = signal ? await untilAborted(asking, signal) : await asking
        return E.right(answer.data)
      } catch (error) {
        return E.left(refusalOf(error))
      }
    },
    jetstream,
    drain: () => connection.drain(),
    close: () => connection.close(),
  }
}

const linesOf = (headers: Iterable<readonly [string, readonly string[]]> = []): string =>
  [...headers].flatMap(([name, values]) => values.map(value => `${name}: ${value}\r\n`)).join('')

const untilAborted = <A>(promise: Promise<A>, signal: AbortSignal): Promise<A> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
