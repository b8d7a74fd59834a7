import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import type { EventLog, Sequence } from '@periplus/log'
import type { LiveCut } from '@periplus/projection'

/** How far a read can be trusted: nothing newer was in the log when it was asked, or how old the cut is. */
export type Age = { readonly tag: 'Fresh' } | { readonly tag: 'Stale'; readonly seconds: number }

/**
 * Keeps the promise that a read is never older than what was written before it, by whichever server: a read first learns
 * the log's last sequence and waits for the cut to reach it. While the log cannot be reached, reads are told their age.
 */
export interface Freshness {
  /**
   * For reads of the most recent state. Resolves with `Stale` rather than refusing. During an outage it doesn't wait for the log,
   * except for a `patient` read, which is of no use when stale.
   */
  confirm(patient?: boolean): Promise<Age>
  /** For reads that name a version; `Timeout` when the cut doesn't get there in time, as Kubernetes for a version of the future. */
  reach(version: Sequence): Promise<Either<Refusal, void>>
  /** Seconds since the cut was last known to be the log's newest state; 0 while that is so. */
  ageSeconds(): number
  /** Whether the log answered when it was last asked. */
  reachable(): boolean
  /** The log's watermark, when last asked: what was before it is not there any more. */
  watermark(): Sequence
  /** Events that the log had more than the cut, when last asked. */
  lag(): number
}

export interface FreshnessConfig {
  readonly log: Pick<EventLog, 'bounds'>
  readonly cut: LiveCut
  readonly clock: Clock
  /** How long a read waits for the log before it is served stale. Default 1,000. */
  readonly patienceMilliseconds?: number
}

/** How long Kubernetes' watch cache waits for a version of the future. */
const versionPatience = 3000

type Question = Promise<Either<unknown, Sequence>>

export const freshness = ({ log, cut, clock, patienceMilliseconds = 1000 }: FreshnessConfig): Freshness => {
  let confirmedAt = clock.now()
  let reachable = true
  let head: Sequence = 0
  let watermark: Sequence = 0
  /** The question that is under way, and the one that those wait for who came after it was asked. */
  let asking: Question | undefined
  let next: Question | undefined

  const ask = async (): Question => {
    const bounds = await within(clock, patienceMilliseconds, log.bounds())
    reachable = bounds !== undefined && E.isRight(bounds)
    if (bounds === undefined || E.isLeft(bounds)) return E.left(bounds)
    head = bounds.right.last
    watermark = bounds.right.watermark
    return E.right(head)
  }
  /** An answer to a question that was put after the call: one that was under way might be older than the caller's promise. */
  const lastSequence = (): Question => {
    if (!asking) {
      asking = ask().finally(() => (asking = undefined))
      return asking
    }
    next ??= asking.then(() => {
      next = undefined
      return lastSequence()
    })
    return next
  }
  const reachedInTime = (version: Sequence, milliseconds: number): Promise<boolean> => {
    if (cut.sequence >= version) return Promise.resolve(true)
    const stop = new AbortController()
    const cancel = clock.after(milliseconds, () => stop.abort())
    return cut
      .reached(version, stop.signal)
      .then(
        () => true,
        () => false,
      )
      .finally(cancel)
  }
  const stale = (): Age => ({ tag: 'Stale', seconds: Math.max(0, Math.round((clock.now() - confirmedAt) / 1000)) })

  return {
    confirm: async patient => {
      const question = lastSequence()
      // During an outage reads don't wait for the log's silence; the question goes on and finds out when it is back.
      const answer = reachable || patient ? await question : await within(clock, 0, question)
      if (!answer || E.isLeft(answer)) return stale()
      if (!(await reachedInTime(answer.right, patienceMilliseconds))) return stale()
      confirmedAt = clock.now()
      return { tag: 'Fresh' }
    },
    reach: async version => {
      if (await reachedInTime(version, versionPatience)) return E.right(undefined)
      return E.left({
        tag: 'Timeout',
        message: `Too large resource version: ${version}, current: ${cut.sequence}`,
        cause: 'ResourceVersionTooLarge',
      })
    },
    ageSeconds: () => (reachable && cut.sequence >= head ? 0 : Math.max(0, (clock.now() - confirmedAt) / 1000)),
    reachable: () => reachable,
    watermark: () => watermark,
    lag: () => Math.max(0, head - cut.sequence),
  }
}

const within = <A>(clock: Clock, milliseconds: number, work: Promise<A>): Promise<A | undefined> =>
  new Promise((resolve, reject) => {
    const cancel = clock.after(milliseconds, () => resolve(undefined))
    work.then(resolve, reject).finally(cancel)
  })
