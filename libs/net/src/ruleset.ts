/** What one nftables table of family `ip` should hold. Names are letters, digits and `-`; texts are nft's own language. */
export interface Ruleset {
  readonly chains: ReadonlyMap<string, Chain>
  readonly sets: ReadonlyMap<string, NamedSet>
}

/** A chain of rules, by name. */
export interface Chain {
  /** Of a base chain: where packets come in, such as `type nat hook prerouting priority -100; policy accept;`. Never changed. */
  readonly hook?: string
  /** Statements, one a rule, in their order. */
  readonly rules: readonly string[]
}

/** A set or a map that rules look things up in. What a name's type and options are never changes. */
export interface NamedSet {
  readonly kind: 'set' | 'map'
  /** Such as `ipv4_addr . inet_proto . inet_service : verdict`. */
  readonly type: string
  /** Such as `flags dynamic,timeout; timeout 60s;`. */
  readonly options?: string
  /** Keys and what they map to, which is `''` in sets. Absent: rules fill it, and nobody else does. */
  readonly elements?: ReadonlyMap<string, string>
}

/** What a table is known to hold; of what is `undefined` only the name is known. */
export interface Held {
  readonly chains: ReadonlyMap<string, Chain | undefined>
  readonly sets: ReadonlyMap<string, NamedSet | undefined>
}

/** A table without chains, maps or sets. */
export const nothingHeld: Held = { chains: new Map(), sets: new Map() }
