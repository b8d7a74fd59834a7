import type { Bus } from '@periplus/bus'
import { logThroughCut } from '@periplus/projection'
import { startFeedWriter } from '@periplus/projector'
import { feedStream, subjectsOf } from '@periplus/log'
import { E, systemClock } from '@periplus/prelude'
import { letInReaders, openFeed } from '../consumers/feed-connection.ts'
import { isSealed } from '../home/sealed-resources.ts'
import { CannotGoOn } from '../home/say.ts'
import type { Settings } from '../home/settings.ts'
import type { RoleProcess } from './role.ts'

/** What was told of before it was to be sealed. */
const forgetSealed = async (
  { sealed }: Pick<Settings, 'sealed'>,
  { jetstream }: Pick<Bus, 'jetstream'>,
): Promise<void> => {
  const custom = [...sealed].map(name => name.split('.')).filter(([, ...group]) => group.length > 0)
  for (const [resource = '', ...group] of custom) {
    const subjects = subjectsOf({ only: [{ group: group.join('.'), resource, namespaced: false }] })
    for (const subject of E.isRight(subjects) ? subjects.right : []) {
      const gone = await jetstream.purge(feedStream, { subject, upTo: Number.MAX_SAFE_INTEGER - 1 })
      if (E.isLeft(gone)) throw new CannotGoOn(`${resource} cannot be taken from the feed: ${gone.left.message}`)
    }
  }
}

/** Writes what consumers from outside read, on a server of its own, for as long as there are any. */
export const startFeedOfEvents = async (process: RoleProcess): Promise<void> => {
  const { home, settings, cluster, log, cut, logger, metrics, onBug, onStop } = process
  const feed = await openFeed(home)
  onStop({ name: 'bus of the feed', stop: () => feed.close() })
  await letInReaders(home, feed)
  await forgetSealed(settings, feed)
  onStop(
    startFeedWriter({
      ...{ cluster: cluster.name, log: logThroughCut(log, cut), cut, feed, metrics, onBug },
      mostBytes: settings.feedMebibytes * 1024 ** 2,
      withheld: isSealed(settings.sealed),
      clock: systemClock,
      logger: logger.for('feed'),
    }),
  )
}
