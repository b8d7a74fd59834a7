import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { runTool } from './run-tool.ts'

/** A network over the one that there is, for hosts that reach each other through routers: VXLAN (RFC 7348), without a word of who sits where but ours. */
export interface Overlay {
  /** Name of its network device, 15 characters at most. */
  readonly device: string
  /** The same on all hosts of a cluster: 1 to 16,777,215. */
  readonly id: number
  /** Where the others reach this host. */
  readonly own: string
  /** Of this host's pods, such as `10.244.1.0/24`: its first address stands for the host itself there. */
  readonly network: string
}

/** Another host on it. */
export interface OverlayPeer {
  /** Of its pods. */
  readonly network: string
  /** Where it is reached. */
  readonly host: string
}

/** VXLAN's (RFC 7348). */
const port = 4789
/** Bytes that a packet has more on the network below: headers of IPv4, UDP and VXLAN, and the inner frame's. */
const headers = 50

/** The address of a host on the overlay: the first of its pods' network, which is no pod's. */
export const gatewayOf = (network: string): string => network.split('/', 1).join()

/** A host's hardware address there follows from where it is reached, so that nobody has to ask for it. Locally administered (IEEE 802). */
export const hardwareAddressOf = (host: string): string =>
  ['0a', '58', ...host.split('.').map(part => Number(part).toString(16).padStart(2, '0'))].join(':')

type Step = readonly [program: string, args: readonly string[], input?: string]

const ran = async ([program, args, input]: Step): Promise<Either<string, string>> => {
  const { code, stdout, stderr } = await runTool(program, args, input)
  const [why = ''] = stderr.trim().split('\n')
  return code === 0 ? E.right(stdout) : E.left(`${program} ${args.join(' ')}: ${why}`)
}

const all = async (steps: readonly Step[]): Promise<Either<string, void>> => {
  for (const step of steps) {
    const done = await ran(step)
    if (E.isLeft(done)) return done
  }
  return E.right(undefined)
}

const listed = async (step: Step): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const found = await ran(step)
  return E.isLeft(found) ? [] : (JSON.parse(found.right || '[]') as readonly Readonly<Record<string, unknown>>[])
}

/** Only the hosts of the cluster may say what is on the overlay: VXLAN itself takes it from everybody. */
const guard = ({ device }: Overlay, peers: readonly OverlayPeer[]): string => {
  const table = `ip ${device}`
  const elements = peers.map(({ host }) => host).join(', ')
  return [
    `add table ${table}`,
    `delete table ${table}`,
    `table ${table} {`,
    `  set hosts { type ipv4_addr; elements = { ${elements} } }`,
    '  chain input {',
    '    type filter hook input priority -10; policy accept;',
    `    udp dport ${port} ip saddr != @hosts drop`,
    '  }',
    '}',
  ].join('\n')
}

const made = ({ device, id, own, network }: Overlay): readonly Step[] => [
  [
    'ip',
    ['link', 'add', device, 'type', 'vxlan', 'id', String(id), 'local', own, 'dstport', String(port), 'nolearning'],
  ],
  ['ip', ['link', 'set', device, 'address', hardwareAddressOf(own)]],
  ['ip', ['address', 'add', `${gatewayOf(network)}/32`, 'dev', device]],
  ['ip', ['link', 'set', device, 'up']],
]

const gone = (device: string): Step => ['ip', ['link', 'del', device]]

/** Removes an overlay, by the name of its device; where there is none, nothing is done. */
export const removeOverlay = async (device: string): Promise<Either<string, void>> => {
  const { code } = await runTool('ip', ['link', 'show', 'dev', device])
  return code === 0
    ? all([gone(device), ['nft', ['-f', '-'], `add table ip ${device}\ndelete table ip ${device}\n`]])
    : E.right(undefined)
}

interface Shape {
  readonly address?: string
  readonly mtu?: number
  readonly linkinfo?: { readonly info_data?: { readonly id?: number; readonly local?: string } }
}

/** The largest packet that fits into one of the network below on the way to each of these hosts; `undefined` where no way is known. */
const largestPacket = async (peers: readonly OverlayPeer[]): Promise<number | undefined> => {
  const ways = await Promise.all(peers.map(({ host }) => listed(['ip', ['-json', 'route', 'get', host]])))
  const devices = [...new Set(ways.flatMap(([way]) => (typeof way?.['dev'] === 'string' ? [way['dev']] : [])))]
  const links = await Promise.all(devices.map(dev => listed(['ip', ['-json', 'link', 'show', 'dev', dev]])))
  const sizes = links.flatMap(([link]) => (typeof link?.['mtu'] === 'number' ? [link['mtu']] : []))
  return sizes.length === 0 ? undefined : Math.min(...sizes) - headers
}

/**
 * Makes the overlay as wanted, for its routes (`applyRoutes`); where there is no peer, there is none. Left: one line that says what was
 * refused, such as by a kernel that has no VXLAN.
 */
export const applyOverlay = async (overlay: Overlay, peers: readonly OverlayPeer[]): Promise<Either<string, void>> => {
  const { device, id, own } = overlay
  if (peers.length === 0) return removeOverlay(device)
  const [present] = (await listed(['ip', ['-json', '-details', 'link', 'show', 'dev', device]])) as readonly Shape[]
  const data = present?.linkinfo?.info_data
  const isOther = present && (data?.id !== id || data.local !== own || present.address !== hardwareAddressOf(own))
  const guarded = await ran(['nft', ['-f', '-'], guard(overlay, peers)])
  if (E.isLeft(guarded)) return guarded
  const mtu = await largestPacket(peers)
  const isSized = mtu === undefined || (present?.mtu === mtu && !isOther)
  const begun = await all([
    ...(isOther ? [gone(device)] : []),
    ...(!present || isOther ? made(overlay) : []),
    ...(isSized ? [] : [['ip', ['link', 'set', device, 'mtu', String(mtu)]] as const]),
  ])
  if (E.isLeft(begun)) return begun

  const hosts = new Map(peers.map(({ network, host }) => [gatewayOf(network), host]))
  const neighbours = await listed(['ip', ['-json', 'neigh', 'show', 'dev', device, 'nud', 'permanent']])
  const places = await listed(['bridge', ['-json', 'fdb', 'show', 'dev', device]])
  const wanted = [...hosts].map(([gateway, host]) => ({ gateway, host, hardware: hardwareAddressOf(host) }))
  const strayed = neighbours.map(({ dst }) => String(dst)).filter(gateway => !hosts.has(gateway))
  const left = places.filter(
    ({ mac, dst }) => typeof dst === 'string' && !wanted.some(({ hardware, host }) => hardware === mac && host === dst),
  )
  return all([
    ...strayed.map((gateway): Step => ['ip', ['neigh', 'del', gateway, 'dev', device]]),
    ...left.map(({ mac, dst }): Step => ['bridge', ['fdb', 'del', String(mac), 'dev', device, 'dst', String(dst)]]),
    ...wanted.flatMap(({ gateway, host, hardware }): readonly Step[] => [
      ['bridge', ['fdb', 'replace', hardware, 'dev', device, 'dst', host]],
      ['ip', ['neigh', 'replace', gateway, 'lladdr', hardware, 'dev', device, 'nud', 'permanent']],
    ]),
  ])
}
