import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import type { EventLog, ReadRefusal, Sequence } from '@periplus/log'
import { parseMoment, sequenceOf } from '@periplus/replay'
import type { MomentRefusal } from '@periplus/replay'
import { refusalOfMoment } from '@periplus/replay'
import { statusOf } from '@periplus/api'
import { builtinRegistry } from '@periplus/custom'
import { CannotGoOn, clusterOf } from '@periplus/cluster'
import { openBus, openLog } from '@periplus/cluster/roles'
import type { Context } from '../context.ts'
import { objectArgument } from './object-argument.ts'
import type { NamedObject } from './object-argument.ts'

/** The log of the running cluster, for the time of one command. */
export const withLog = async (context: Context, use: (log: EventLog, bus: Bus) => Promise<void>): Promise<void> => {
  const cluster = clusterOf(context.home)
  const bus = await openBus(context.home, context.settings, 'cli', 'reader')
  try {
    await use(await openLog(bus, context.settings, cluster.name), bus)
  } finally {
    await bus.close()
  }
}

export const namedObject = (text: string, namespace: string): NamedObject => {
  const named = objectArgument(builtinRegistry, text, namespace)
  if (E.isLeft(named)) throw new CannotGoOn(named.left)
  return named.right
}

/** The right side, or the end of the program with what the log said. */
export const orEnd = <A>(result: Either<MomentRefusal | ReadRefusal, A>): A => {
  if (E.isRight(result)) return result.right
  throw new CannotGoOn(statusOf(refusalOfMoment(result.left)).message)
}

/** `text` as a sequence of the log; ends the program where it names no moment. */
export const sequenceArgument = async (log: EventLog, text: string): Promise<Sequence> => {
  const moment = parseMoment(text)
  if (!moment) throw new CannotGoOn(`'${text}' is neither a sequence nor an RFC 3339 time`)
  return orEnd(await sequenceOf(log, moment))
}
