import { readFileSync } from 'node:fs'
import { repeatedly } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { outrunFor } from '@periplus/service'
import type { Logger } from '@periplus/service'

const askEvery = 3_000
/** So many questions in a row without an answer, and without any work done meanwhile: it stands still. */
const standsStillAfter = 10
/** So many where it works all the time: no piece of work takes that long. */
const lostAfter = 100

export type Verdict = 'Alive' | 'StandsStill' | 'Lost'

/**
 * What a child is that has not answered `unanswered` times in a row, during the last `idle` of which it neither used nor wanted a
 * processor. One that is busy, or waits while others are, answers late and is left alone; one that is stopped, or waits for what never
 * comes, does neither.
 */
export const verdictOf = ({ unanswered, idle }: { readonly unanswered: number; readonly idle: number }): Verdict =>
  idle >= standsStillAfter ? 'StandsStill' : unanswered >= lostAfter ? 'Lost' : 'Alive'

/** A clock tick of proc(5), in milliseconds: all of Linux' have this length. */
const tick = 10

/** Milliseconds of processor time that a process has used; `undefined` where it is gone. */
const usedBy = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * tick
  } catch {
    return undefined
  }
}

/** Less than this between two questions, in milliseconds, is no work, but a timer here and there. */
const busyMilliseconds = 300

/** A child, as far as its liveness goes. */
export interface Watched {
  readonly pid: number
  kill(): Promise<void>
}

/** Asks a child again and again whether it does its work, and kills it when it no longer does. Returns how to stop asking. */
export const watchLiveness = ({
  clock,
  log,
  name,
  answers,
  child,
}: {
  readonly clock: Clock
  readonly log: Logger
  readonly name: string
  readonly answers: () => Promise<boolean>
  /** The one that runs now. */
  readonly child: () => Watched
}): (() => void) => {
  const unseen = (pid: number) => ({ pid, outrun: outrunFor(pid), wanted: 0, unanswered: 0, idle: 0 })
  let seen = unseen(0)

  const look = async (): Promise<void> => {
    const current = child()
    const answered = await answers().catch(() => false)
    const used = usedBy(current.pid)
    const isOther = current.pid !== seen.pid
    if (isOther) seen = unseen(current.pid)
    const wanted = (used ?? 0) + seen.outrun()
    if (answered || used === undefined || isOther || current !== child()) {
      seen = { ...seen, wanted, unanswered: 0, idle: 0 }
      return
    }
    const busy = wanted - seen.wanted >= busyMilliseconds
    seen = { ...seen, wanted, unanswered: seen.unanswered + 1, idle: busy ? 0 : seen.idle + 1 }
    const verdict = verdictOf(seen)
    if (verdict === 'Alive') return
    const seconds = (seen.unanswered * askEvery) / 1000
    log.error(`${name} ${verdict === 'Lost' ? 'is busy and' : 'stands still and'} does not answer: it is ended`, {
      seconds,
    })
    await current.kill()
  }
  const asking = repeatedly(clock, askEvery, look)
  return () => void asking.stop()
}
