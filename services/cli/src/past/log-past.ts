import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { statusOf } from '@periplus/api'
import type { ObjectRef } from '@periplus/api'
import type { Bus } from '@periplus/bus'
import { CannotGoOn, clusterOf } from '@periplus/cluster'
import { openBus, openDecisions, openForReading, openLog, reasonsFor, withPastOf } from '@periplus/cluster/roles'
import { recordedDecisions } from '@periplus/controller'
import { forgottenAt, horizonOf } from '@periplus/log'
import type { EventLog, ReadRefusal, RecordedEvent, Sequence } from '@periplus/log'
import {
  ForgottenKind,
  cutAt,
  historyOf,
  parseMoment,
  refusalOfMoment,
  rememberedFollow,
  rememberedRange,
  sequenceOf,
  why,
} from '@periplus/replay'
import type { MomentRefusal } from '@periplus/replay'
import type { Context } from '../context.ts'
import { shownByDefault } from './past.ts'
import type { Past } from './past.ts'

/** The log of the running cluster, for the time of one command. */
export const withLog = async (context: Context, use: (log: EventLog, bus: Bus) => Promise<void>): Promise<void> => {
  const cluster = clusterOf(context.home)
  const bus = await openBus(context.home, context.settings, 'cli', 'reader')
  try {
    await use(await openLog(bus, context, cluster.name), bus)
  } catch (error) {
    throw error instanceof ForgottenKind ? new CannotGoOn(error.message) : error
  } finally {
    await bus.close()
  }
}

/** The right side, or the end of the program with what the log said. */
const orEnd = <A>(result: Either<MomentRefusal | ReadRefusal, A>): A => {
  if (E.isRight(result)) return result.right
  throw new CannotGoOn(statusOf(refusalOfMoment(result.left)).message)
}

/** The past as the log itself has it, for whoever rules the cluster's home: nothing is withheld. */
export const logPast = async ({ home, settings, note }: Context, kept: EventLog, bus: Bus): Promise<Past> => {
  const { readable } = await openForReading(bus, { home, settings })
  const log = readable(withPastOf(kept, home, settings))
  const past = cutAt(log)
  const last = async (): Promise<Sequence> => orEnd(await log.bounds()).last
  const sequence = async (text: string): Promise<Sequence> => {
    const moment = parseMoment(text)
    if (!moment) throw new CannotGoOn(`'${text}' is neither a sequence nor an RFC 3339 time`)
    return orEnd(await sequenceOf(log, moment))
  }
  const stateAt = async (at: Sequence) => orEnd(await past({ tag: 'Sequence', sequence: at })).cut
  const from = async (ref: ObjectRef): Promise<Sequence | undefined> =>
    horizonOf(orEnd(await log.bounds()).horizons ?? {}, ref) || undefined
  return {
    server: `https://127.0.0.1:${clusterOf(home).apiPort}`,
    ca: readFileSync(join(home.pki, 'ca.crt'), 'utf8'),
    history: async ({ ref }) => ({
      events: orEnd(await historyOf(log, ref)),
      withheld: 0,
      from: await from(ref),
    }),
    why: async ({ ref }) => {
      const events = orEnd(await why(log, recordedDecisions(await openDecisions(bus)), ref))
      const endpoints = reasonsFor(await stateAt(await last()), ref)
      return { events, withheld: 0, from: await from(ref), ...(endpoints ? { endpoints } : {}) }
    },
    object: async ({ ref }, at) =>
      (await stateAt(at === undefined ? await last() : await sequence(at))).entry(ref)?.object(),
    network: async at => stateAt(at === undefined ? await last() : await sequence(at)),
    sequence,
    events: async function* ({ since, follow, signal }): AsyncGenerator<RecordedEvent> {
      const end = await last()
      const usual = follow ? end + 1 : Math.max(1, end - shownByDefault + 1)
      const { watermark, horizons = {} } = orEnd(await log.bounds())
      const begin = Math.max(watermark + 1, since === undefined ? usual : await sequence(since))
      for (const [kind, first] of forgottenAt(horizons, begin))
        note(`this tells of ${kind} from ${first} on: what was before is not kept`)
      const batches = follow
        ? rememberedFollow(log, horizons, begin, signal)
        : rememberedRange(log, horizons, begin, end, signal)
      for await (const batch of batches) yield* batch
    },
    decisions: async function* () {
      yield* recordedDecisions(await openDecisions(bus)).all()
    },
    log,
  }
}
