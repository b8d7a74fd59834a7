import { isIP } from 'node:net'

/** An IP address, as a number of 32 or 128 bits. */
export interface Address {
  readonly family: 4 | 6
  readonly bits: bigint
}

const width = (family: 4 | 6): bigint => (family === 4 ? 32n : 128n)

const ofBytes = (text: string): bigint => text.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n)

const ofGroups = (text: string): bigint => {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  const v4 = dotted ? ofBytes(dotted[2] ?? '') : 0n
  const plain = dotted ? `${dotted[1]}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}` : text
  const [head = '', tail] = plain.split('::')
  const groups = (part: string): readonly string[] => (part === '' ? [] : part.split(':'))
  const [before, after] = [groups(head), groups(tail ?? '')]
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0')
  return [...before, ...zeros, ...after].reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n)
}

/** An address, or why Kubernetes' expressions take none of it. */
export const parseAddress = (text: string): Address | string => {
  const shown = JSON.stringify(text.slice(0, 100))
  const kind = text.length > 64 ? 0 : isIP(text)
  if (kind === 0)
    return `IP Address ${shown} parse error during conversion from string: ParseAddr(${shown}): unable to parse IP`
  if (text.includes('%')) return `IP address ${shown} with zone value is not allowed`
  if (kind === 4) return { family: 4, bits: ofBytes(text) }
  const bits = ofGroups(text)
  return bits >> 32n === 0xffffn ? `IPv4-mapped IPv6 address ${shown} is not allowed` : { family: 6, bits }
}

/** As RFC 5952 writes it. */
export const addressText = ({ family, bits }: Address): string => {
  if (family === 4) return [24n, 16n, 8n, 0n].map(shift => (bits >> shift) & 0xffn).join('.')
  const groups = Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(112 - 16 * i)) & 0xffffn).toString(16))
  const runs = [...groups.join(':').matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].map(([run]) => run)
  const longest = runs.reduce((best, run) => (run.split('0').length > best.split('0').length ? run : best), '')
  if (longest === '') return groups.join(':')
  const [before = '', after = ''] = splitOnce(groups.join(':'), longest)
  return `${before}::${after.replace(/^:/, '')}`
}

const splitOnce = (text: string, part: string): readonly string[] => {
  const at = text.indexOf(part)
  return [text.slice(0, at), text.slice(at + part.length)]
}

export interface Network {
  readonly address: Address
  readonly length: number
}

/** A network as `10.0.0.0/8`, or why it is none. */
export const parseNetwork = (text: string): Network | string => {
  const [, first = '', last = ''] = /^([^/]{1,64})\/(0|[1-9]\d{0,2})$/.exec(text) ?? []
  const address = parseAddress(first)
  const shown = JSON.stringify(text.slice(0, 100))
  if (last === '')
    return `network address parse error during conversion from string: netip.ParsePrefix(${shown}): no '/'`
  if (typeof address === 'string') return address
  return BigInt(last) > width(address.family)
    ? `network address parse error during conversion from string: netip.ParsePrefix(${shown}): prefix length out of range`
    : { address, length: Number(last) }
}

/** The network's first address. */
export const masked = ({ address: { family, bits }, length }: Network): Address => {
  const shift = width(family) - BigInt(length)
  return { family, bits: (bits >> shift) << shift }
}

export const includes = (network: Network, address: Address): boolean =>
  network.address.family === address.family && masked({ address, length: network.length }).bits === masked(network).bits
