import { connect } from 'node:net'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { loopbackPort, natsRoutePasswordFile, secretIn } from '@periplus/service'
import { clusterOf } from '../home/cluster-file.ts'
import { natsUrlOf } from '../home/connections.ts'
import type { Home } from '../home/home.ts'
import { asAdministrator, well } from '../home/kube-api.ts'
import type { KubeApi } from '../home/kube-api.ts'
import type { NatsServer, NatsServers } from '../home/nats-servers.ts'
import { CannotGoOn } from '../home/say.ts'
import { natsServerOfNode, natsServersData, natsServersName } from '../roles/nats-servers.ts'
import { replicas, until } from './until.ts'

interface NodeList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> }
  }[]
}

/** Those of hosts that joined as copies of the control plane. */
export const offeredServers = async (api: KubeApi, home: Home): Promise<readonly NatsServer[]> => {
  const { items } = well(await api.get('/api/v1/nodes')) as NodeList
  const password = secretIn(join(home.nats, natsRoutePasswordFile))
  return items.flatMap(({ metadata: { name, annotations } }) => natsServerOfNode(name, annotations, password) ?? [])
}

/** The first host's own server, and those of hosts that joined as copies of the control plane. */
const candidates = async (api: KubeApi, home: Home): Promise<readonly NatsServer[]> => {
  const { nodeName, advertise } = clusterOf(home)
  if (advertise === undefined)
    throw new CannotGoOn('no other host reaches this one: start it with PERIPLUS_ADVERTISE_ADDRESS, its own address')
  const port = await loopbackPort(join(home.nats, 'nats.route-port'))
  if (E.isLeft(port)) throw new CannotGoOn(port.left)
  const own = {
    name: nodeName,
    address: advertise,
    port: Number(readFileSync(join(home.nats, 'nats.port'), 'utf8')),
    routePort: port.right,
  }
  const others = await offeredServers(api, home)
  return [own, ...others.filter(({ name }) => name !== nodeName)]
}

/** Tells all hosts of the servers. */
export const tellServers = async (api: KubeApi, servers: NatsServers): Promise<void> => {
  const path = `/api/v1/namespaces/${natsServersName.namespace}/configmaps`
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: natsServersName, data: natsServersData(servers) }
  const made = await api.post(path, object)
  well(made.status === 409 ? await api.put(`${path}/${natsServersName.name}`, object) : made)
}

/** Whether a server of a cluster greets there. */
const greets = ({ address, port }: NatsServer): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect({ host: address, port })
    const done = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(1_000, () => done(false))
    socket.once('error', () => done(false))
    socket.once('data', greeting => done(greeting.toString('latin1').includes('"cluster":"periplus"')))
  })

export const awaitServer = (server: NatsServer): Promise<void> =>
  until(async () =>
    (await greets(server))
      ? undefined
      : `the NATS of ${server.name} is not to be had at ${server.address}:${server.port}: nothing was changed on this host`,
  )

/** The servers that are to keep the log, started on all hosts but this one. */
export const gatherServers = (home: Home): Promise<readonly NatsServer[]> =>
  asAdministrator(home, async api => {
    const servers = await candidates(api, home)
    if (servers.length < replicas)
      throw new CannotGoOn(
        `one server keeps the log, and that stays so: ${servers.length} of the hosts have a control plane, and with fewer than ${replicas} the loss of one would stop all writes`,
      )
    await tellServers(api, { servers, replicated: false })
    for (const server of servers.slice(1)) await awaitServer(server)
    return servers
  })

/** From now on all hosts reach the log through any of the servers. */
export const tellReplicated = async (api: KubeApi, servers: readonly NatsServer[]): Promise<void> => {
  await tellServers(api, { servers, replicated: true })
  // Who joins is told of all of them.
  const path = '/api/v1/namespaces/kube-public/configmaps/cluster-info'
  const info = well(await api.get(path)) as { readonly data?: Readonly<Record<string, string>> }
  const nats = servers.map(natsUrlOf).join(',')
  well(await api.put(path, { ...info, data: { ...info.data, nats } }))
}
