import type { Loss } from '@periplus/log-stream'
import { addLoss } from './losses.ts'

/** What of pods' lines is not in the stream. */
export interface LossBook {
  /** All that a run has lost so far; `run` tells it from the others of the pod. */
  note(uid: string, run: string, losses: readonly Loss[]): void
  /** Of all runs of a pod. */
  of(uid: string): readonly Loss[]
  forget(uid: string): void
}

export interface LossBookOptions {
  /** Told of a pod whose losses are others than before. */
  readonly changed: (uid: string) => void
  /** Told of what was lost since this process began. */
  readonly count: (more: Loss) => void
}

export const lossBook = ({ changed, count }: LossBookOptions): LossBook => {
  const pods = new Map<string, Map<string, readonly Loss[]>>()
  return {
    note: (uid, run, losses) => {
      const runs = pods.get(uid) ?? new Map<string, readonly Loss[]>()
      const before = runs.get(run)
      if (before === losses) return
      // What is noted first of a run, a former agent had counted.
      if (before) for (const more of beyond(before, losses)) count(more)
      runs.set(run, losses)
      pods.set(uid, runs)
      if (losses.length > 0) changed(uid)
    },
    of: uid => [...(pods.get(uid)?.values() ?? [])].flat().reduce<readonly Loss[]>(addLoss, []),
    forget: uid => void pods.delete(uid),
  }
}

const beyond = (before: readonly Loss[], now: readonly Loss[]): readonly Loss[] =>
  now.map(({ reason, lines, bytes }) => {
    const known = before.find(each => each.reason === reason)
    return { reason, lines: lines - (known?.lines ?? 0), bytes: bytes - (known?.bytes ?? 0) }
  })
