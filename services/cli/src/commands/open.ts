import { E } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import type { EventLog } from '@periplus/log'
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

/** What the asker may not see is not shown, and said. */
export const noteWithheld = ({ note }: Context, withheld: number): void => {
  if (withheld > 0) note(`${withheld} events are withheld: you cannot read them now, or could not then`)
}
