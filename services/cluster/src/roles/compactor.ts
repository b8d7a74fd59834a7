import { containedClock, E, messageOf, repeatedly, systemClock } from '@periplus/prelude'
import { electLeader } from '@periplus/controller'
import {
  advanceHorizons,
  archivedBy,
  archiveTo,
  compactLog,
  countPast,
  dropForgotten,
  isFarOver,
  keepSnapshots,
  sequenceTimes,
  trimArchive,
  unhurried,
} from '@periplus/log'
import type { AdvanceHorizons, Blobs, CompactLog, KeptSnapshots, KindRetention } from '@periplus/log'
import { hasEnded, processName, unaccountedGaps } from '@periplus/service'
import type { Logger } from '@periplus/service'
import { openArchive } from './archive.ts'
import { markLogOver } from './log-marks.ts'
import { openBus } from './open.ts'
import type { RoleProcess } from './role.ts'
import { openSnapshotStore } from './snapshot-store.ts'

const lookEvery = 10_000
/** At least two: where the newest is damaged, the one before it is taken. */
const keep = 3

/** It may be late, so that its lease is renewed less often than others; the rule about them is that of `leaseTimes`. */
const lease = { leaseSeconds: 60, renewDeadlineSeconds: 30, retrySeconds: 10 } as const

const mebibyte = 1024 ** 2

const compaction = async (parts: CompactLog, logger: Logger): Promise<void> => {
  const compacted = await compactLog(parts)
  if (E.isLeft(compacted)) return logger.warn('the log was not compacted', { reason: compacted.left.message })
  if (compacted.right) logger.info('compacted the log', { ...compacted.right })
}

const trimming = async (archive: Blobs, most: number, logger: Logger): Promise<void> => {
  const trimmed = await trimArchive(archive, most)
  if (E.isLeft(trimmed)) return logger.warn('the archive was not looked after', { reason: trimmed.left.message })
  if (trimmed.right > 0) logger.info('the oldest of the archive is gone', { segments: trimmed.right })
}

const forgetting = async (parts: AdvanceHorizons, archive: Blobs | undefined, logger: Logger): Promise<void> => {
  const horizons = await advanceHorizons(parts)
  if (E.isLeft(horizons)) return logger.warn('kinds were not forgotten', { reason: horizons.left.message })
  const dropped = archive ? await dropForgotten(archive, horizons.right) : E.right(0)
  if (E.isLeft(dropped)) return logger.warn('the archive was not looked after', { reason: dropped.left.message })
  if (dropped.right > 0) logger.info('what kinds have forgotten is gone from the archive', { blobs: dropped.right })
}

/** Milliseconds between two looks at what kinds have to forget: each writes into the stream's metadata. */
const forgetEvery = (retention: KindRetention): number => {
  const each = [...retention.values()].map(({ milliseconds, events, bytes }) => {
    const byAmount = events === undefined && bytes === undefined ? Infinity : 60_000
    return Math.min(byAmount, (milliseconds ?? Infinity) / 60)
  })
  return Math.max(lookEvery, Math.min(60 * 60_000, ...each))
}

const snapshot = async (snapshots: KeptSnapshots, logger: Logger): Promise<void> => {
  const taken = await snapshots.step()
  if (E.isLeft(taken)) return logger.warn('no snapshot was taken', { reason: taken.left.message })
  if (!taken.right) return
  const { sequence, objects, blob } = taken.right
  logger.info('took a snapshot of the log', { sequence, objects, bytes: blob.bytes })
}

/** Keeps the log short and quick to start from: one copy of the role at a time, as a user of NATS who may do what no other may. */
export const startCompactor = async (process: RoleProcess): Promise<void> => {
  const { home, settings, cut, commands, onBug, onStop } = process
  const logger = process.logger.for('compactor')
  const opened = await openBus(home, settings, 'compactor', 'compactor')
  onStop({ name: 'compactor-bus', stop: () => opened.close() })
  const clock = containedClock(systemClock, onBug)
  // Writers share the processor with it, and NATS.
  const stopping = new AbortController()
  let isBehind = false
  const slow = unhurried(clock, stopping.signal, () => isBehind)
  const bus = { jetstream: slow.jetstream(opened.jetstream) }
  const leadership = electLeader(
    {
      ...{ name: 'periplus-compactor', namespace: 'kube-system', identity: processName(), hasEnded, ...lease, onBug },
      onStart: () => undefined,
    },
    { cut, commands, clock },
  )
  onStop({ name: 'compactor-leadership', stop: leadership.stop })
  const blobs = slow.blobs(openSnapshotStore(opened, home, settings))
  const snapshots = keepSnapshots({
    ...{ bus, blobs, policy: { every: settings.snapshotEvents, keep } },
    onDamaged: damage => logger.error('a snapshot is damaged: the one before it is taken', { reason: damage.message }),
  })
  const kept = openArchive(home, settings)
  const archive = kept && slow.blobs(kept)
  const milliseconds = settings.retentionMinutes * 60_000
  const times = sequenceTimes(milliseconds)
  const parts: CompactLog = {
    ...{
      bus,
      blobs,
      snapshots,
      now: clock.now,
      lastBy: times.lastBy,
      mayGoOn: leadership.leads,
      mark: markLogOver(opened),
    },
    retention: {
      milliseconds,
      events: settings.retentionEvents,
      bytes: settings.retentionMebibytes * mebibyte,
    },
    ...(archive ? { archive: archiveTo(archive, blobs, [...settings.retainKinds.keys()]) } : {}),
  }
  const retention = settings.retainKinds
  const forget: AdvanceHorizons = {
    ...{ bus, retention, now: clock.now, lastBy: times.lastBy, mark: markLogOver(opened) },
    within: countPast({
      ...{ kinds: [...retention.keys()], read: (from, to) => bus.jetstream.read({ stream: 'OBJECTS', from, to }) },
      ...(archive ? { archive } : {}),
    }),
    ...(archive ? { archivedBy: archivedBy(archive) } : {}),
  }
  let forgotAt = -Infinity
  const forgetInTime = async (): Promise<void> => {
    if (retention.size === 0 || clock.now() - forgotAt < forgetEvery(retention)) return
    forgotAt = clock.now()
    await forgetting(forget, archive, logger)
  }
  // While it is not known what a full disk has left, all that was written since is looked through.
  const unaccounted = unaccountedGaps(home.nats)
  const look = async (): Promise<void> => {
    times.note(clock.now(), cut.sequence)
    if (!leadership.leads()) return
    const state = await bus.jetstream.state('OBJECTS')
    isBehind = E.isRight(state) && isFarOver(state.right, parts.retention)
    if (leadership.leads()) await snapshot(snapshots, logger)
    // In the log it is known of each event where a kind has enough of them, in the archive of files.
    if (leadership.leads()) await forgetInTime()
    if (leadership.leads() && !unaccounted.isSet()) await compaction(parts, logger)
    if (leadership.leads() && archive) await trimming(archive, settings.archiveMebibytes * mebibyte, logger)
  }
  const looking = repeatedly(clock, lookEvery, () =>
    look().catch((error: unknown) => logger.warn('the log was not looked after', { reason: messageOf(error) })),
  )
  onStop({
    name: 'compactor',
    stop: () => {
      stopping.abort()
      return looking.stop()
    },
  })
}
