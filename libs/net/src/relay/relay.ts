import type { Either } from '@periplus/prelude'

/** Where a connection is handed on to. */
export interface RelayTarget {
  readonly ip: string
  readonly port: number
}

/** An address of this machine at which clients are taken on, and whom they reach; nobody listens there while there are no targets. */
export interface Relay {
  readonly protocol: 'TCP' | 'UDP'
  readonly address: string
  readonly port: number
  readonly targets: readonly RelayTarget[]
  /** Seconds for which a client, known by its address, stays with its target; absent: each connection goes anywhere. */
  readonly affinity?: number
}

/** One that cannot be listened at, and the system's word for why, such as `EADDRINUSE`. */
export interface Unopened {
  readonly relay: Relay
  readonly reason: string
}

/**
 * Hands connections and datagrams on in this process, where the kernel's packet filter may not be used. Targets see this machine as
 * their client. What was begun goes on until it ends, but for datagrams to targets that are gone; it ends with this process.
 */
export interface Relays {
  /** Listens where it is wanted and nowhere else. What cannot be is tried again at the next call. */
  apply(wanted: readonly Relay[]): Promise<readonly Unopened[]>
  close(): Promise<void>
}

/** Somebody listens. */
export interface Listening {
  /** Takes on nobody any more; `now`: and ends what goes on. */
  close(now: boolean): Promise<void>
}

/** What a relay asks at each connection: the targets in the order in which they are tried. */
export type Targets = (client: string) => readonly RelayTarget[]

/** Left: the system's word for why nobody can listen there. */
export type Listen = (place: Pick<Relay, 'address' | 'port'>, targets: Targets) => Promise<Either<string, Listening>>
