import { BlockList, isIPv4 } from 'node:net'
import type { Ruleset } from '@periplus/net'

/** What a connection begins with. */
export interface FirstPacket {
  readonly from: string
  readonly to: string
  /** `tcp`, `udp` or `sctp`. */
  readonly protocol: string
  readonly port: number
}

/** What becomes of a packet at policies: the chains that it went through, the one that let it pass being the last. */
export interface Passage {
  readonly passes: boolean
  readonly chains: readonly string[]
}

/**
 * Takes a packet through the rules of policies, exactly those that the kernel has; `undefined` where none is about its pod. Throws
 * at a rule that it cannot read: then the rules have outgrown this.
 */
export const walkPolicies = (
  { chains, sets }: Ruleset,
  direction: 'in' | 'out',
  packet: FirstPacket,
): Passage | undefined => {
  const own = direction === 'in' ? packet.to : packet.from
  const verdict = sets.get(`policed-${direction}`)?.elements?.get(own)
  if (verdict === undefined) return undefined
  const visited: string[] = []
  const elements = (name: string): readonly string[] => [...(sets.get(name)?.elements?.keys() ?? [])]

  /** Whether the packet was judged in the chain; `undefined`: it came to its end. */
  const run = (name: string): boolean | undefined => {
    visited.push(name)
    for (const rule of chains.get(name)?.rules ?? []) {
      const judged = obey(rule)
      if (judged !== undefined) return judged
    }
    return undefined
  }
  const obey = (rule: string): boolean | undefined => {
    const [, matches = '', then = ''] = /^(.*?) ?((?:jump|goto) [\w-]+|accept|drop)$/.exec(rule) ?? unread(rule)
    if (!matchesIn(rule, matches).every(match => match(packet, elements))) return undefined
    if (then === 'accept' || then === 'drop') return then === 'accept'
    return run(then.split(' ')[1] ?? '')
  }
  const passes = obey(verdict) ?? true
  return { passes, chains: visited }
}

type Match = (packet: FirstPacket, elements: (set: string) => readonly string[]) => boolean

const unread = (rule: string): never => {
  throw new Error(`a rule that a trace cannot read: ${rule}`)
}

/** The conditions that a rule begins with. */
const matchesIn = (rule: string, text: string): readonly Match[] => {
  const found: Match[] = []
  let rest = text
  while (rest !== '') {
    const known = conditions.find(({ form }) => form.test(rest))
    const parts = known?.form.exec(rest)
    if (!known || !parts) return unread(rule)
    found.push(known.read(parts))
    rest = rest.slice(parts[0].length).trim()
  }
  return found
}

const addressOf = (packet: FirstPacket, side: string): string => (side === 'saddr' ? packet.from : packet.to)

const conditions: readonly { readonly form: RegExp; readonly read: (parts: RegExpExecArray) => Match }[] = [
  {
    form: /^ip (saddr|daddr) (!= )?@([\w-]+)/,
    read:
      ([, side = '', not, set = '']) =>
      (packet, elements) =>
        elements(set).some(one => isWithin(addressOf(packet, side), one)) === (not === undefined),
  },
  {
    form: /^ip (saddr|daddr) (\d[\d./]*)/,
    read:
      ([, side = '', block = '']) =>
      packet =>
        isWithin(addressOf(packet, side), block),
  },
  {
    form: /^ip daddr \. th dport @([\w-]+)/,
    read:
      ([, set = '']) =>
      ({ to, port }, elements) =>
        elements(set).includes(`${to} . ${port}`),
  },
  {
    form: /^meta l4proto (\w+)/,
    read:
      ([, layer]) =>
      ({ protocol }) =>
        protocol === layer,
  },
  {
    form: /^(tcp|udp|sctp) dport (\d+)(?:-(\d+))?/,
    read:
      ([, layer, first = '', last = first]) =>
      ({ protocol, port }) =>
        protocol === layer && port >= Number(first) && port <= Number(last),
  },
]

/** Of an address, or of a block. */
const isWithin = (ip: string, place: string): boolean => {
  const [address = '', bits] = place.split('/')
  if (bits === undefined) return ip === address
  const list = new BlockList()
  list.addSubnet(address, Number(bits))
  return isIPv4(ip) && list.check(ip)
}
