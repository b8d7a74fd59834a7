import type { Duplex } from 'node:stream'
import { E, assertNever } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { badRequest } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import type { ContainerStream, NodeRefusal, NodeClient, PodAddress } from '@periplus/runtime'
import type { LogOptions, NodeStreams, StreamOptions, StreamTarget, UpgradeRequest } from '../ports.ts'
import type { OpenPort } from './forward.ts'
import { serveCommand } from './serve-command.ts'
import { servePortForward } from './serve-port-forward.ts'
import { spdyChannels } from './spdy/command-channels.ts'
import { acceptSpdy, acceptWebSocket, negotiate } from './upgrade.ts'
import { channelProtocol, channelProtocols } from './websocket/channel-codec.ts'
import { webSocketChannels } from './websocket/command-channels.ts'
import { servePortChannels } from './websocket/serve-port-channels.ts'
import { lineProtocols, serveLines } from './websocket/serve-lines.ts'

const commandProtocols = {
  webSocket: [...channelProtocols.keys()],
  spdy: ['v4.channel.k8s.io'],
  tunnel: [],
}
const logProtocols = { webSocket: lineProtocols, spdy: [], tunnel: [] }
const portProtocols = {
  webSocket: ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io', ''],
  spdy: ['portforward.k8s.io'],
  tunnel: ['portforward.k8s.io'],
}

const refusalOf = (refusal: NodeRefusal): Refusal => {
  switch (refusal.tag) {
    case 'BadRequest':
      return badRequest(refusal.message)
    case 'NotFound':
    case 'Failed':
      return badRequest(refusal.message)
    case 'Unsupported':
      return { tag: 'NotBuilt', message: refusal.message }
    case 'Unavailable':
      return { tag: 'ServiceUnavailable', message: refusal.message, retryAfterSeconds: 1 }
    default:
      return assertNever(refusal.tag)
  }
}

const addressOf = ({ pod, ref }: StreamTarget): PodAddress => ({
  namespace: ref.namespace,
  name: ref.name,
  uid: pod.metadata.uid,
})

/** The way to the nodes: clients speak WebSocket or SPDY to us, we speak byte streams over NATS to the node. */
export const nodeStreamsOver = (nodes: NodeClient): NodeStreams => {
  const open = (target: StreamTarget, options: Extract<StreamOptions, { tag: 'Exec' | 'Attach' }>) => {
    const { tag, command, container, stdin, stdout, stderr, tty } = options
    const request = { pod: addressOf(target), container, stdin, stdout, stderr, tty }
    return tag === 'Exec'
      ? nodes.exec(target.nodeName, { ...request, command })
      : nodes.attach(target.nodeName, request)
  }

  const command = async (
    target: StreamTarget,
    options: Extract<StreamOptions, { tag: 'Exec' | 'Attach' }>,
    connection: UpgradeRequest,
  ): Promise<Either<Refusal, void>> => {
    const spoken = negotiate(connection, commandProtocols)
    if (E.isLeft(spoken)) return spoken
    const opened = await open(target, options)
    if (E.isLeft(opened)) return E.left(refusalOf(opened.left))
    if (spoken.right.tag === 'WebSocket') {
      const { protocol } = spoken.right
      const socket = await acceptWebSocket(connection, protocol)
      await serveCommand(webSocketChannels(socket, options, channelProtocol(protocol)), opened.right)
    } else await overSpdy(await acceptSpdy(connection, spoken.right), options, opened.right)
    return E.right(undefined)
  }

  const portOf =
    (target: StreamTarget): OpenPort =>
    async port =>
      E.mapLeft(({ message }: NodeRefusal) => message)(
        await nodes.portForward(target.nodeName, { pod: addressOf(target), port }),
      )

  const ports = async (
    target: StreamTarget,
    wanted: readonly number[],
    connection: UpgradeRequest,
  ): Promise<Either<Refusal, void>> => {
    const spoken = negotiate(connection, portProtocols)
    if (E.isLeft(spoken)) return spoken
    if (spoken.right.tag === 'WebSocket') {
      if (wanted.length === 0) return E.left(badRequest('query parameter "port" is required'))
      const { protocol } = spoken.right
      const socket = await acceptWebSocket(connection, protocol)
      await servePortChannels(socket, channelProtocol(protocol).codec, wanted, portOf(target))
    } else {
      const { transport, head } = await acceptSpdy(connection, spoken.right)
      await servePortForward(transport, head, portOf(target))
    }
    return E.right(undefined)
  }

  const logs: NodeStreams['logs'] = async (target, { stream, ...options }, signal) => {
    const request = { ...options, pod: addressOf(target), stream: stream as 'All' | 'Stdout' | 'Stderr' }
    return E.mapLeft(refusalOf)(await nodes.logs(target.nodeName, request, signal))
  }

  const follow = async (
    target: StreamTarget,
    options: LogOptions,
    connection: UpgradeRequest,
  ): Promise<Either<Refusal, void>> => {
    const spoken = negotiate(connection, logProtocols)
    if (E.isLeft(spoken)) return spoken
    const left = new AbortController()
    const lines = await logs(target, options, left.signal)
    if (E.isLeft(lines)) return lines
    const { protocol } = spoken.right
    await serveLines(await acceptWebSocket(connection, protocol), protocol, lines.right, left)
    return E.right(undefined)
  }

  const reached = (opened: Either<NodeRefusal, Duplex>): Either<Refusal, Duplex> =>
    E.mapLeft(({ tag, message }: NodeRefusal): Refusal =>
      tag === 'Unsupported'
        ? { tag: 'NotBuilt', message }
        : { tag: 'ServiceUnavailable', message: `error trying to reach service: ${message}`, retryAfterSeconds: 1 },
    )(opened)

  return {
    logs,
    connect: async (target, port) => reached(await nodes.connect(target.nodeName, { pod: addressOf(target), port })),
    connectNode: async nodeName => reached(await nodes.api(nodeName)),
    upgrade: (target, options, connection) => {
      switch (options.tag) {
        case 'Log': {
          // What a node is asked bears a tag of its own.
          const { tag: _tag, ...wanted } = options
          return follow(target, wanted, connection)
        }
        case 'PortForward':
          return ports(target, options.ports, connection)
        default:
          return command(target, options, connection)
      }
    },
  }
}

const overSpdy = async (
  { transport, head }: Awaited<ReturnType<typeof acceptSpdy>>,
  options: Extract<StreamOptions, { tag: 'Exec' | 'Attach' }>,
  container: ContainerStream,
): Promise<void> => {
  const channels = await spdyChannels(transport, head, options)
  if (channels) return serveCommand(channels, container)
  container.close()
  transport.destroy()
}
