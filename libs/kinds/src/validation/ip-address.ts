import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'

const { invalid } = fieldError

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])'
const v4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`)
const group = /^[0-9a-fA-F]{1,4}$/

/** Whether the text is an IP address, of version 4 or 6, without leading zeros. */
export const isIpAddress = (text: string): boolean => v4.test(text) || isV6(text)

const isV6 = (text: string): boolean => {
  const halves = text.split('::')
  if (halves.length > 2 || text.length > 45) return false
  const groups = halves.map(half => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1)?.at(-1)
  const embedded = last !== undefined && v4.test(last)
  const count = groups.flat().length + (embedded ? 1 : 0)
  const valid = groups.flat().every(part => group.test(part) || (embedded && part === last))
  return valid && text.includes(':') && (halves.length === 2 ? count < 8 : count === 8)
}

/** As Kubernetes reads addresses in its older fields: a part of version 4 may begin with zeros. */
const withoutZeros = (text: string): string =>
  text.includes(':') || text.length > 64 ? text : text.replace(/(^|\.)0+(?=[0-9])/g, '$1')

/** 4 or 6; `undefined` where the text is no address. Version 4 written as version 6 is version 4. */
export const ipFamilyOf = (text: string): 4 | 6 | undefined => {
  const plain = withoutZeros(text)
  if (v4.test(plain)) return 4
  if (!isV6(plain)) return undefined
  return wordsOf(plain)
    .slice(0, 5)
    .every(word => word === 0) && wordsOf(plain)[5] === 0xffff
    ? 4
    : 6
}

/** The eight 16-bit words of an address of version 6, or of version 4 as it is written in version 6. */
export const wordsOf = (text: string): readonly number[] => {
  const plain = withoutZeros(text)
  if (v4.test(plain)) return wordsOf(`::ffff:${plain}`)
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(plain)
  const [, head = '', a = '', b = '', c = '', d = ''] = dotted ?? []
  const hex = (high: string, low: string): string => (Number(high) * 256 + Number(low)).toString(16)
  const text6 = dotted ? `${head}${hex(a, b)}:${hex(c, d)}` : plain
  const [left = '', right] = text6.split('::')
  const words = (part: string | undefined): readonly number[] =>
    part ? part.split(':').map(word => Number.parseInt(word, 16)) : []
  const [before, after] = [words(left), words(right)]
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
}

/** `must be a valid IP address, …`, as Kubernetes' older fields take addresses. */
export const ipErrors = (path: FieldPath, text: string): readonly FieldError[] =>
  ipFamilyOf(text) === undefined
    ? [invalid(path, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')]
    : []

/** As `ipErrors`; what was there before may stay, whatever it is. */
export const keptIpErrors = (
  path: FieldPath,
  text: string,
  before: ReadonlySet<string | undefined>,
): readonly FieldError[] => (before.has(text) ? [] : ipErrors(path, text))

/** Addresses that no traffic can be sent to from elsewhere are no endpoints. */
export const endpointIpErrors = (path: FieldPath, text: string): readonly FieldError[] => {
  const family = ipFamilyOf(text)
  if (family === undefined) return [invalid(path, text, 'must be a valid IP address')]
  const words = wordsOf(text)
  const [first = 0] = words
  const low = (words[6] ?? 0) * 65536 + (words[7] ?? 0)
  const is = (mask: number, prefix: number): boolean => family === 4 && ((low >>> 0) & mask) >>> 0 === prefix >>> 0
  const rest = words.slice(0, 7).every(word => word === 0)
  const broken: readonly (readonly [boolean, string])[] = [
    [family === 4 ? low === 0 : rest && words[7] === 0, `may not be unspecified (${text})`],
    [
      is(0xff000000, 0x7f000000) || (family === 6 && rest && words[7] === 1),
      'may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ],
    [
      is(0xffff0000, 0xa9fe0000) || (family === 6 && (first & 0xffc0) === 0xfe80),
      'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
    ],
    [
      is(0xffffff00, 0xe0000000) || (family === 6 && (first & 0xff0f) === 0xff02),
      'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
    ],
  ]
  return broken.filter(([so]) => so).map(([, told]) => invalid(path, text, told))
}

/** A block of addresses: its words, how many leading bits count, and of what version it is written. */
export interface Cidr {
  readonly words: readonly number[]
  /** Of 128, with version 4 inside version 6. */
  readonly bits: number
  readonly family: 4 | 6
}

/** The block that the text names; `undefined` where it names none. */
export const parseCidr = (text: string): Cidr | undefined => {
  const [address = '', length = '', ...more] = text.split('/')
  const family = address.includes(':') ? 6 : 4
  const most = family === 4 ? 32 : 128
  if (more.length > 0 || ipFamilyOf(address) === undefined || !/^[0-9]{1,9}$/.test(length) || Number(length) > most)
    return undefined
  return { words: wordsOf(address), bits: Number(length) + 128 - most, family }
}

/** `must be a valid CIDR value, …`. */
export const cidrErrors = (path: FieldPath, text: string): readonly FieldError[] =>
  parseCidr(text) ? [] : [invalid(path, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')]

/** Whether `inner` is a part of `outer`, and not all of it. */
export const isStrictlyWithin = (inner: Cidr, outer: Cidr): boolean =>
  inner.family === outer.family &&
  inner.bits > outer.bits &&
  outer.words.every((word, i) => {
    const counted = Math.max(0, Math.min(16, outer.bits - 16 * i))
    const mask = (0xffff << (16 - counted)) & 0xffff
    return (word & mask) === ((inner.words[i] ?? 0) & mask)
  })
