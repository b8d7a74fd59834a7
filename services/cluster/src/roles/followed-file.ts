import { readFile } from 'node:fs/promises'
import { E, containedClock, messageOf, repeatedly, systemClock } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import { configurationIn, textOf } from './configuration-file.ts'
import type { ProcessTools } from './process-tools.ts'

/** What is made of a configuration. */
export interface Made<B> {
  readonly value: B
  /** Absent: at once. */
  readonly isReady?: () => boolean
  /** What it is not ready for, where that is known. */
  readonly lacks?: () => string | undefined
  readonly stop?: () => Promise<void>
}

/** A file of the operator's, which is read again when it has changed. */
export interface FollowedFile<A, B> {
  readonly path: string
  /** As Kubernetes names it in its metrics. */
  readonly name: 'authentication' | 'authorization' | 'encryption'
  /** Left: a line for each fault. */
  readonly read: (text: string) => Either<readonly string[], A>
  readonly make: (configuration: A) => Made<B>
  readonly clock?: Clock
}

/** How often the file is looked at. */
const everyMilliseconds = 2_000
/** How long Kubernetes waits for what is made of a changed file. */
const readyWithin = 60_000

interface Pending<B> {
  readonly made: Made<B>
  readonly since: number
}

/**
 * What the file says, made into something that is in force until the file says something else that is good and ready: a file that cannot
 * be read, is wrong, or leads to what does not become ready in a minute changes nothing, is told, and counted as kube-apiserver counts
 * it. Throws `CannotGoOn` where the file is not good from the start.
 */
export const follow = <A, B>(
  process: ProcessTools,
  { path, name, read, make, clock = systemClock }: FollowedFile<A, B>,
): (() => B) => {
  let inForce = make(configurationIn(path, read))
  const reloads = process.metrics.counter(
    `apiserver_${name}_config_controller_automatic_reloads_total`,
    `Total number of automatic reloads of ${name} configuration split by status.`,
  )
  let seen: string | undefined = textOf(path)
  let pending: Pending<B> | undefined
  let unreadable: string | undefined

  const failed = (faults: readonly string[]): void => {
    const reason = faults.join('\n')
    reloads.add(1, { status: 'failure' })
    process.logger.error(`the ${name} configuration stays as it was: its file is not good`, { path, reason })
  }
  const drop = async (): Promise<void> => {
    const dropped = pending
    pending = undefined
    await dropped?.made.stop?.()
  }
  const take = async (text: string): Promise<void> => {
    if (text === seen) return
    seen = text
    await drop()
    const found = read(text)
    if (E.isLeft(found)) return failed(found.left)
    pending = { made: make(found.right), since: clock.now() }
  }
  const settle = async ({ made, since }: Pending<B>): Promise<void> => {
    if (made.isReady?.() ?? true) {
      const before = inForce
      ;[inForce, pending] = [made, undefined]
      reloads.add(1, { status: 'success' })
      process.logger.info(`the ${name} configuration is in force as its file says now`, { path })
      await before.stop?.()
    } else if (clock.now() - since >= readyWithin) {
      const why = made.lacks?.()
      await drop()
      failed([`what it names was not ready within ${readyWithin / 1000} seconds${why === undefined ? '' : `: ${why}`}`])
      // It may be by now: the file is taken again.
      seen = undefined
    }
  }
  const look = async (): Promise<void> => {
    const text = await readFile(path, 'utf8').then(E.right, (error: unknown) => E.left(messageOf(error)))
    const fault = E.isLeft(text) ? text.left : undefined
    if (fault !== undefined && fault !== unreadable) failed([fault])
    unreadable = fault
    if (E.isRight(text)) await take(text.right)
    if (pending) await settle(pending)
  }
  const beat = repeatedly(containedClock(clock, process.onBug), everyMilliseconds, () => look().catch(process.onBug))
  process.onStop({
    name: `${name} configuration`,
    stop: async () => {
      await beat.stop()
      await drop()
      await inForce.stop?.()
    },
  })
  return () => inForce.value
}
