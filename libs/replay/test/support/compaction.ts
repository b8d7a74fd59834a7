import type { Bus } from '@periplus/bus'
import { archiveTo, compactLog, directoryBlobs, keepSnapshots, objectStoreBlobs } from '@periplus/log'
import type { CompactionPhase } from '@periplus/log'
import { stream } from './history-on-nats.ts'

/** Compacts the tests' log up to a sequence, into an archive where a directory is given. */
export const compactUpTo = async (
  bus: Bus,
  upTo: number,
  { archive, onPhase }: { archive?: string | undefined; onPhase?: (phase: CompactionPhase) => void } = {},
) => {
  const state = await bus.jetstream.state(stream)
  if (state._tag === 'Left') return state
  return compactLog({
    ...{ bus, stream, least: 1, snapshots: keepSnapshots({ bus, stream, policy: { every: 1, keep: 2 } }) },
    retention: { milliseconds: Infinity, bytes: Infinity, events: state.right.lastSequence - upTo },
    // Everything is old by tomorrow.
    now: () => Date.now() + 86_400_000,
    ...(archive === undefined
      ? {}
      : { archive: archiveTo(directoryBlobs(archive), objectStoreBlobs(bus, stream), ['leases.leases', 'pods']) }),
    ...(onPhase ? { onPhase } : {}),
  })
}
