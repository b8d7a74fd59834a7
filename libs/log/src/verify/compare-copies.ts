import { E, messageOf, pause, systemClock } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { createHash } from 'node:crypto'
import type { Bus, BusRefusal, StoredMessage, StreamCopies } from '@periplus/bus'
import type { Sequence } from '../event.ts'
import { isSound } from './check-messages.ts'

/** What is wrong with one server's copy of the log, at one message or at several that follow each other there. */
export interface CopyFinding {
  readonly server: string
  readonly from: Sequence
  readonly to: Sequence
  /** Of the first of them, as the other copies have it, or as this one has it alone. */
  readonly subject: string
  readonly wrong: 'Missing' | 'Different' | 'Alone'
}

/** What `compareCopies` has found. */
export interface CopiesReport {
  /** The one that leads first; fewer than two have nothing to be compared with. */
  readonly servers: readonly string[]
  readonly upTo: Sequence
  readonly findings: readonly CopyFinding[]
}

/** A message as it is compared. */
interface Compared {
  readonly sequence: Sequence
  readonly subject: string
  readonly digest: string
  /** Whether it is what it says that was written. */
  readonly isSound: () => boolean
}

const compared = (message: StoredMessage): Compared => {
  const { sequence, subject, headers, data } = message
  const hash = createHash('sha256').update(subject).update('\0').update(headers).update('\0').update(data)
  return { sequence, subject, digest: hash.digest('base64'), isSound: () => isSound(message) }
}

/** The messages of one copy, one at a time. */
const copyReader = (bus: Bus, stream: string, copyOf: string, from: Sequence, to: Sequence) => {
  const batches = bus.jetstream.read({ stream, from, to, copyOf })
  let ready: readonly StoredMessage[] = []
  let place = 0
  return async (): Promise<Compared | undefined> => {
    while (place >= ready.length) {
      const next = await batches.next()
      if (next.done) return undefined
      ;[ready, place] = [next.value, 0]
    }
    const message = ready[place++]
    return message && compared(message)
  }
}

/** By server: what it has at one sequence. */
type AtOnce = ReadonlyMap<string, Compared | undefined>

/** Which copies are wrong about one sequence: those that are not as most are; of as many, those that are not sound. Pure. */
export const judge = (copies: AtOnce): readonly Pick<CopyFinding, 'server' | 'wrong' | 'subject'>[] => {
  const votes = new Map<string, number>()
  for (const one of copies.values()) votes.set(one?.digest ?? '', (votes.get(one?.digest ?? '') ?? 0) + 1)
  if (votes.size < 2) return []
  const most = Math.max(...votes.values())
  const first = [...votes].filter(([, count]) => count === most).map(([digest]) => digest)
  // Asked only where most are not of one mind.
  const soundOnes =
    first.length === 1 ? [] : [...copies.values()].filter(one => one && first.includes(one.digest) && one.isSound())
  const right = soundOnes[0]?.digest ?? first[0]
  const subject = [...copies.values()].find(one => one?.digest === right)?.subject
  return [...copies].flatMap(([server, one]) => {
    if ((one?.digest ?? '') === right) return []
    const wrong = one === undefined ? 'Missing' : subject === undefined ? 'Alone' : 'Different'
    return [{ server, wrong, subject: subject ?? one?.subject ?? '' } as const]
  })
}

/** What is wrong at one sequence, which is the nth that was looked at. */
interface Difference {
  readonly nth: number
  readonly verdict: ReturnType<typeof judge>
}

type Differences = ReadonlyMap<Sequence, Difference>

/** All sequences in a range at which the copies are not one. */
const differencesIn = async (
  bus: Bus,
  stream: string,
  servers: readonly string[],
  [from, to]: readonly [Sequence, Sequence],
): Promise<Differences> => {
  const readers = servers.map(server => copyReader(bus, stream, server, from, to))
  const heads = await Promise.all(readers.map(read => read()))
  const found = new Map<Sequence, Difference>()
  for (let nth = 0; ; nth++) {
    const at = Math.min(...heads.map(head => head?.sequence ?? Infinity))
    if (at === Infinity) return found
    const here = heads.map(head => (head?.sequence === at ? head : undefined))
    const verdict = judge(new Map(servers.map((server, i) => [server, here[i]])))
    if (verdict.length > 0) found.set(at, { nth, verdict })
    for (const [i, one] of here.entries()) {
      const read = readers[i]
      if (one && read) heads[i] = await read()
    }
  }
}

/** What is wrong of one server at sequences between which the copies have no other one, as one. Pure. */
const inRanges = (differences: Differences): readonly CopyFinding[] => {
  const findings: CopyFinding[] = []
  const last = new Map<string, { readonly nth: number; readonly place: number }>()
  for (const [sequence, { nth, verdict }] of differences)
    for (const { server, wrong, subject } of verdict) {
      const before = last.get(server)
      const open = before && before.nth === nth - 1 ? findings[before.place] : undefined
      const goesOn = before !== undefined && open?.wrong === wrong
      const place = goesOn ? before.place : findings.length
      findings[place] = goesOn ? { ...open, to: sequence } : { server, from: sequence, to: sequence, subject, wrong }
      last.set(server, { nth, place })
    }
  return findings
}

const askEvery = 200
/** Asks: a server that has just come, or that clients keep busy, lags behind for a moment. */
const tries = 150

/** Once every server says that it has everything. */
const wholeCopies = async (bus: Bus, stream: string): Promise<Either<BusRefusal, StreamCopies>> => {
  for (let left = tries; ; left--) {
    const copies = await bus.jetstream.copies(stream)
    if (E.isLeft(copies)) return copies
    const { leader, others } = copies.right
    const behind = others.filter(({ current }) => !current).map(({ name }) => name)
    if (others.length === 0 || (leader !== undefined && behind.length === 0)) return copies
    const message = leader === undefined ? 'no server leads' : `${behind.join(', ')}: not all of it is there`
    if (left === 0) return E.left({ tag: 'Unavailable', message })
    await pause(systemClock, askEvery)
  }
}

/** How often what differs is looked at again, and after how many milliseconds. */
const [moreLooks, betweenLooks] = [2, 1_000]

/**
 * Reads what each server that keeps the log holds itself, and compares it message by message: NATS does that only with what a server says
 * of how far it is. What differs is looked at again, and once more later: heartbeats replace each other meanwhile, on one server a moment
 * before the others. Writes nothing, and may run beside writers.
 */
export const compareCopies = async (bus: Bus, stream = 'OBJECTS'): Promise<Either<BusRefusal, CopiesReport>> => {
  const copies = await wholeCopies(bus, stream)
  if (E.isLeft(copies)) return copies
  const state = await bus.jetstream.state(stream)
  if (E.isLeft(state)) return state
  const { leader, others } = copies.right
  const servers = [...(leader === undefined ? [] : [leader]), ...others.map(({ name }) => name)]
  const upTo = state.right.lastSequence
  if (servers.length < 2 || upTo === 0) return E.right({ servers, upTo, findings: [] })
  try {
    let lasting = await differencesIn(bus, stream, servers, [1, upTo])
    for (let look = 0; look < moreLooks && lasting.size > 0; look++) {
      await pause(systemClock, betweenLooks)
      const before = lasting
      const [first = 1, ...others] = before.keys()
      const again = await differencesIn(bus, stream, servers, [first, others.at(-1) ?? first])
      lasting = new Map([...again].filter(([sequence]) => before.has(sequence)))
    }
    return E.right({ servers, upTo, findings: inRanges(lasting) })
  } catch (error) {
    return E.left({ tag: 'Unavailable', message: messageOf(error) })
  }
}
