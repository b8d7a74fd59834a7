import { readFileSync } from 'node:fs'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Home } from './home.ts'

const hashOf = (home: Home): number => {
  let hash = 0
  for (const char of home.directory) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0
  return hash
}

/** The pods' bridge: two clusters on one machine have one each. */
export const bridgeOf = (home: Home): string => `pp-${hashOf(home).toString(36)}`

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

const machinesRoutes = (): readonly Route[] => {
  try {
    return routesOf(readFileSync('/proc/net/route', 'utf8'))
  } catch {
    return []
  }
}

/** The interface that has addresses of this network. A wider route, such as the default one, gives way to the pods'. */
const takenBy = (cidr: string, routes: readonly Route[]): string | undefined => {
  const [address = '', length = ''] = cidr.split('/')
  const network = Buffer.from(address.split('.').map(Number)).readUInt32BE()
  const mask = (0xffffffff << (32 - Number(length))) >>> 0
  return routes.find(route => route.mask >= mask && (route.network & mask) >>> 0 === network)?.device
}

/**
 * The pods' addresses: those that the cluster has had from its first start, else the wanted ones, else a /24 of 10.244.0.0/16.
 * Which one follows from the cluster's directory, as a second cluster's bridge appears only with its first pod. Left: one line
 * that says what stands in the way and what to do.
 */
export const podNetwork = (
  home: Home,
  { wanted, known }: { readonly wanted: string | undefined; readonly known: string | undefined },
  routes: readonly Route[] = machinesRoutes(),
): Either<string, string> => {
  const others = routes.filter(({ device }) => device !== bridgeOf(home))
  if (known !== undefined && wanted !== undefined && known !== wanted)
    return E.left(
      `PERIPLUS_POD_CIDR=${wanted}: this cluster's pods have ${known}; 'periplus reset' makes way for others`,
    )
  const fixed = known ?? wanted
  if (fixed !== undefined) {
    const device = takenBy(fixed, others)
    if (device === undefined) return E.right(fixed)
    const advice = known === undefined ? 'set PERIPLUS_POD_CIDR to others' : "'periplus reset' makes way for others"
    return E.left(`the pods' addresses, ${fixed}, are in use by the network interface ${device}: ${advice}`)
  }
  for (let tried = 0; tried < 256; tried++) {
    const cidr = `10.244.${(hashOf(home) + tried) % 256}.0/24`
    if (takenBy(cidr, others) === undefined) return E.right(cidr)
  }
  return E.left('all of 10.244.0.0/16 is in use on this machine: set PERIPLUS_POD_CIDR to addresses for the pods')
}
