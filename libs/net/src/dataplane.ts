import type { Either } from '@periplus/prelude'
import type { Held, Ruleset } from './ruleset.ts'

/** Why the packet filter did not take the rules. */
export type DataplaneRefusal =
  /** This machine has no packet filter that could be used: not installed, not allowed, or not in the kernel. */
  | { readonly tag: 'Impossible'; readonly message: string }
  /** It refused a ruleset, of which nothing was taken over. */
  | { readonly tag: 'Refused'; readonly message: string }

/**
 * The packet filter of a machine, of which one table is ours alone. What is in the table outlives whoever put it there, and the
 * next one takes it over: connections and the clients' affinity go on. One user at a time.
 */
export interface Dataplane {
  readonly name: string
  /** Makes the table as wanted, whatever it holds, in one transaction; writes only what is not so yet. */
  apply(ruleset: Ruleset): Promise<Either<DataplaneRefusal, Applied>>
  /** What the table holds, by name; nothing where there is no table. */
  current(): Promise<Either<DataplaneRefusal, Held>>
  /** Removes the table. */
  clear(): Promise<Either<DataplaneRefusal, void>>
}

/** What an application changed. */
export interface Applied {
  /** Of the transaction; 0 where nothing had to be done. */
  readonly bytes: number
}
