import { existsSync, rmSync } from 'node:fs'
import { E } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import { objectStoreBlobs, restoreState } from '@periplus/log'
import type { Logger } from '@periplus/service'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'
import type { Settings } from '../home/settings.ts'
import { openBus } from './process.ts'
import type { RestoredLog } from './restored-log.ts'

/**
 * Before a log is made: the state that it begins with, where a backup was laid into the home; `undefined` where there is none, or the log
 * has been made already.
 */
export const restoreLog = async (
  bus: Bus,
  { home, settings, logger }: { home: Home; settings: Settings; logger: Logger },
): Promise<RestoredLog | undefined> => {
  if (!existsSync(home.restored)) return undefined
  if (E.isRight(await bus.jetstream.state('OBJECTS'))) {
    rmSync(home.restored)
    return undefined
  }
  const writer = await openBus(home, settings, 'restore', 'compactor')
  try {
    const restored = await restoreState(home.restored, objectStoreBlobs(writer, 'OBJECTS'))
    if (E.isLeft(restored)) throw new CannotGoOn(`the backup cannot be restored: ${restored.left}`)
    logger.info('the log begins with a backup', { sequence: restored.right })
    return { beginsAfter: restored.right, made: () => rmSync(home.restored) }
  } finally {
    await writer.close()
  }
}
