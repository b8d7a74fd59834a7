import type { Duplex } from 'node:stream'
import { E } from '@periplus/prelude'
import type { Either, Random } from '@periplus/prelude'
import { badRequest, objectNotFound, refOf } from '@periplus/api'
import type { KubernetesObject, Refusal } from '@periplus/api'
import type { AdmitConnection } from '@periplus/commands'
import { Node, Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { Answer } from '../http/call.ts'
import type { NodeStreams } from '../ports.ts'
import { viewFor } from '../read/view.ts'
import type { ViewDeps } from '../read/view.ts'
import type { ResourceCall, ResourceHandler } from '../resources/resource-call.ts'
import { admitted } from '../subresources/admit-connection.ts'
import { relay } from './relay.ts'
import { parseProxyName, podPortOf, servicePortOf, splitProxyPath, unavailable } from './target.ts'
import type { PodPort, ProxyName } from './target.ts'

export interface ProxyDeps extends ViewDeps {
  /** Absent: this server can't reach nodes, and says so. */
  readonly streams: NodeStreams | undefined
  readonly random: Random
  /** Absent: nobody else is asked. */
  readonly admitConnection?: AdmitConnection | undefined
}

const noStreams: Refusal = { tag: 'NotBuilt', message: 'this server has no way to the nodes: nothing is proxied' }

/** Where a kubelet listens. */
const kubeletPort = '10250'

/** As admission knows what is asked: `PodProxyOptions` and the like. */
const optionsOf = ({ info }: ResourceCall, what: string): KubernetesObject & { readonly path: string } => ({
  apiVersion: 'v1',
  kind: `${what.slice(0, 1).toUpperCase()}${what.slice(1)}ProxyOptions`,
  path: info.rest.join('/'),
})

type Find = (cut: Cut, namespace: string, name: ProxyName) => Either<Refusal, PodPort>
type Connect = () => Promise<Either<Refusal, Duplex>>

/**
 * A proxied request, once it is known what it is for. A path that ends with `/proxy` leads on to one that ends with a slash, so that what
 * is relative in a page means what its server meant by it.
 */
const proxied = async ({ call }: ResourceCall, { tls }: Pick<ProxyName, 'tls'>, connect: Connect): Promise<Answer> => {
  const url = call.request.url ?? '/'
  const mark = url.indexOf('?')
  const query = mark < 0 ? '' : url.slice(mark)
  const { prefix, rest } = splitProxyPath(mark < 0 ? url : url.slice(0, mark))
  const method = call.request.method ?? 'GET'
  if (rest === '' && (method === 'GET' || method === 'HEAD') && !call.connection)
    return E.right({
      tag: 'Bytes',
      code: 301,
      contentType: 'text/plain; charset=utf-8',
      parts: [],
      headers: { location: `${prefix}/${query}` },
    })
  return relay(call, { connect, tls, prefix, path: `${rest === '' ? '/' : rest}${query}` })
}

/** Below `/at/` there is nobody to ask. */
const cutFor = async (deps: ViewDeps, { call }: ResourceCall): Promise<Either<Refusal, Cut>> => {
  if (call.past) return E.left(badRequest('servers of the past cannot be reached: they are proxied without /at/'))
  const view = await viewFor(deps, call, undefined)
  return E.isLeft(view) ? view : E.right(view.right.cut)
}

const toPods =
  (deps: ProxyDeps, what: string, find: Find): ResourceHandler =>
  async asked => {
    const { streams } = deps
    if (!streams) return E.left(noStreams)
    const name = parseProxyName(asked.info.name, what)
    if (E.isLeft(name)) return name
    const cut = await cutFor(deps, asked)
    if (E.isLeft(cut)) return cut
    const found = find(cut.right, asked.ref.namespace, name.right)
    if (E.isLeft(found)) return found
    const { pod, port } = found.right
    const nodeName = pod.spec?.nodeName
    if (!nodeName) return E.left(unavailable(`pod ${pod.metadata.name} does not have a host assigned`))
    const may = await admitted(deps.admitConnection, asked, optionsOf(asked, what))
    if (E.isLeft(may)) return may
    const ref = refOf(Pod, pod.metadata.namespace ?? '', pod.metadata.name)
    return proxied(asked, name.right, () => streams.connect({ pod, ref, nodeName }, port))
  }

/** `pods/proxy`: HTTP with a pod, over its node's link. */
export const podProxy = (deps: ProxyDeps): ResourceHandler => toPods(deps, 'pod', podPortOf)

/** `services/proxy`: HTTP with any ready pod of a service. */
export const serviceProxy = (deps: ProxyDeps): ResourceHandler =>
  toPods(deps, 'service', (cut, namespace, name) => servicePortOf(cut, namespace, name, deps.random))

/** `nodes/proxy`: HTTP with the node itself, as far as it answers like a kubelet. */
export const nodeProxy =
  (deps: ProxyDeps): ResourceHandler =>
  async asked => {
    const { streams } = deps
    if (!streams) return E.left(noStreams)
    const parsed = parseProxyName(asked.info.name, 'node')
    if (E.isLeft(parsed)) return parsed
    const { name, port } = parsed.right
    const cut = await cutFor(deps, asked)
    if (E.isLeft(cut)) return cut
    if (!cut.right.get(Node, '', name)) return E.left(objectNotFound(Node, name))
    if (port !== '' && port !== kubeletPort)
      return E.left(unavailable(`error trying to reach service: nodes answer at port ${kubeletPort} alone`))
    const may = await admitted(deps.admitConnection, asked, optionsOf(asked, 'node'))
    if (E.isLeft(may)) return may
    // Its link is its own: there is no certificate to be shown on it.
    return proxied(asked, { tls: false }, () => streams.connectNode(name))
  }
