import { existsSync, rmSync } from 'node:fs'
import { E } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import { openBackup, restoreState } from '@periplus/log'
import type { Logger } from '@periplus/service'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'
import type { Settings } from '../home/settings.ts'
import { keysOfBackup } from '../home/restored-keys.ts'
import { openSnapshots } from './log-marks.ts'
import { openBus } from './open.ts'
import type { RestoredLog } from './restored-log.ts'
import { openKeyStore } from './sealing.ts'
import { openSnapshotStore } from './snapshot-store.ts'

/** Before the log is made, after which nobody looks at the backup again. */
const restoreKeys = async (bus: Bus, home: Home, settings: Settings): Promise<void> => {
  const backup = await openBackup(home.restored)
  if (E.isLeft(backup)) throw new CannotGoOn(`the backup cannot be restored: ${backup.left}`)
  await backup.right.close()
  const store = await openKeyStore(bus, settings)
  for (const { uid, by, key } of keysOfBackup(backup.right.about)) {
    const added = await store.add(uid, { by, key })
    if (E.isLeft(added)) throw new CannotGoOn(`the backup cannot be restored: ${added.left.message}`)
  }
}

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
  await openSnapshots(bus)
  const writer = await openBus(home, settings, 'restore', 'compactor')
  try {
    const restored = await restoreState(home.restored, openSnapshotStore(writer, home, settings))
    if (E.isLeft(restored)) throw new CannotGoOn(`the backup cannot be restored: ${restored.left}`)
    await restoreKeys(bus, home, settings)
    logger.info('the log begins with a backup', { sequence: restored.right })
    return { beginsAfter: restored.right, made: () => rmSync(home.restored) }
  } finally {
    await writer.close()
  }
}
