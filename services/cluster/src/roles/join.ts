import { join as pathOf } from 'node:path'
import { messageOf } from '@periplus/prelude'
import { keepIdentity } from '@periplus/apiserver'
import { keyClaim, newUserKey } from '@periplus/bus'
import { E } from '@periplus/prelude'
import { loopbackPort, writePrivately } from '@periplus/service'
import { parse } from 'yaml'
import { readCluster, writeCluster } from '../home/cluster-file.ts'
import { makeHome } from '../home/home.ts'
import type { Home } from '../home/home.ts'
import { kubeApi, nodeApi } from '../home/kube-api.ts'
import type { ApiAnswer, KubeApi } from '../home/kube-api.ts'
import { authorityHash } from './authority-hash.ts'
import { CannotGoOn } from '../home/say.ts'
import type { Say } from '../home/say.ts'
import { keepKeys, routePasswordIn, sealedKeysName, unsealKeys } from './control-plane-keys.ts'
import type { SharedFiles } from './control-plane-keys.ts'
import { natsKeyAnnotation } from './nats-nodes.ts'
import { natsServerAnnotation, natsServerClaim } from './nats-servers.ts'
import { awaited, expected, requestCertificate } from './request-certificate.ts'

export interface Joining {
  /** `https://HOST:PORT` of the control plane. */
  readonly server: string
  /** A bootstrap token. A secret. */
  readonly token: string
  /** `sha256:` and the hash of the authority's public key, as kubeadm writes it. */
  readonly caHash: string
  readonly nodeName: string
  /** Of a host that is to run a copy of the control plane. */
  readonly controlPlane?: {
    /** Opens the control plane's keys. A secret. */
    readonly key: string
    /** This host's own address, at which its API server listens, too. */
    readonly advertise: string
  }
}

interface ClusterInfo {
  readonly ca: string
  readonly nats: string
  readonly name: string
  readonly serviceCidr: string
}

const reached = async (asking: Promise<ApiAnswer>, server: string): Promise<ApiAnswer> => {
  try {
    return await asking
  } catch (error) {
    throw new CannotGoOn(`${server} cannot be reached: ${messageOf(error)}`)
  }
}

/** What anybody may read of a cluster, believed where the authority in it is the one that the hash names. */
const discover = async ({ server, caHash }: Joining): Promise<ClusterInfo> => {
  const anybody = kubeApi({ server })
  try {
    const answer = await reached(anybody.get('/api/v1/namespaces/kube-public/configmaps/cluster-info'), server)
    const { data } = expected(answer, `${server} tells nothing of its cluster`) as { data?: Record<string, string> }
    const { clusters } = parse(data?.['kubeconfig'] ?? '{}') as {
      clusters?: readonly { readonly cluster: { readonly 'certificate-authority-data': string } }[]
    }
    const ca = Buffer.from(clusters?.[0]?.cluster['certificate-authority-data'] ?? '', 'base64').toString()
    const { nats = '', name = '', serviceCidr = '' } = data ?? {}
    if (ca === '' || authorityHash(ca) !== caHash)
      throw new CannotGoOn(`${server} is of another authority than ${caHash}: nothing was sent to it`)
    if (nats === '' || name === '' || serviceCidr === '') throw new CannotGoOn(`${server} is no cluster to join`)
    return { ca, nats, name, serviceCidr }
  } finally {
    anybody.close()
  }
}

/** The node's certificate, which the cluster signs for who shows a bootstrap token. */
const certify = async (joining: Joining, { ca }: ClusterInfo, home: Home): Promise<void> => {
  const { server, token, nodeName } = joining
  const api = kubeApi({ server, ca, token })
  try {
    const post: KubeApi['post'] = (path, body) => reached(api.post(path, body), server)
    const identity = await requestCertificate({ get: api.get, post }, nodeName)
    await keepIdentity(home.directory, nodeName, { ca, ...identity })
  } finally {
    api.close()
  }
}

/** The control plane's keys, which the cluster keeps sealed for who shows the token. */
const openKeys = async ({ server, token }: Joining, { ca }: ClusterInfo, key: string): Promise<SharedFiles> => {
  const api = kubeApi({ server, ca, token })
  try {
    const path = `/api/v1/namespaces/kube-system/secrets/${sealedKeysName(token.split('.', 1).join())}`
    const found = expected(await reached(api.get(path), server), "the control plane's keys are not to be had")
    return unsealKeys({ sealed: (found as { data?: { sealed?: string } }).data?.sealed ?? '', key })
  } finally {
    api.close()
  }
}

interface JoinedNode {
  readonly spec?: { readonly podCIDR?: string }
}

/** The servers' password is a secret. */
interface OwnServer {
  readonly address: string
  readonly password: string
}

/** What this host says of its own server of NATS, whose ports are kept from now on. */
const serverAt = async (home: Home, name: string, { address, password }: OwnServer): Promise<string> => {
  const [port, routePort] = [
    await loopbackPort(pathOf(home.nats, 'nats.port')),
    await loopbackPort(pathOf(home.nats, 'nats.route-port')),
  ]
  if (E.isLeft(port) || E.isLeft(routePort)) throw new CannotGoOn('there is no free port for NATS')
  return natsServerClaim({ name, address, port: port.right, routePort: routePort.right }, password)
}

/**
 * Makes the Node, with the key by which NATS is to know it, and where this host could keep the log too; waits for the network of its pods.
 */
const register = async (api: KubeApi, nodeName: string, home: Home, server: OwnServer | undefined): Promise<string> => {
  const { seed } = newUserKey()
  writePrivately(home.natsKey, `${seed}\n`)
  const annotations = {
    [natsKeyAnnotation]: keyClaim(seed, nodeName),
    ...(server ? { [natsServerAnnotation]: await serverAt(home, nodeName, server) } : {}),
  }
  const metadata = { name: nodeName, annotations }
  expected(await api.post('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata }), 'the node cannot be made')
  return awaited('the node was given no addresses for its pods', async () => {
    const node = expected(await api.get(`/api/v1/nodes/${nodeName}`), 'the node is gone') as JoinedNode
    return node.spec?.podCIDR
  })
}

/** Makes this host a node of a cluster elsewhere; what it needs for that is kept in its home. */
export const join = async (home: Home, joining: Joining, say: Say): Promise<void> => {
  makeHome(home)
  const present = readCluster(home)
  if (present)
    throw new CannotGoOn(`${home.directory} is of the cluster ${present.name} already; 'periplus leave' makes way`)
  const { server, nodeName, controlPlane } = joining
  const info = await discover(joining)
  const keys = controlPlane && (await openKeys(joining, info, controlPlane.key))
  await certify(joining, info, home)
  const { name, nats, serviceCidr } = info
  const place = { nodeName, apiPort: Number(new URL(server).port || 443), joined: { apiServer: server, nats } }
  const api = nodeApi(home, place)
  try {
    const own = keys && { address: controlPlane.advertise, password: routePasswordIn(keys) }
    const podCidr = await register(api, nodeName, home, own)
    if (keys) keepKeys(home, keys)
    const joined = { ...place.joined, ...(keys ? { controlPlane: true as const } : {}) }
    writeCluster(home, { ...place, joined, name, podCidr, serviceCidr, runtime: { tag: 'hollow' } })
    say(`this host is node ${nodeName} of ${server}; its pods have ${podCidr}`)
    if (controlPlane) say(`its API server is to be at https://${controlPlane.advertise}:${place.apiPort}`)
  } finally {
    api.close()
  }
}
