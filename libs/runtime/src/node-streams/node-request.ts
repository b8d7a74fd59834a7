import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { StreamRequest } from '../container-runtime.ts'

/** Which pod a node is asked about; the uid so that a namesake is not taken for it. */
export interface PodAddress {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

/** What of a container's log is wanted; the fields of `PodLogOptions`. */
export interface LogRequest {
  readonly pod: PodAddress
  readonly container: string
  readonly follow: boolean
  readonly previous: boolean
  readonly timestamps: boolean
  /** Seconds before now. */
  readonly sinceSeconds?: number
  /** RFC 3339. */
  readonly sinceTime?: string
  readonly tailLines?: number
  readonly limitBytes?: number
  readonly stream: 'All' | 'Stdout' | 'Stderr'
}

/** A command in a container. */
export interface ExecRequest extends StreamRequest {
  readonly pod: PodAddress
  readonly container: string
  readonly command: readonly string[]
}

/** Streams of a container's own process. */
export type AttachRequest = Omit<ExecRequest, 'command'>

/** A port of a pod. */
export interface PortForwardRequest {
  readonly pod: PodAddress
  readonly port: number
}

/** A connection to what a pod serves at its own address: what the pod keeps to itself (loopback) is not reached so. */
export type ConnectRequest = PortForwardRequest

/** What the API tier asks of a node; the first message of a byte stream. */
export type NodeRequest =
  | ({ readonly tag: 'Logs' } & LogRequest)
  | ({ readonly tag: 'Exec' } & ExecRequest)
  | ({ readonly tag: 'Attach' } & AttachRequest)
  | ({ readonly tag: 'PortForward' } & PortForwardRequest)
  | ({ readonly tag: 'Connect' } & ConnectRequest)
  /** HTTP/1.1 with the node itself, as a kubelet serves it. */
  | { readonly tag: 'Api' }

/** Why a node did not do what it was asked, in the kubelet's words. */
export interface NodeRefusal {
  readonly tag: 'BadRequest' | 'NotFound' | 'Unsupported' | 'Unavailable' | 'Failed'
  readonly message: string
}

/** Reads a request from outside; the refusal says what is wrong with it. */
export const decodeNodeRequest = (value: unknown): Either<NodeRefusal, NodeRequest> => {
  const bad = (what: string): Either<NodeRefusal, never> =>
    E.left({ tag: 'BadRequest', message: `node request: ${what}` })
  if (!isRecord(value)) return bad('not an object')
  const { pod, tag } = value
  if (tag === 'Api') return E.right({ tag })
  if (!isRecord(pod) || !isText(pod['namespace']) || !isText(pod['name']) || !isText(pod['uid'])) return bad('no pod')
  const address = { namespace: pod['namespace'], name: pod['name'], uid: pod['uid'] }
  if (tag === 'PortForward' || tag === 'Connect') {
    const { port } = value
    return isCount(port) && port > 0 && port < 65536 ? E.right({ tag, pod: address, port }) : bad('no port')
  }
  const { container } = value
  if (!isText(container)) return bad('no container')
  if (tag === 'Logs') return decodeLogs(value, address, container)
  if (tag !== 'Exec' && tag !== 'Attach') return bad('unknown tag')
  const streams = {
    pod: address,
    container,
    stdin: value['stdin'] === true,
    stdout: value['stdout'] === true,
    stderr: value['stderr'] === true,
    tty: value['tty'] === true,
  }
  if (tag === 'Attach') return E.right({ tag, ...streams })
  const { command } = value
  return Array.isArray(command) && command.length > 0 && command.every(isText)
    ? E.right({ tag, ...streams, command })
    : bad('no command')
}

const decodeLogs = (
  value: Record<string, unknown>,
  pod: PodAddress,
  container: string,
): Either<NodeRefusal, NodeRequest> => {
  const { sinceSeconds, sinceTime, tailLines, limitBytes, stream } = value
  return E.right({
    tag: 'Logs',
    pod,
    container,
    follow: value['follow'] === true,
    previous: value['previous'] === true,
    timestamps: value['timestamps'] === true,
    stream: stream === 'Stdout' || stream === 'Stderr' ? stream : 'All',
    ...(isCount(sinceSeconds) ? { sinceSeconds } : {}),
    ...(isText(sinceTime) ? { sinceTime } : {}),
    ...(isCount(tailLines) ? { tailLines } : {}),
    ...(isCount(limitBytes) ? { limitBytes } : {}),
  })
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isText = (value: unknown): value is string => typeof value === 'string'
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0
