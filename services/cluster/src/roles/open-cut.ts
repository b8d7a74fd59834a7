import { askForNodeFeed, followNodeFeed } from '@periplus/log'
import type { EventLog, FollowNodeFeed } from '@periplus/log'
import type { Bus } from '@periplus/bus'
import { startLiveCut, startPartCut } from '@periplus/projection'
import type { RunningCut, SnapshotSource } from '@periplus/projection'
import { nodeSubjects } from '@periplus/runtime'
import type { Logger } from '@periplus/service'
import { waitedFor } from './start-waits.ts'

/** What a process's cut is told by. */
export interface OpenCut {
  readonly bus: Bus
  readonly log: EventLog
  readonly store: SnapshotSource | undefined
  /** The node that the process is, where it reads what concerns that and nothing else. */
  readonly fedNode: string | undefined
  readonly logger: Logger
  readonly onListenerThrow: (error: unknown) => void
}

const asking = (bus: Bus, node: string, logger: Logger): Pick<FollowNodeFeed, 'ask' | 'onOffered'> => ({
  ask: askForNodeFeed(bus, nodeSubjects(node).feed),
  onOffered: why => why === 'Begins' || logger.info('what concerns this node is read again', { reason: why }),
})

/** The process's one cut: of the log, or of what of it concerns a node. */
export const openCut = ({ bus, log, store, fedNode, logger, onListenerThrow }: OpenCut): Promise<RunningCut> =>
  fedNode === undefined
    ? startLiveCut({
        ...{ log, onListenerThrow },
        ...(store ? { store } : {}),
        onWaiting: waiting => logger.warn('the start waits', { for: waitedFor(waiting) }),
        onDamagedStore: damage =>
          logger.error('Redis is not what was written to it: it is built anew', { reason: damage.message }),
        onDamagedBase: damage =>
          logger.error('a snapshot of the log is damaged: the one before it is taken', { reason: damage.message }),
      })
    : startPartCut({
        follow: signal => followNodeFeed({ bus, node: fedNode, ...asking(bus, fedNode, logger) }, signal),
        onListenerThrow,
        onWaiting: () => logger.warn('the start waits', { for: 'what concerns this node, of an API server' }),
      })
