import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { ipErrors, ipFamilyOf, isIpAddress, parseCidr, wordsOf } from './ip-address.ts'

const { invalid } = fieldError

/** An address as a number, by its family: 32 bits of version 4, 128 of version 6. `undefined` where the text is none. */
export const ipNumberOf = (text: string): bigint | undefined => {
  const family = ipFamilyOf(text)
  if (family === undefined) return undefined
  const all = wordsOf(text).reduce((number, word) => number * 65536n + BigInt(word), 0n)
  return family === 4 ? all & 0xffffffffn : all
}

/** The one way to write an address (RFC 5952 for version 6). */
export const ipText = (number: bigint, family: 4 | 6): string => {
  if (family === 4) return [24n, 16n, 8n, 0n].map(shift => String((number >> shift) & 255n)).join('.')
  const words = Array.from({ length: 8 }, (_, i) => Number((number >> BigInt(16 * (7 - i))) & 0xffffn))
  const { start, length } = longestZeros(words)
  const text = (part: readonly number[]): string => part.map(word => word.toString(16)).join(':')
  return length < 2 ? text(words) : `${text(words.slice(0, start))}::${text(words.slice(start + length))}`
}

const longestZeros = (words: readonly number[]): { readonly start: number; readonly length: number } => {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < words.length; start++) {
    let length = 0
    while (words[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  return best
}

/** As `ipText` writes it; `undefined` where the text is no address. */
export const canonicalIp = (text: string): string | undefined => {
  const number = ipNumberOf(text)
  const family = ipFamilyOf(text)
  return number === undefined || family === undefined ? undefined : ipText(number, family)
}

/** What Kubernetes' newer fields ask of an address: that it is one, and written as everybody writes it. */
export const canonicalIpErrors = (path: FieldPath, text: string): readonly FieldError[] => {
  const broken = ipErrors(path, text)
  if (broken.length > 0) return broken
  if (!isIpAddress(text)) return [invalid(path, text, 'must not have leading 0s')]
  if (text.includes(':') && ipFamilyOf(text) === 4)
    return [invalid(path, text, 'must not be an IPv4-mapped IPv6 address')]
  const canonical = canonicalIp(text) ?? ''
  return text === canonical ? [] : [invalid(path, text, `must be in canonical form ("${canonical}")`)]
}

/** What Kubernetes' older fields say of an address that they take, and that newer ones will not. */
export const ipWarnings = (path: FieldPath, text: string): readonly string[] => {
  const canonical = canonicalIp(text)
  if (canonical === undefined || canonical === text) return []
  return isIpAddress(text) && ipFamilyOf(text) === 6
    ? [
        `${path}: IPv6 address ${JSON.stringify(text)} should be in RFC 5952 canonical format (${JSON.stringify(canonical)})`,
      ]
    : [
        `${path}: non-standard IP address ${JSON.stringify(text)} will be considered invalid in a future Kubernetes release: use ${JSON.stringify(canonical)}`,
      ]
}

/** A block of addresses: its first and its last one, as numbers. */
export interface IpBlock {
  readonly family: 4 | 6
  readonly first: bigint
  readonly last: bigint
  /** How many leading bits are the same in all of them. */
  readonly bits: number
}

/** `undefined` where the text is no block. */
export const ipBlockOf = (text: string): IpBlock | undefined => {
  const cidr = parseCidr(text)
  const [address = '', length = ''] = text.split('/')
  const number = ipNumberOf(address)
  if (!cidr || number === undefined) return undefined
  const family = cidr.family
  const width = BigInt(family === 4 ? 32 : 128) - BigInt(length)
  const first = (number >> width) << width
  return { family, first, last: first + (1n << width) - 1n, bits: Number(length) }
}

/** `undefined` where the text is no block of IPv4. */
export const ipv4BlockOf = (text: string): IpBlock | undefined => {
  const block = ipBlockOf(text)
  return block?.family === 4 ? block : undefined
}

/** `10.244.1.0/24`: a block in its canonical form. */
export const blockText = ({ first, family, bits }: IpBlock): string => `${ipText(first, family)}/${bits}`

/** The same of a block of addresses, which may not have more than its prefix. */
export const canonicalCidrErrors = (path: FieldPath, text: string): readonly FieldError[] => {
  const block = ipBlockOf(text)
  if (!block) return [invalid(path, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')]
  const [address = '', length = ''] = text.split('/')
  const canonical = blockText(block)
  const strict = !isIpAddress(address) || length !== String(Number(length))
  const mapped = !strict && address.includes(':') && ipFamilyOf(address) === 4
  return [
    ...(strict ? [invalid(path, text, 'must not have leading 0s in IP or prefix length')] : []),
    ...(mapped ? [invalid(path, text, 'must not have an IPv4-mapped IPv6 address')] : []),
    ...(!strict && !mapped && ipNumberOf(address) !== block.first
      ? [invalid(path, text, 'must not have bits set beyond the prefix length')]
      : []),
    ...(text === canonical ? [] : [invalid(path, text, `must be in canonical form ("${canonical}")`)]),
  ]
}
