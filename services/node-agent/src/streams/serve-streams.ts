import { serveByteStreams } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { decodeNodeRequest, nodeSubjects, serveContainerStream } from '@periplus/runtime'
import type { ContainerState, NodeRefusal, NodeRequest, PodAddress, RuntimeRefusal } from '@periplus/runtime'
import { nodeApi } from '../api/node-api.ts'
import type { NodeApiOptions } from '../api/node-api.ts'
import { chooseLog } from '../logs/choose-log.ts'
import { readLog } from '../logs/read-log.ts'
import { podIpsOf } from '../plan/pod-ips.ts'
import type { NodeContext } from '../pods/context.ts'
import type { PodManager } from '../pods/pod-manager.ts'
import type { PodWorker } from '../pods/pod-worker.ts'
import type { ServiceLog } from '../node-logs/service-logs.ts'
import type { ShownComponents } from '../components/show-components.ts'
import { answerForComponent } from './answer-for-component.ts'
import { sendLog } from './send-log.ts'
import type { Serve } from './send-log.ts'

export interface StreamOptions extends Pick<NodeApiOptions, 'logs' | 'metrics' | 'figures'> {
  /** What mirrors show that no worker of the manager keeps. */
  readonly components: Pick<ShownComponents, 'shownBy'>
  readonly serviceLog: ((service: string) => ServiceLog | undefined) | undefined
}

/** Serves logs, exec, attach and port-forward of this node's pods to the API tier, over NATS: the node dials out only. */
export const serveStreams = (
  bus: Bus,
  node: NodeContext,
  manager: PodManager,
  { components, serviceLog, ...own }: StreamOptions,
): { close(): void } => {
  const api = nodeApi({ settings: node.settings, pods: () => manager.pods, ...own })
  const workerOf = ({ namespace, name, uid }: PodAddress): Either<NodeRefusal, PodWorker> => {
    const worker = manager.worker(uid)
    return worker ? E.right(worker) : E.left({ tag: 'NotFound', message: `pod not found ("${name}_${namespace}")` })
  }
  const answer = async (request: NodeRequest): Promise<Either<NodeRefusal, Serve>> => {
    if (request.tag === 'Api') return E.right(stream => api.serve(stream.channel('data')))
    const { uid } = request.pod
    const component = components.shownBy(uid)
    if (component) {
      const current = () => components.shownBy(uid)
      return answerForComponent(node, { component, current, log: serviceLog?.(component.name) }, request)
    }
    const worker = workerOf(request.pod)
    if (E.isLeft(worker)) return worker
    switch (request.tag) {
      case 'Logs':
        return logs(node, worker.right, request)
      case 'Exec':
      case 'Attach':
        return run(node, worker.right, request)
      case 'PortForward':
        return forward(node, worker.right, request.port)
      case 'Connect':
        return connectTo(node, worker.right, request.port)
    }
  }
  const { streams, frames } = nodeSubjects(node.settings.nodeName)
  const served = serveByteStreams(
    bus,
    streams,
    async value => {
      const request = decodeNodeRequest(value)
      return E.isLeft(request) ? request : answer(request.right)
    },
    {
      // NATS delivers in the server's name what somebody redirects: only who opens a stream to this node has an end there.
      peersBelow: frames,
      onError: error => node.log.error('a stream of this node failed', { error: String(error) }),
    },
  )
  return {
    close: () => {
      served.close()
      api.close()
    },
  }
}

const logs = (
  node: NodeContext,
  { pod }: PodWorker,
  request: Extract<NodeRequest, { tag: 'Logs' }>,
): Either<NodeRefusal, Serve> => {
  const uid = pod.metadata?.uid ?? ''
  if (node.runtime.name === 'hollow')
    return E.left({ tag: 'Unsupported', message: 'a hollow node runs nothing: there are no logs' })
  const chosen = chooseLog(pod, node.view.pod(uid).containers, request.container, request.previous)
  if (E.isLeft(chosen)) return chosen
  const { id, logPath } = chosen.right
  const ended = (): boolean => !node.view.pod(uid).containers.some(each => each.id === id && each.state !== 'exited')
  return E.right(sendLog(node.signal, signal => readLog({ path: logPath, clock: node.clock, signal, ended }, request)))
}

const run = async (
  node: NodeContext,
  { pod }: PodWorker,
  request: Extract<NodeRequest, { tag: 'Exec' | 'Attach' }>,
): Promise<Either<NodeRefusal, Serve>> => {
  const container = runningContainer(node, pod.metadata?.uid ?? '', request.container)
  if (E.isLeft(container)) return container
  const { stdin, stdout } = request
  // A container has a terminal or has none from its start on, whatever the client that attaches to it believes.
  const tty = request.tag === 'Attach' ? hasTerminal(pod, request.container) : request.tty
  const streams = { stdin, stdout, stderr: request.stderr && !tty, tty }
  const opened =
    request.tag === 'Exec'
      ? await node.runtime.exec(container.right.id, { ...streams, command: request.command })
      : await node.runtime.attach(container.right.id, streams)
  if (E.isLeft(opened)) return E.left(refusalOf(opened.left))
  return E.right(stream => void serveContainerStream(stream, opened.right, streams))
}

const hasTerminal = ({ spec }: PodWorker['pod'], name: string): boolean => {
  const all = [...(spec?.containers ?? []), ...(spec?.initContainers ?? []), ...(spec?.ephemeralContainers ?? [])]
  return all.find(container => container.name === name)?.tty ?? false
}

const runningContainer = (node: NodeContext, uid: string, name: string): Either<NodeRefusal, ContainerState> => {
  const found = node.view.pod(uid).containers.find(each => each.name === name && each.state === 'running')
  return found ? E.right(found) : E.left({ tag: 'NotFound', message: `container not found ("${name}")` })
}

const forward = async (node: NodeContext, { pod }: PodWorker, port: number): Promise<Either<NodeRefusal, Serve>> => {
  const [sandbox] = node.view.pod(pod.metadata?.uid ?? '').sandboxes
  if (!sandbox?.ready)
    return E.left({
      tag: 'NotFound',
      message: `unable to do port forwarding: pod is not running. Current status=${pod.status?.phase}`,
    })
  const opened = await node.runtime.portForward(sandbox.id, port)
  return E.isLeft(opened) ? E.left(refusalOf(opened.left)) : E.right(joined(opened.right))
}

/** At the pod's own address, which its traffic comes to, and not at its loopback, which it may take for its own. */
const connectTo = async (node: NodeContext, { pod }: PodWorker, port: number): Promise<Either<NodeRefusal, Serve>> => {
  if (node.runtime.name === 'hollow')
    return E.left({ tag: 'Unsupported', message: 'a hollow node runs nothing: nobody answers there' })
  const [host] = podIpsOf(pod, node.view.pod(pod.metadata?.uid ?? '').sandboxes, node.settings.hostIps)
  if (host === undefined) return E.left({ tag: 'NotFound', message: `pod ${pod.metadata?.name} has no address` })
  const opened = await dial(host, port)
  return E.isLeft(opened) ? opened : E.right(joined(opened.right))
}

/** So long a pod that answers nothing is waited for. */
const dialMilliseconds = 30_000

const dial = (host: string, port: number): Promise<Either<NodeRefusal, Socket>> =>
  new Promise(resolve => {
    const socket = connect({ host, port, allowHalfOpen: true, timeout: dialMilliseconds })
    const failed = (words: string): void => {
      socket.destroy()
      const at = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
      resolve(E.left({ tag: 'Unavailable', message: `dial tcp ${at}: ${words}` }))
    }
    socket.once('error', (error: NodeJS.ErrnoException) =>
      failed(error.code === 'ECONNREFUSED' ? 'connect: connection refused' : `connect: ${error.message}`),
    )
    socket.once('timeout', () => failed('i/o timeout'))
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.removeAllListeners('timeout')
      resolve(E.right(socket))
    })
  })

const joined =
  (connection: Duplex): Serve =>
  stream => {
    void stream.ended.then(() => connection.destroy())
    const channel = stream.channel('data')
    // First of all listeners: once the channel is broken, nobody at the other end would learn why.
    connection.once('error', (error: Error) => stream.abort(error.message))
    const both = [pipeline(channel, connection), pipeline(connection, channel)]
    void Promise.all(both)
      .then(() => stream.close())
      .catch((error: unknown) => stream.abort(messageOf(error)))
  }

const refusalOf = ({ tag, message }: RuntimeRefusal): NodeRefusal => ({
  tag: tag === 'NotFound' || tag === 'Unsupported' || tag === 'Unavailable' ? tag : 'Failed',
  message,
})
