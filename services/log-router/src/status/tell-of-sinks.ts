import { repeatedly } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { Commands } from '@periplus/commands'
import type { LiveCut } from '@periplus/projection'
import type { Fault } from '../routes/route.ts'
import type { RunningSinks } from '../run/sinks.ts'
import { statusWriter } from './status-writer.ts'

interface Told {
  readonly cut: LiveCut
  readonly commands: Commands
  readonly router: string
  readonly clock: Clock
  readonly onBug: (error: unknown) => void
}

const tellEvery = 1_000
/** Milliseconds over which a rate is taken. */
const rateOver = 5_000

/** Lines a second, by sink. */
const rates = (clock: Clock) => {
  const known = new Map<string, { readonly at: number; readonly delivered: number; readonly rate: number }>()
  return {
    of: (uid: string, delivered: number): number => {
      const now = clock.now()
      const before = known.get(uid) ?? { at: now, delivered, rate: 0 }
      const isOver = now - before.at >= rateOver
      const rate = isOver ? ((delivered - before.delivered) * 1000) / (now - before.at) : before.rate
      known.set(uid, isOver ? { at: now, delivered, rate } : before)
      return rate
    },
    keepOnly: (uids: ReadonlySet<string>): void => {
      for (const uid of known.keys()) if (!uids.has(uid)) known.delete(uid)
    },
  }
}

/** Looks at all sinks of this copy once a second and writes what is to be told of them. */
export const tellOfSinks = (
  { runners }: RunningSinks,
  faults: () => readonly Fault[],
  told: Told,
): { readonly stop: () => void } => {
  const { clock, onBug, router } = told
  const writer = statusWriter(router, told)
  const rate = rates(clock)

  const round = async (): Promise<void> => {
    for (const [uid, { job, end }] of runners) {
      const { route, state } = job
      const linesPerSecond = rate.of(uid, state.delivered)
      await writer.tell(uid, route.ref, { tag: 'Running', route, state, end, linesPerSecond })
    }
    for (const fault of faults()) await writer.tell(fault.uid, fault.ref, { tag: 'Faulty', fault })
    const known = new Set([...runners.keys(), ...faults().map(({ uid }) => uid)])
    writer.keepOnly(known)
    rate.keepOnly(known)
  }
  const telling = repeatedly(clock, tellEvery, () => round().catch(onBug))
  return { stop: () => void telling.stop() }
}
