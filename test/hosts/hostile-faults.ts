import { seededRandom } from '@periplus/prelude'
import type { Random } from '@periplus/prelude'

/** A process of a machine, by its name in the supervisor's record. */
export type Victim = 'nats' | 'redis' | 'control-plane' | 'node'

/** What is done to the machines of a cluster; seconds where it lasts. */
export type Fault =
  | { readonly tag: 'Kill'; readonly machine: string; readonly process: Victim }
  | { readonly tag: 'Pause'; readonly machine: string; readonly process: Victim; readonly seconds: number }
  | { readonly tag: 'Cut'; readonly machine: string; readonly seconds: number }
  /** Nobody hears it, and it hears everybody. */
  | { readonly tag: 'Mute'; readonly machine: string; readonly seconds: number }
  | { readonly tag: 'Flap'; readonly machine: string; readonly times: number }
  /** Every process of the cluster there at once, but for the supervisor. */
  | { readonly tag: 'KillAll'; readonly machine: string }
  /** The same on all machines. */
  | { readonly tag: 'Blackout' }
  /** Its link carries little, late. */
  | { readonly tag: 'Slow'; readonly machine: string; readonly seconds: number }
  /** Each machine's cluster is ended and started again, one after the other, as for an upgrade. */
  | { readonly tag: 'Roll' }
  /** Nothing more fits on the disk that everything there is on. */
  | { readonly tag: 'FullDisk'; readonly machine: string; readonly seconds: number }
  /** No sync of the log's server succeeds, for so long or until it is started again. */
  | { readonly tag: 'FailingSyncs'; readonly machine: string; readonly seconds: number }
  /** Its disk changes one bit of its copy of the log, which is found from elsewhere, and the copy made anew. */
  | { readonly tag: 'BitFlip'; readonly machine: string }
  /** The time of day of Periplus' own processes jumps by so many seconds, which may be negative, and jumps back. */
  | { readonly tag: 'Clock'; readonly machine: string; readonly by: number; readonly seconds: number }

/** The machines of a cluster. */
export interface Hosts {
  readonly first: string
  /** Those that joined. */
  readonly others: readonly string[]
  /** Each has the log; else the first alone has. */
  readonly replicated: boolean
  /** Has machines suffer also what takes some tens of seconds, or a disk and a clock of their own. */
  readonly equipped?: boolean
}

const oneOf = <A>(random: Random, all: readonly [A, ...A[]]): A => all[Math.floor(random() * all.length)] ?? all[0]
const secondsUpTo = (random: Random, most: number): number => 1 + Math.floor(random() * most)

/** Pure: what comes next. Longer than a lease lasts, so that another copy takes over, is one in three of what lasts. */
export const nextFault = (random: Random, { first, others, replicated, equipped }: Hosts): Fault => {
  const machine = oneOf(random, [first, ...others])
  const process = oneOf<Victim>(
    random,
    machine === first
      ? ['nats', 'redis', 'control-plane', 'node']
      : ['control-plane', 'node', ...(replicated ? ['nats' as const] : [])],
  )
  const seconds = random() < 1 / 3 ? 20 + secondsUpTo(random, 15) : secondsUpTo(random, 8)
  return oneOf<Fault>(random, [
    { tag: 'Kill', machine, process },
    { tag: 'Kill', machine, process },
    { tag: 'Pause', machine, process, seconds },
    { tag: 'Cut', machine, seconds },
    { tag: 'Mute', machine, seconds },
    { tag: 'Flap', machine, times: secondsUpTo(random, 5) },
    { tag: 'KillAll', machine },
    { tag: 'Blackout' },
    ...(equipped ? costly(random, machine, seconds) : []),
    ...(equipped && replicated ? [{ tag: 'BitFlip', machine } as const] : []),
  ])
}

const costly = (random: Random, machine: string, seconds: number): readonly Fault[] => [
  { tag: 'Slow', machine, seconds },
  { tag: 'Roll' },
  { tag: 'FullDisk', machine, seconds },
  { tag: 'FailingSyncs', machine, seconds },
  { tag: 'Clock', machine, by: (random() < 1 / 2 ? -1 : 1) * secondsUpTo(random, 120), seconds },
]

/** The faults of a seed: so many, or as many as begin before that moment of `performance.now()`. */
export const faultsOf = function* (
  seed: number,
  hosts: Hosts,
  { count = Infinity, until: end = Infinity }: { readonly count?: number; readonly until?: number },
): Generator<Fault> {
  const random = seededRandom(seed)
  for (let left = count; left > 0 && performance.now() < end; left--) yield nextFault(random, hosts)
}

export const textOf = (fault: Fault): string => Object.values(fault).join(' ')
