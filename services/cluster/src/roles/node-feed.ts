import { electLeader } from '@periplus/controller'
import { ensureNodeFeed, offerNodeFeeds } from '@periplus/log'
import { E, containedClock, systemClock } from '@periplus/prelude'
import { startNodeFeedWriter } from '@periplus/projector'
import { allNodeFeeds, nodeOfSubject, nodeSubjects } from '@periplus/runtime'
import { hasEnded, processName } from '@periplus/service'
import { CannotGoOn } from '../home/say.ts'
import type { RoleProcess } from './role.ts'

/**
 * Beside each API server: offers nodes what concerns them, and, of all copies one, writes it. Where two take themselves for the one, the feed's
 * own check of its sequence keeps them apart.
 */
export const feedNodes = async (process: RoleProcess): Promise<void> => {
  const { settings, log, cut, commands, logger, metrics, onBug, onStop } = process
  if (settings.nodeFeed !== '1') return
  const bus = await process.connect('node-feed')
  // As many servers as keep the log.
  const copies = await bus.jetstream.copies('OBJECTS')
  if (E.isLeft(copies)) throw new CannotGoOn(`the log cannot be asked who keeps it: ${copies.left.message}`)
  const made = await ensureNodeFeed(bus, copies.right.wanted >= 3 ? 3 : 1)
  if (E.isLeft(made)) throw new CannotGoOn(`the feed of nodes cannot be opened: ${made.left.message}`)
  const offered = metrics.counter(
    'periplus_node_feed_readings_total',
    'Readings of their feed that nodes were offered, as they began or had missed something.',
  )
  const offers = offerNodeFeeds({
    ...{ bus, subject: allNodeFeeds, log, onBug, onOffered: () => offered.add(1) },
    asker: subject => {
      const node = nodeOfSubject(subject)
      return node === undefined ? undefined : { node, inbox: nodeSubjects(node).inbox }
    },
  })
  onStop({ name: 'offers of node feeds', stop: async () => offers.close() })
  const clock = containedClock(systemClock, onBug)
  const leadership = electLeader(
    {
      ...{ name: 'periplus-node-feed', namespace: 'kube-system', identity: processName(), hasEnded, onBug },
      onStart: () => undefined,
    },
    { cut, commands, clock },
  )
  onStop({ name: 'leadership of the node feed', stop: leadership.stop })
  onStop(
    startNodeFeedWriter({
      ...{ cut, log, bus, mayWrite: leadership.leads, clock, metrics, onBug },
      logger: logger.for('node-feed'),
    }),
  )
}
