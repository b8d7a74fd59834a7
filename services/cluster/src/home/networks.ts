import { readFileSync } from 'node:fs'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { nftablesDataplane } from '@periplus/net'
import type { Dataplane } from '@periplus/net'
import type { ClusterFile } from './cluster-file.ts'
import type { Home } from './home.ts'
import type { Settings } from './settings.ts'

const hashOf = ({ directory }: Pick<Home, 'directory'>): number => {
  let hash = 0
  for (const char of directory) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0
  return hash
}

/** The pods' bridge: two clusters on one machine have one each. */
export const bridgeOf = (home: Home): string => `pp-${hashOf(home).toString(36)}`

/** By which routes are this cluster's (rtnetlink(7)): above those that the kernel and routing daemons have numbers of. */
export const routeProtocol = (home: Home): number => 200 + (hashOf(home) % 50)

/** The network device that leads to the pods of hosts behind routers. */
export const overlayDeviceOf = (home: Home): string => `${bridgeOf(home)}-x`

/** Of all hosts of a cluster the same, which know each other's pods by it (`Overlay.id`), and seldom that of another cluster. */
export const overlayId = ({ name, serviceCidr }: Pick<ClusterFile, 'name' | 'serviceCidr'>): number =>
  1 + (hashOf({ directory: `${name} ${serviceCidr}` }) % (2 ** 24 - 1))

/** The machine's packet filter, as far as it is this cluster's. */
export const packetFilter = (home: Home): Dataplane => nftablesDataplane({ table: bridgeOf(home) })

interface Route {
  readonly device: string
  readonly network: number
  readonly mask: number
}

/** `/proc/net/route`, also of interfaces that are down; its numbers are the network's bytes, last one first. */
export const routesOf = (table: string): readonly Route[] =>
  table
    .split('\n')
    .slice(1)
    .map(line => line.split(/\s+/))
    .filter(columns => columns.length > 7)
    .map(([device = '', network = '', , , , , , mask = '']) => ({
      device,
      network: Buffer.from(network, 'hex').readUInt32LE(),
      mask: Buffer.from(mask, 'hex').readUInt32LE(),
    }))

/** Those that a cluster's networks must not be in the way of: where nothing runs its pods, no packet goes to them. */
export const routesInTheWay = (runtime: Settings['runtime']): readonly Route[] => {
  if (runtime === 'hollow') return []
  try {
    return routesOf(readFileSync('/proc/net/route', 'utf8'))
  } catch {
    return []
  }
}

const networkOf = (cidr: string): { readonly network: number; readonly mask: number } => {
  const [address = '', length = ''] = cidr.split('/')
  return {
    network: Buffer.from(address.split('.').map(Number)).readUInt32BE(),
    mask: (0xffffffff << (32 - Number(length))) >>> 0,
  }
}

/** The interface that has addresses of this network. A wider route, such as the default one, gives way to the pods'. */
const takenBy = (cidr: string, routes: readonly Route[]): string | undefined => {
  const { network, mask } = networkOf(cidr)
  return routes.find(route => route.mask >= mask && (route.network & mask) >>> 0 === network)?.device
}

/** What a cluster asks for: addresses that stay the same for as long as it lives. */
interface NetworkWish {
  /** Of what, such as `pods`. */
  readonly of: string
  readonly setting: string
  readonly wanted: string | undefined
  readonly known: string | undefined
  /** In the order in which they are tried where nothing is wanted or known. */
  readonly candidates: readonly string[]
  /** What all candidates are of. */
  readonly all: string
}

/** Those that the cluster has had from its first start, else the wanted ones, else the first free ones. */
const chosenNetwork = (home: Home, wish: NetworkWish, routes: readonly Route[]): Either<string, string> => {
  const { of, setting, wanted, known } = wish
  const others = routes.filter(({ device }) => device !== bridgeOf(home))
  if (known !== undefined && wanted !== undefined && known !== wanted)
    return E.left(`${setting}=${wanted}: this cluster's ${of} have ${known}; 'periplus reset' makes way for others`)
  const fixed = known ?? wanted
  if (fixed !== undefined) {
    const device = takenBy(fixed, others)
    if (device === undefined) return E.right(fixed)
    const advice = known === undefined ? `set ${setting} to others` : "'periplus reset' makes way for others"
    return E.left(`the ${of}' addresses, ${fixed}, are in use by the network interface ${device}: ${advice}`)
  }
  const free = wish.candidates.find(cidr => takenBy(cidr, others) === undefined)
  return free === undefined
    ? E.left(`all of ${wish.all} is in use on this machine: set ${setting} to addresses for the ${of}`)
    : E.right(free)
}

interface Asked {
  readonly wanted: string | undefined
  readonly known: string | undefined
}

const from = <A>(start: number, all: readonly A[]): readonly A[] => [
  ...all.slice(start % all.length),
  ...all.slice(0, start % all.length),
]

const podNetworks = Array.from({ length: 256 }, (_, n) => `10.244.${n}.0/24`)
const serviceNetworks = Array.from({ length: 16 }, (_, n) => `10.${96 + n}.0.0/16`)
/** Beside those that resolvers and the like of the machine listen at. */
const loopbackNetworks = Array.from({ length: 64 }, (_, n) => `127.${64 + n}.0.0/16`)

/** Of loopback, where this machine's processes alone reach services. */
export const isLoopbackNetwork = (cidr: string): boolean => cidr.startsWith('127.')

/**
 * The pods' addresses: those that the cluster has had from its first start, else the wanted ones, else a /24 of 10.244.0.0/16.
 * Which one follows from the cluster's directory, as a second cluster's bridge may be away for now. Left: one line
 * that says what stands in the way and what to do.
 */
export const podNetwork = (home: Home, asked: Asked, routes: readonly Route[]): Either<string, string> =>
  chosenNetwork(
    home,
    {
      ...{ ...asked, of: 'pods', setting: 'PERIPLUS_POD_CIDR' },
      ...{ candidates: from(hashOf(home), podNetworks), all: '10.244.0.0/16' },
    },
    routes,
  )

/** What pods of a new cluster are to be: plain processes reach services over loopback only. */
export type PodsAre = 'containers' | 'processes'

/**
 * The services' addresses, chosen like the pods', apart from `podCidr`: from the /16s of 10.96.0.0/12, or of loopback where pods are plain
 * processes.
 */
export const serviceNetwork = (
  home: Home,
  { podsAre = 'containers', ...asked }: Asked & { readonly podsAre?: PodsAre },
  podCidr: string,
  routes: readonly Route[],
): Either<string, string> => {
  const { networks, all } =
    podsAre === 'processes'
      ? { networks: loopbackNetworks, all: '127.64.0.0/10' }
      : { networks: serviceNetworks, all: '10.96.0.0/12' }
  const chosen = chosenNetwork(
    home,
    {
      ...{ ...asked, of: 'services', setting: 'PERIPLUS_SERVICE_CIDR' },
      candidates: from(
        hashOf(home),
        networks.filter(cidr => !overlap(cidr, podCidr)),
      ),
      all,
    },
    routes,
  )
  return E.isRight(chosen) && overlap(chosen.right, podCidr)
    ? E.left(
        `the services' addresses, ${chosen.right}, and the pods', ${podCidr}, overlap: set PERIPLUS_SERVICE_CIDR to others`,
      )
    : chosen
}

const overlap = (one: string, other: string): boolean => {
  const [a, b] = [networkOf(one), networkOf(other)]
  const mask = (a.mask & b.mask) >>> 0
  return (a.network & mask) >>> 0 === (b.network & mask) >>> 0
}

/** The `n`th address of a network, such as the first, where pods find the API server. */
export const addressIn = (cidr: string, n: number): string => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(networkOf(cidr).network + n)
  return [...bytes].join('.')
}

/** The bridge's own address with the length of its network: the first, as the CNI plugin has it. */
export const gatewayOf = (podCidr: string): string => `${addressIn(podCidr, 1)}/${podCidr.split('/')[1] ?? ''}`

/** Whether pods are plain processes that reach services over loopback. */
export const isRelayed = ({ runtime, serviceCidr }: Pick<ClusterFile, 'runtime' | 'serviceCidr'>): boolean =>
  runtime.tag === 'process' && isLoopbackNetwork(serviceCidr)

/**
 * Where pods find the API server: the service's address, and what it leads to: the bridge's, or the one that all hosts reach. An address
 * of loopback is its own: nothing leads on from there, and its port is the server's, as 443 may not be had.
 */
export const apiServerPlace = ({
  podCidr,
  serviceCidr,
  runtime,
  advertise,
}: Pick<ClusterFile, 'podCidr' | 'serviceCidr' | 'runtime' | 'advertise'>): {
  readonly serviceIp: string
  readonly address: string | undefined
  readonly listensThere: boolean
} => ({
  serviceIp: addressIn(serviceCidr, 1),
  listensThere: isRelayed({ runtime, serviceCidr }) && advertise === undefined,
  address: advertise ?? (runtime.tag === 'containerd' ? addressIn(podCidr, 1) : undefined),
})

/** Where resolvers ask. */
export const namePort = 53

/** Free on the bridge's address, where nothing but a server for all of the machine's addresses could be in the way. */
const dnsPort = 10053

/** The cluster's DNS, as pods know it and as their node serves it. */
export const dnsPlace = ({
  podCidr,
  serviceCidr,
}: Pick<ClusterFile, 'podCidr' | 'serviceCidr'>): {
  readonly serviceIp: string
  readonly address: string
  readonly port: number
} => ({
  serviceIp: addressIn(serviceCidr, 10),
  address: addressIn(podCidr, 1),
  port: dnsPort,
})
