import { withoutUndefined } from '../../../describe/without-undefined.ts'
import type { PersistentVolume } from './schema.ts'

/** Since when a volume is in its phase is noted where whoever changes it says nothing of it. */
export const withPhaseTime = (next: PersistentVolume, previous: PersistentVolume, now: string): PersistentVolume => {
  const { lastPhaseTransitionTime: said } = next.status ?? {}
  const { lastPhaseTransitionTime: before } = previous.status ?? {}
  const changes = phaseOf(next) !== phaseOf(previous)
  const since = changes && (said === undefined || said === before) ? now : (said ?? before)
  return { ...next, status: withoutUndefined({ ...next.status, lastPhaseTransitionTime: since }) }
}

const phaseOf = ({ status }: PersistentVolume): string => status?.phase || 'Pending'
