import { addressText, includes, masked, parseAddress, parseNetwork } from '../values/address.ts'
import type { Address, Network } from '../values/address.ts'
import { traversal } from '../values/size.ts'
import { Opaque } from '../values/value.ts'
import type { Value } from '../values/value.ts'
import { arg, fail, overload } from './overload.ts'
import type { Cost, Overload } from './overload.ts'

class IpValue extends Opaque {
  readonly type = { tag: 'opaque', name: 'net.IP' } as const
  readonly address: Address
  constructor(address: Address) {
    super()
    this.address = address
  }
  equals(other: Opaque): boolean {
    return other instanceof IpValue && addressText(this.address) === addressText(other.address)
  }
}

class CidrValue extends Opaque {
  readonly type = { tag: 'opaque', name: 'net.CIDR' } as const
  readonly network: Network
  constructor(network: Network) {
    super()
    this.network = network
  }
  get text(): string {
    return `${addressText(this.network.address)}/${this.network.length}`
  }
  equals(other: Opaque): boolean {
    return other instanceof CidrValue && this.text === other.text
  }
}

const addressOf = (text: string): Address => {
  const address = parseAddress(text)
  return typeof address === 'string' ? fail(address) : address
}

const networkOf = (text: string): Network => {
  const network = parseNetwork(text)
  return typeof network === 'string'
    ? fail(`network address parse error during conversion from string: ${network}`)
    : network
}

const ip = (args: readonly Value[], position = 0): Address => arg<IpValue>(args, position).address
const cidr = (args: readonly Value[], position = 0): Network => arg<CidrValue>(args, position).network

const within = (bits: bigint, start: bigint, length: bigint, width: bigint): boolean =>
  bits >> (width - length) === start >> (width - length)

const isLoopback = ({ family, bits }: Address): boolean => (family === 4 ? bits >> 24n === 127n : bits === 1n)
const isMulticast = ({ family, bits }: Address): boolean =>
  family === 4 ? bits >> 28n === 14n : bits >> 120n === 0xffn
const isLinkLocalUnicast = ({ family, bits }: Address): boolean =>
  family === 4 ? bits >> 16n === 0xa9fen : within(bits, 0xfe80n << 112n, 10n, 128n)
const isLinkLocalMulticast = ({ family, bits }: Address): boolean =>
  family === 4 ? bits >> 8n === 0xe00000n : bits >> 120n === 0xffn && ((bits >> 112n) & 0xfn) === 2n
const isGlobalUnicast = (address: Address): boolean =>
  address.bits !== 0n &&
  !(address.family === 4 && address.bits === 0xffffffffn) &&
  !isLoopback(address) &&
  !isMulticast(address) &&
  !isLinkLocalUnicast(address)

const tests: readonly (readonly [string, string, (address: Address) => boolean])[] = [
  ['.isUnspecified', 'ip_is_unspecified', ({ bits }) => bits === 0n],
  ['.isLoopback', 'ip_is_loopback', isLoopback],
  ['.isLinkLocalMulticast', 'ip_is_link_local_multicast', isLinkLocalMulticast],
  ['.isLinkLocalUnicast', 'ip_is_link_local_unicast', isLinkLocalUnicast],
  ['.isGlobalUnicast', 'ip_is_global_unicast', isGlobalUnicast],
]

const times =
  (factor: number): Cost =>
  ([text = null], _, budget) =>
    traversal(text, budget, factor)

/** Comparing two addresses as far as the prefix goes; a text is read besides. */
const containing =
  (isNetwork: boolean): Cost =>
  ([network, other = null], _, budget) => {
    const bytes = Math.ceil((network instanceof CidrValue ? network.network.length : 0) / 8)
    const read = typeof other === 'string' ? traversal(other, budget) : 0
    return Math.ceil(2 * bytes * 0.1) + (isNetwork ? Math.ceil(bytes * 0.1) + 1 : 0) + read
  }

const contains = (outer: Network, inner: Network): boolean =>
  outer.length <= inner.length && includes(outer, inner.address)

/** Kubernetes' IP addresses and networks. */
export const addresses: readonly Overload[] = [
  overload('ip', 'string_to_ip', 'string -> net.IP', args => new IpValue(addressOf(arg<string>(args, 0))), times(1)),
  overload('isIP', 'is_ip', 'string -> bool', args => typeof parseAddress(arg<string>(args, 0)) === 'object', times(1)),
  overload(
    'ip.isCanonical',
    'ip_is_canonical',
    'string -> bool',
    args => addressText(addressOf(arg<string>(args, 0))) === arg(args, 0),
    times(2),
  ),
  overload('.family', 'ip_family', 'net.IP -> int', args => BigInt(ip(args).family)),
  ...tests.map(([name, id, test]) => overload(name, id, 'net.IP -> bool', args => test(ip(args)))),
  overload('string', 'ip_to_string', 'net.IP -> string', args => addressText(ip(args))),
  overload(
    'cidr',
    'string_to_cidr',
    'string -> net.CIDR',
    args => new CidrValue(networkOf(arg<string>(args, 0))),
    times(1),
  ),
  overload(
    'isCIDR',
    'is_cidr',
    'string -> bool',
    args => typeof parseNetwork(arg<string>(args, 0)) === 'object',
    times(1),
  ),
  overload(
    '.containsIP',
    'cidr_contains_ip_string',
    'net.CIDR, string -> bool',
    args => includes(cidr(args), addressOf(arg<string>(args, 1))),
    containing(false),
  ),
  overload(
    '.containsIP',
    'cidr_contains_ip_ip',
    'net.CIDR, net.IP -> bool',
    args => includes(cidr(args), ip(args, 1)),
    containing(false),
  ),
  overload(
    '.containsCIDR',
    'cidr_contains_cidr_string',
    'net.CIDR, string -> bool',
    args => contains(cidr(args), networkOf(arg<string>(args, 1))),
    containing(true),
  ),
  overload(
    '.containsCIDR',
    'cidr_contains_cidr',
    'net.CIDR, net.CIDR -> bool',
    args => contains(cidr(args), cidr(args, 1)),
    containing(true),
  ),
  overload('.ip', 'cidr_ip', 'net.CIDR -> net.IP', args => new IpValue(cidr(args).address)),
  overload('.prefixLength', 'cidr_prefix_length', 'net.CIDR -> int', args => BigInt(cidr(args).length)),
  overload(
    '.masked',
    'cidr_masked',
    'net.CIDR -> net.CIDR',
    args => new CidrValue({ address: masked(cidr(args)), length: cidr(args).length }),
  ),
  overload('string', 'cidr_to_string', 'net.CIDR -> string', args => arg<CidrValue>(args, 0).text),
]
