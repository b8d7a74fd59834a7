import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { badRequest, objectNotFound } from '@periplus/api'
import type { Refusal, Stored } from '@periplus/api'
import type { AdmitConnection } from '@periplus/commands'
import type { Pod as PodType } from '@periplus/kinds'
import type { Answer } from '../http/call.ts'
import { headerOf } from '../http/exchange.ts'
import type { Security, NodeStreams, StreamOptions, StreamTarget } from '../ports.ts'
import { isAboutStream, podLines } from '../log-lines/pod-lines.ts'
import type { PodLinesDeps } from '../log-lines/pod-lines.ts'
import { viewFor } from '../read/view.ts'
import { attributesOf } from '../request/attributes.ts'
import type { ViewDeps } from '../read/view.ts'
import type { ResourceCall, ResourceHandler } from '../resources/resource-call.ts'
import { admitted, connectionOptions } from './admit-connection.ts'
import { parseExecOptions, parseLogOptions, parsePortForwardOptions } from './stream-options.ts'

export interface StreamDeps extends ViewDeps, PodLinesDeps {
  /** Absent: this server can't reach nodes, and says so. */
  readonly streams: NodeStreams | undefined
  readonly deciding: Security['deciding']
  /** Absent: nobody else is asked. */
  readonly admitConnection?: AdmitConnection | undefined
}

const noStreams: Refusal = {
  tag: 'NotBuilt',
  message: 'this server has no way to the nodes: logs, exec, attach and port-forward are not served',
}

type PodLike = Stored<PodType>

/** The pod and the node it is bound to. */
const targetOf = async (
  deps: StreamDeps,
  { call, kind, ref }: ResourceCall,
): Promise<Either<Refusal, StreamTarget>> => {
  if (call.past) return E.left(badRequest('containers of the past cannot be reached: streams are served without /at/'))
  const view = await viewFor(deps, call, undefined)
  if (E.isLeft(view)) return view
  const pod = view.right.cut.entry(ref)?.object()
  if (!pod) return E.left(objectNotFound(kind, ref.name))
  const nodeName = (pod as PodLike).spec?.nodeName
  if (!nodeName) return E.left(badRequest(`pod ${ref.name} does not have a host assigned`))
  return E.right({ pod, ref, nodeName })
}

/** The container that is meant: the named one, the annotated default, or the only one. */
const containerOf = (target: StreamTarget, asked: string): Either<Refusal, string> => {
  const { spec, metadata } = target.pod as PodLike
  const containers = (spec?.containers ?? []).map(({ name }) => name)
  const initContainers = (spec?.initContainers ?? []).map(({ name }) => name)
  const ephemeral = (spec?.ephemeralContainers ?? []).map(({ name }) => name)
  const all = [...containers, ...initContainers, ...ephemeral]
  if (asked !== '')
    return all.includes(asked)
      ? E.right(asked)
      : E.left(badRequest(`container ${asked} is not valid for pod ${metadata.name}`))
  const [only] = containers
  if (only !== undefined && all.length === 1) return E.right(only)
  const annotated = metadata.annotations?.['kubectl.kubernetes.io/default-container']
  if (annotated !== undefined && all.includes(annotated)) return E.right(annotated)
  const others = initContainers.length > 0 ? ` or one of the init containers: [${initContainers.join(' ')}]` : ''
  return E.left(
    badRequest(
      `a container name must be specified for pod ${metadata.name}, choose one of: [${containers.join(' ')}]${others}`,
    ),
  )
}

export const podLog =
  (deps: StreamDeps): ResourceHandler =>
  async asked => {
    const { call, ref } = asked
    if (isAboutStream(asked)) return podLines(deps, asked)
    if (!deps.streams) return E.left(noStreams)
    const options = parseLogOptions(call.query, ref.name)
    if (E.isLeft(options)) return options
    const target = await targetOf(deps, asked)
    if (E.isLeft(target)) return target
    const container = containerOf(target.right, call.query.get('container') ?? '')
    if (E.isLeft(container)) return container
    const wanted = { ...options.right, container: container.right }
    if (call.connection && headerOf(call.request, 'upgrade')?.toLowerCase() === 'websocket') {
      const taken = await deps.streams.upgrade(target.right, { tag: 'Log', ...wanted }, call.connection)
      return E.isLeft(taken) ? taken : E.right(undefined)
    }
    const lines = await deps.streams.logs(target.right, wanted, call.signal)
    if (E.isLeft(lines)) return lines
    return E.right({
      tag: 'Stream',
      contentType: 'text/plain',
      run: async (sink, signal) => {
        for await (const chunk of lines.right) {
          if (signal.aborted) return
          if (!sink.write(chunk)) await sink.drained(signal)
        }
      },
    })
  }

const optionsFor = (asked: ResourceCall, target: StreamTarget): Either<Refusal, StreamOptions> => {
  const { info, call } = asked
  if (info.subresource === 'portforward') return parsePortForwardOptions(call.query)
  const options = parseExecOptions(info.subresource === 'exec' ? 'Exec' : 'Attach', call.query)
  if (E.isLeft(options)) return options
  const container = containerOf(target, call.query.get('container') ?? '')
  return E.isLeft(container) ? container : E.right({ ...options.right, container: container.right })
}

/** `exec`, `attach` and `portforward`: checked here, spoken by whoever reaches the node. */
export const podConnection =
  (deps: StreamDeps): ResourceHandler =>
  async (asked): Promise<Answer> => {
    const { call, info } = asked
    if (!deps.streams) return E.left(noStreams)
    // A WebSocket begins with GET; running something in a pod takes the right to create all the same.
    const allowed = await deps.deciding(({ authorize }) =>
      authorize(call.user, { ...attributesOf(info), verb: 'create' }),
    )
    if (E.isLeft(allowed)) return allowed
    const target = await targetOf(deps, asked)
    if (E.isLeft(target)) return target
    const options = optionsFor(asked, target.right)
    if (E.isLeft(options)) return options
    if (!call.connection) return E.left(badRequest('Upgrade request required'))
    if (options.right.tag !== 'Log') {
      const may = await admitted(deps.admitConnection, asked, connectionOptions(options.right))
      if (E.isLeft(may)) return may
    }
    const taken = await deps.streams.upgrade(target.right, options.right, call.connection)
    return E.isLeft(taken) ? taken : E.right(undefined)
  }
