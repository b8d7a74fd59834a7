import type { Duplex } from 'node:stream'
import { openByteStream } from '@periplus/bus'
import type { Bus, ByteStream, OpenRefusal } from '@periplus/bus'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ContainerStream } from '../container-runtime.ts'
import type {
  AttachRequest,
  ConnectRequest,
  ExecRequest,
  LogRequest,
  NodeRefusal,
  NodeRequest,
  PortForwardRequest,
} from './node-request.ts'
import { containerStreamOver } from './container-stream.ts'
import { nodeSubjects } from './node-subject.ts'

/** The way to the containers of any node, for the API tier. Nodes dial out only: both ends meet on NATS. */
export interface NodeClient {
  /** The log's bytes; ends with the log, or, following, when the container has ended or `signal` aborts. */
  logs(
    nodeName: string,
    request: LogRequest,
    signal: AbortSignal,
  ): Promise<Either<NodeRefusal, AsyncIterable<Uint8Array>>>
  exec(nodeName: string, request: ExecRequest): Promise<Either<NodeRefusal, ContainerStream>>
  attach(nodeName: string, request: AttachRequest): Promise<Either<NodeRefusal, ContainerStream>>
  /** A connection to a port of the pod; destroyed with the node's text where it cannot be made. */
  portForward(nodeName: string, request: PortForwardRequest): Promise<Either<NodeRefusal, Duplex>>
  /** The same at the pod's own address. */
  connect(nodeName: string, request: ConnectRequest): Promise<Either<NodeRefusal, Duplex>>
  /** A connection to the node itself, which speaks HTTP/1.1. */
  api(nodeName: string): Promise<Either<NodeRefusal, Duplex>>
}

/** Streams to the containers of nodes, over NATS. */
export const nodeStreams = (bus: Bus): NodeClient => {
  const open = async (
    nodeName: string,
    request: NodeRequest,
    signal?: AbortSignal,
  ): Promise<Either<NodeRefusal, ByteStream>> => {
    const { streams, frames, inbox } = nodeSubjects(nodeName)
    const opened = await openByteStream(bus, streams, request, {
      within: { own: frames, peer: inbox },
      ...(signal ? { signal } : {}),
    })
    return E.isLeft(opened) ? E.left(refusalOf(nodeName, opened.left)) : opened
  }
  const connection = async (nodeName: string, request: NodeRequest): Promise<Either<NodeRefusal, Duplex>> => {
    const opened = await open(nodeName, request)
    if (E.isLeft(opened)) return opened
    const data = opened.right.channel('data')
    data.on('close', () => void opened.right.close())
    return E.right(data)
  }
  return {
    logs: async (nodeName, request, signal) => {
      const opened = await open(nodeName, { ...request, tag: 'Logs' }, signal)
      return E.isLeft(opened) ? opened : E.right(logBytes(opened.right, signal))
    },
    exec: async (nodeName, request) => {
      const opened = await open(nodeName, { ...request, tag: 'Exec' })
      return E.isLeft(opened) ? opened : E.right(containerStreamOver(opened.right, request))
    },
    attach: async (nodeName, request) => {
      const opened = await open(nodeName, { ...request, tag: 'Attach' })
      return E.isLeft(opened) ? opened : E.right(containerStreamOver(opened.right, request))
    },
    portForward: (nodeName, request) => connection(nodeName, { ...request, tag: 'PortForward' }),
    connect: (nodeName, request) => connection(nodeName, { ...request, tag: 'Connect' }),
    api: nodeName => connection(nodeName, { tag: 'Api' }),
  }
}

async function* logBytes(stream: ByteStream, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const give = (): void => stream.abort('no longer wanted')
  signal.addEventListener('abort', give, { once: true })
  try {
    for await (const chunk of stream.channel('data')) yield chunk as Uint8Array
  } catch (error) {
    // Whoever gave up does not need to hear that it ended.
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', give)
    await stream.close()
  }
}

const refusalOf = (nodeName: string, refusal: OpenRefusal): NodeRefusal => {
  if (refusal.tag === 'NoPeer') return { tag: 'Unavailable', message: `node ${nodeName} is not connected` }
  if (refusal.tag !== 'Refused') return { tag: 'Unavailable', message: refusal.message }
  const { tag, message } = (refusal.refusal ?? {}) as Partial<NodeRefusal>
  return { tag: tag ?? 'Failed', message: message ?? `node ${nodeName} refused` }
}
