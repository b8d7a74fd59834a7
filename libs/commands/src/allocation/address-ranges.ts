import { ServiceCIDR, ipBlockOf, ipText } from '@periplus/kinds'
import type { Stored } from '@periplus/api'
import type { Cut } from '@periplus/projection'

export type Family = 'IPv4' | 'IPv6'

/** A block that services get addresses from. */
export interface AddressRange {
  readonly family: Family
  readonly cidr: string
  /** The first and the last address that a service may have: not the network's own, nor that of all of them. */
  readonly first: bigint
  readonly last: bigint
  /** All addresses of the block lie between these. */
  readonly from: bigint
  readonly to: bigint
  /** What asks for any address gets one from here on, as long as there are some: those below are for who asks for one of them. */
  readonly offset: bigint
  /** Gives out addresses. */
  readonly ready: boolean
}

/** A larger block of version 6 could not be counted through. */
const leastBitsOfV6 = 64

/** As Kubernetes: a sixteenth of the block, but at least 16 addresses and at most 256; of the smallest blocks none. */
const reserved = (size: bigint): bigint => {
  if (size <= 16n) return 0n
  const part = size / 16n
  return part < 16n ? 16n : part > 256n ? 256n : part
}

const isReady = ({ metadata, status }: Stored<ServiceCIDR>): boolean => {
  if (metadata.deletionTimestamp !== undefined) return false
  const condition = status?.conditions?.find(({ type }) => type === 'Ready')
  // Nobody has looked at it yet: it is as it should be.
  return condition === undefined || condition.status === 'True'
}

/** What the cluster's ServiceCIDRs give out, by name; a block that several of them have is ready where one of those is. */
export const addressRanges = (cut: Cut): readonly AddressRange[] => {
  const ranges = new Map<string, AddressRange>()
  for (const one of cut.list(ServiceCIDR))
    for (const cidr of one.spec?.cidrs ?? []) {
      const block = ipBlockOf(cidr)
      if (!block || (block.family === 6 && block.bits < leastBitsOfV6)) continue
      const { first: from, last: to, family } = block
      const first = from + 1n
      const ready = isReady(one) || (ranges.get(cidr)?.ready ?? false)
      const last = family === 4 ? to - 1n : to
      const offset = first + reserved(to - from + 1n)
      ranges.set(cidr, { family: family === 4 ? 'IPv4' : 'IPv6', cidr, first, last, from, to, offset, ready })
    }
  return [...ranges.values()]
}

/** The families that services of this cluster may have, the one first that they have where they don't say. */
export const familiesOf = (cut: Cut, ranges: readonly AddressRange[]): readonly Family[] => {
  const standard = cut.get(ServiceCIDR, '', 'kubernetes')?.spec?.cidrs ?? []
  const first = standard.flatMap(cidr => ranges.filter(range => range.cidr === cidr).map(({ family }) => family))
  return [...new Set([...first, ...ranges.map(({ family }) => family)])]
}

/** An address of a range, as text. */
export const textOf = ({ family }: Pick<AddressRange, 'family'>, number: bigint): string =>
  ipText(number, family === 'IPv4' ? 4 : 6)
