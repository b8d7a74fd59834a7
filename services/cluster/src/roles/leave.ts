import { removedHostsName } from '@periplus/apiserver'
import { messageOf } from '@periplus/prelude'
import { clusterOf } from '../home/cluster-file.ts'
import type { ClusterFile } from '../home/cluster-file.ts'
import type { Home } from '../home/home.ts'
import { adminApi, asAdministrator, nodeApi, well, wordsOf } from '../home/kube-api.ts'
import type { KubeApi } from '../home/kube-api.ts'
import { CannotGoOn } from '../home/say.ts'
import type { Say } from '../home/say.ts'
import { natsServerAnnotation } from './nats-servers.ts'
import { changeServers, forgetServer, presentServers } from '../replicas/change-servers.ts'

interface PodList {
  readonly items: readonly {
    readonly metadata: {
      readonly name: string
      readonly namespace: string
      readonly annotations?: Readonly<Record<string, string>>
      readonly ownerReferences?: readonly { readonly kind: string; readonly controller?: boolean }[]
    }
    readonly status?: { readonly phase?: string }
  }[]
}

/** The pods that `kubectl drain` would move, by name: those of DaemonSets and of the node's own files go with the node. Pure. */
export const podsToDrain = ({ items }: PodList): readonly string[] =>
  items
    .filter(
      ({ metadata: { annotations, ownerReferences }, status }) =>
        annotations?.['kubernetes.io/config.mirror'] === undefined &&
        !ownerReferences?.some(({ kind, controller }) => kind === 'DaemonSet' && controller) &&
        status?.phase !== 'Succeeded' &&
        status?.phase !== 'Failed',
    )
    .map(({ metadata: { namespace, name } }) => `${namespace}/${name}`)

const nodePath = (name: string): string => `/api/v1/nodes/${name}`

const deleteNode = async (api: KubeApi, name: string): Promise<void> => {
  const answer = await api.delete(nodePath(name))
  if (answer.status !== 404) well(answer)
}

const removedHosts = `/api/v1/namespaces/${removedHostsName.namespace}/configmaps`

/** From now on nothing is good that the host's node has shown itself by; it is told before its Node goes, which it might make again. */
const revoke = async (api: KubeApi, name: string): Promise<void> => {
  const path = `${removedHosts}/${removedHostsName.name}`
  const removed = { [name]: new Date().toISOString() }
  const found = await api.get(path)
  if (found.status === 404) {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: removedHostsName, data: removed }
    return void well(await api.post(removedHosts, object))
  }
  const object = well(found) as { readonly data?: Readonly<Record<string, string>> }
  well(await api.put(path, { ...object, data: { ...object.data, ...removed } }))
}

interface SecretList {
  readonly items: readonly { readonly metadata: { readonly name: string } }[]
}

/** Which of the bootstrap tokens a host has joined by is not known, and it may still be good. Gives their number. */
const withdrawTokens = async (api: KubeApi): Promise<number> => {
  const path = '/api/v1/namespaces/kube-system/secrets'
  const { items } = well(await api.get(`${path}?fieldSelector=type%3Dbootstrap.kubernetes.io%2Ftoken`)) as SecretList
  for (const { metadata } of items) {
    const answer = await api.delete(`${path}/${metadata.name}`)
    if (answer.status !== 404) well(answer)
  }
  return items.length
}

/** What the API answers; where nobody does, why it goes no further. */
const reached = async <A>(asking: Promise<A>, server: string, otherwise: string): Promise<A> => {
  try {
    return await asking
  } catch (error) {
    if (error instanceof CannotGoOn) throw error
    throw new CannotGoOn(`${server} cannot be reached: ${messageOf(error)}; ${otherwise}`)
  }
}

/** Whether a Node object is gone with it: a node may not delete itself, which a copy of the control plane may. */
const withdrawFrom = async (api: KubeApi, home: Home, cluster: ClusterFile, say: Say): Promise<boolean> => {
  const { nodeName, joined } = cluster
  const pods = well(await api.get(`/api/v1/pods?fieldSelector=spec.nodeName%3D${nodeName}`)) as PodList
  const [first, ...others] = podsToDrain(pods)
  if (first !== undefined)
    throw new CannotGoOn(
      `${others.length + 1} pods would go with ${nodeName}, such as ${first}: 'kubectl drain ${nodeName} --ignore-daemonsets' moves them first; --force leaves all the same`,
    )
  if (!joined?.controlPlane) return false
  const present = await presentServers(api)
  if (present?.some(({ name }) => name === nodeName)) await changeServers({ home, api, say }, present, nodeName)
  await revoke(api, nodeName)
  await deleteNode(api, nodeName)
  if (present) await forgetServer(home, nodeName)
  return true
}

/**
 * Takes this host, which joined, out of its cluster while the cluster goes on: what it keeps of the log is kept by others, and where it has
 * a copy of the control plane, its Node is deleted. Ends the program, with nothing changed, where its pods were not moved, or where too few
 * servers would keep the log. Resolves with whether its Node is gone.
 */
export const withdraw = async (home: Home, say: Say): Promise<boolean> => {
  const cluster = clusterOf(home)
  const api = cluster.joined?.controlPlane ? adminApi(home) : nodeApi(home, cluster)
  try {
    return await reached(
      withdrawFrom(api, home, cluster, say),
      api.server,
      '--force forgets the cluster on this host alone',
    )
  } finally {
    api.close()
  }
}

interface NodeAnswer {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> }
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}

/** Which host is taken out; `force`: though it lives. */
export interface Removal {
  readonly name: string
  readonly force: boolean
  readonly say: Say
}

/**
 * Takes a host out of the cluster that never comes back, from another one's control plane, so that nothing that it has as a node is good any
 * more. Ends the program where it lives, unless by `force`, or where too few servers would keep the log.
 */
export const removeHost = (home: Home, removal: Removal): Promise<void> =>
  asAdministrator(home, api => removeFrom(api, home, removal))

/** The same, by an administrator's API. */
export const removeFrom = async (api: KubeApi, home: Home, { name, force, say }: Removal): Promise<void> => {
  if (name === clusterOf(home).nodeName) throw new CannotGoOn(`${name} is this host: 'periplus leave' takes it out`)
  const node = await api.get(nodePath(name))
  const present = await presentServers(api)
  const isServer = present?.some(server => server.name === name) ?? false
  if (node.status === 404 && !isServer) throw new CannotGoOn(wordsOf(node))
  const { status, metadata } = (node.status === 404 ? {} : well(node)) as NodeAnswer
  if (!force && status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'))
    throw new CannotGoOn(`${name} is Ready: 'periplus leave' is typed there; --force takes it out all the same`)
  if (present && isServer) await changeServers({ home, api, say }, present, name)
  await revoke(api, name)
  await deleteNode(api, name)
  const tokens = await withdrawTokens(api)
  if (tokens > 0) say(`tokens to join by are withdrawn, of which it may know one: ${tokens}`)
  if (isServer || metadata?.annotations?.[natsServerAnnotation] !== undefined)
    say(`${name} had a control plane: the cluster's keys lie on its disk, and nothing takes these back`)
  if (present) await forgetServer(home, name)
}
