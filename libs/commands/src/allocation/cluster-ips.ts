import { fieldError, invalidObject } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import { Service, canonicalIp, ipNumberOf } from '@periplus/kinds'
import type { ServiceSpec } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either, Random } from '@periplus/prelude'
import type { AdmissionRefusal } from '../admission/plugin.ts'
import { textOf } from './address-ranges.ts'
import type { AddressRange, Family } from './address-ranges.ts'
import { refOfClaim } from './claims.ts'
import type { Claim } from './claims.ts'

/** What giving out addresses and ports may ask. */
export interface Stock {
  readonly ranges: readonly AddressRange[]
  readonly isTaken: (claim: Claim) => boolean
  readonly random: Random
}

const hasAddresses = ({ type, clusterIPs = [] }: ServiceSpec): boolean =>
  type !== 'ExternalName' && clusterIPs[0] !== 'None'

/** The addresses that a service has by its spec, each written in the one way. */
export const addressesOf = (spec: ServiceSpec | undefined): readonly string[] =>
  spec && hasAddresses(spec) ? (spec.clusterIPs ?? []).flatMap(ip => canonicalIp(ip) ?? []) : []

/** The spec with an address of each of its families; those that it names must be free, but for those that it has already. */
export const withAddresses = (
  name: string,
  spec: ServiceSpec,
  before: ServiceSpec | undefined,
  stock: Stock,
): Either<AdmissionRefusal, ServiceSpec> => {
  const wasHeadless = before?.type !== 'ExternalName' && before?.clusterIPs?.[0] === 'None'
  if (!hasAddresses(spec) || wasHeadless) return E.right(spec)
  const own = new Set(addressesOf(before))
  const ips: string[] = []
  for (const [i, family] of (spec.ipFamilies ?? []).entries()) {
    const asked = spec.clusterIPs?.[i] ?? ''
    const canonical = canonicalIp(asked)
    if (canonical !== undefined && own.has(canonical)) {
      ips.push(asked)
      continue
    }
    const found = asked === '' ? anyAddress(family as Family, stock) : thisAddress(name, asked, spec, stock)
    if (E.isLeft(found)) return found
    ips.push(found.right)
  }
  const [clusterIP] = ips
  return E.right(clusterIP === undefined ? spec : { ...spec, clusterIP, clusterIPs: ips })
}

const full: Refusal = { tag: 'InternalError', message: 'failed to allocate a serviceIP: range is full' }

const anyAddress = (family: Family, { ranges, isTaken, random }: Stock): Either<AdmissionRefusal, string> => {
  for (const range of ranges) {
    if (range.family !== family || !range.ready) continue
    const { first, offset, last } = range
    for (const [low, high] of [
      [offset, last],
      [first, offset - 1n],
    ] as const) {
      const free = firstFree(low, high, random, number => isTaken({ tag: 'Address', ip: textOf(range, number) }))
      if (free !== undefined) return E.right(textOf(range, free))
    }
  }
  return E.left({ refusal: full })
}

/** From a number by chance on, around the end and back to it; `undefined` where all are taken. */
const firstFree = (
  low: bigint,
  high: bigint,
  random: Random,
  isTaken: (number: bigint) => boolean,
): bigint | undefined => {
  const size = high - low + 1n
  if (size <= 0n) return undefined
  const start = BigInt(Math.floor(random() * Number(size))) % size
  for (let i = 0n; i < size; i++) {
    const number = low + ((start + i) % size)
    if (!isTaken(number)) return number
  }
  return undefined
}

const thisAddress = (
  name: string,
  asked: string,
  spec: ServiceSpec,
  { ranges, isTaken }: Stock,
): Either<AdmissionRefusal, string> => {
  const refused = (words: string, restsOn?: Claim): Either<AdmissionRefusal, string> =>
    E.left({
      refusal: invalidObject(Service, name, [
        fieldError.invalid('spec.clusterIPs', spec.clusterIPs, `failed to allocate IP ${asked}: ${words}`),
      ]),
      ...(restsOn ? { restsOn: [refOfClaim(restsOn)] } : {}),
    })
  const ip = canonicalIp(asked) ?? ''
  const number = ipNumberOf(ip) ?? -1n
  const family: Family = ip.includes(':') ? 'IPv6' : 'IPv4'
  const range = ranges.find(one => one.ready && one.family === family && one.from <= number && number <= one.to)
  if (!range) return refused('the provided network does not match the current range')
  if (number < range.first || number > range.last)
    return refused(`the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${range.cidr}`)
  const claim: Claim = { tag: 'Address', ip }
  return isTaken(claim) ? refused('provided IP is already allocated', claim) : E.right(asked)
}
