import { logThroughCut, redisProjection } from '@periplus/projection'
import { start } from '@periplus/projector'
import { redisConnection } from '../home/connections.ts'
import type { RoleProcess } from './role.ts'

/** What Redis holds, kept at the log's head. */
export const startProjection = async ({
  home,
  settings,
  log,
  cut,
  logger,
  metrics,
  onStop,
}: RoleProcess): Promise<void> => {
  onStop(
    start({
      log: logThroughCut(log, cut),
      projection: redisProjection({ url: redisConnection(home, settings.redisUrl) }),
      logger: logger.for('projector'),
      metrics,
      head: () => cut.sequence,
    }),
  )
}
