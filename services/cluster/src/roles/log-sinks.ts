import { E } from '@periplus/prelude'
import { ensureDefinitions, jetStreamPositions, whetherWanted } from '@periplus/log-router'
import type { Home } from '../home/home.ts'
import type { ClusterProcess } from './process.ts'
import { tellSupervisor } from './tell-supervisor.ts'

/**
 * Makes the kinds of log sinks and the stream of their places, which a router may write to and not make, and tells the supervisor by a
 * file whether there are any: a cluster without sinks has no process for them.
 */
export const offerLogSinks = async (
  home: Home,
  { bus, cut, commands, logger, onStop }: ClusterProcess,
): Promise<void> => {
  const log = logger.for('log-router')
  const made = await ensureDefinitions({ cut, commands })
  if (E.isLeft(made))
    return log.warn('there are no log sinks: their definitions are refused', { reason: made.left.tag })
  const places = await jetStreamPositions(bus)
  if (E.isLeft(places))
    return log.warn('there are no log sinks: the stream of their places cannot be made', {
      reason: places.left.message,
    })
  const supervisor = tellSupervisor(home, 'log-router', log)
  const stop = whetherWanted(cut, supervisor.tell)
  onStop({ name: 'what the supervisor is told', stop: async () => supervisor.stop() })
  onStop({ name: 'log sinks', stop: async () => stop() })
}
