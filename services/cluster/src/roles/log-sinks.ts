import { rmSync, writeFileSync } from 'node:fs'
import { E } from '@periplus/prelude'
import { ensureDefinitions, whetherWanted } from '@periplus/log-router'
import { messageOf } from '@periplus/service'
import { wantedFile } from '../home/home.ts'
import type { Home } from '../home/home.ts'
import type { ClusterProcess } from './process.ts'

/**
 * Makes the kinds of log sinks, and tells the supervisor by a file whether there are any: a cluster without sinks has no process for
 * them.
 */
export const offerLogSinks = async (home: Home, { cut, commands, logger, onStop }: ClusterProcess): Promise<void> => {
  const log = logger.for('log-router')
  const made = await ensureDefinitions({ cut, commands })
  if (E.isLeft(made))
    return log.warn('there are no log sinks: their definitions are refused', { reason: made.left.tag })
  const file = wantedFile(home, 'log-router')
  const stop = whetherWanted(cut, wanted => {
    try {
      if (wanted) writeFileSync(file, '', { mode: 0o600 })
      else rmSync(file, { force: true })
    } catch (error) {
      log.error('the supervisor cannot be told of log sinks', { reason: messageOf(error) })
    }
  })
  onStop({ name: 'log sinks', stop: async () => stop() })
}
