import { E, systemClock } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import { recordedDecisions } from '@periplus/controller'
import { builtinKinds } from '@periplus/kinds'
import { acceptGaps, logGaps, subjectToken } from '@periplus/log'
import type { Gaps } from '@periplus/log'
import type { Projection } from '@periplus/projection'
import { freeBytes, lowBytes, unaccountedGaps } from '@periplus/service'
import type { Home } from '../home/home.ts'
import type { Settings } from '../home/settings.ts'
import { accountForGaps } from './account-for-gaps.ts'
import { checkLog } from './check-log.ts'
import { openDecisions } from './open.ts'
import type { ClusterProcess } from './process.ts'
import { watchForLoss } from './watch-for-loss.ts'

/** Kinds of which the log keeps one message an object. */
const rollupSubjects = builtinKinds
  .filter(({ rollup }) => rollup)
  .map(({ group, resource }) => `objects.${subjectToken(group)}.${subjectToken(resource)}.>`)

const gapsOf = (bus: Bus) => async (): Promise<Gaps | undefined> => {
  const found = await logGaps(bus, rollupSubjects)
  return E.isRight(found) ? found.right : undefined
}

/** `checkLog` of a log on NATS, with what Redis and the recorded decisions know of it. */
export const checkOpenedLog = async (
  { bus, log, logger }: Pick<ClusterProcess, 'bus' | 'log' | 'logger'>,
  { home, settings, projection }: { home: Home; settings: Settings; projection: Projection },
): Promise<void> => {
  const unaccounted = unaccountedGaps(home.nats)
  const newest = await recordedDecisions(await openDecisions(bus)).newest()
  const newestKept = async () => {
    const kept = await bus.jetstream.lastMessage('OBJECTS', 'objects.>')
    if (E.isLeft(kept)) return undefined
    if (kept.right) return kept.right.sequence
    // One that begins with a backup has nothing yet.
    const bounds = await log.bounds()
    return E.isRight(bounds) ? bounds.right.watermark : undefined
  }
  await checkLog({
    ...{ log, projection, logger, acceptsLoss: settings.acceptLoss === 'yes', decidedOn: newest?.cut ?? 0 },
    lackedRoom: unaccounted.isSet(),
    ...{ newestKept, gaps: gapsOf(bus), acceptGaps: unexplained => acceptGaps(bus, unexplained) },
  })
  unaccounted.clear()
}

/** Accounts for what a full disk leaves in the log from now on, and tells of what else goes missing. */
export const keepAccount = ({ bus, cut, log, logger, onStop }: ClusterProcess, home: Home): void => {
  const unaccounted = unaccountedGaps(home.nats)
  const shared = { clock: systemClock, gaps: gapsOf(bus), logger: logger.for('log') }
  onStop(
    accountForGaps({
      ...{ ...shared, cut, log, unaccounted },
      hasRoom: () => (freeBytes(home.nats) ?? 0) >= lowBytes,
      acceptGaps: unexplained => acceptGaps(bus, unexplained),
    }),
  )
  onStop(watchForLoss({ ...shared, lackedRoom: unaccounted.isSet }))
}
