import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { deepEqual } from '@periplus/api'
import type { AdmissionRefusal } from '../admission/plugin.ts'
import { admissionRequestOf } from '../admission/request.ts'
import type { AdmissionRequest } from '../admission/request.ts'
import type { Attempt, Stage, Verdict } from './stage.ts'

/** Somebody from outside of this code who may change an object on its way: a webhook, or a policy with a binding. */
export interface Mutator {
  /** Unique among its like. */
  readonly id: string
  /** Wants to see what others change after it. */
  readonly isReinvoked: boolean
  /** The attempt after it; `undefined` where it has not looked. */
  readonly run: (attempt: Attempt) => Promise<Either<AdmissionRefusal, Attempt | undefined>>
}

/** All mutators of one sort. */
export interface Mutators {
  /** Whether there are any at all. */
  readonly areThere: (attempt: Attempt) => boolean
  /** Those who have to do with an attempt, in their order. */
  readonly of: (attempt: Attempt) => Either<AdmissionRefusal, readonly Mutator[]>
}

/** How far the mutators of one sort have come, and whom of them later changes concern. */
interface Progress {
  readonly attempt: Attempt
  readonly changed: boolean
  /** Those who want to know of later changes, and have seen all so far. */
  readonly informed: ReadonlySet<string>
  /** Those who want to know, and have not. */
  readonly outdated: ReadonlySet<string>
}

/** What admission is asked of an attempt as it is now. */
export const requestOf = ({ command, candidate, context }: Attempt): AdmissionRequest =>
  admissionRequestOf(command, candidate, context.requester)

const isChanged = (before: Attempt, after: Attempt): boolean =>
  before !== after && !deepEqual(requestOf(before).object, requestOf(after).object)

const advanced = (progress: Progress, { id, isReinvoked }: Mutator, attempt: Attempt): Progress => {
  const changed = isChanged(progress.attempt, attempt)
  const outdated = changed ? new Set([...progress.outdated, ...progress.informed]) : progress.outdated
  const before = changed ? [] : progress.informed
  const informed = new Set(isReinvoked ? [...before, id] : before)
  return { attempt, changed: progress.changed || changed, informed, outdated }
}

const nobody: ReadonlySet<string> = new Set()

/** Each is asked about what those before it have made of the object. */
const round = async (
  mutators: Mutators,
  attempt: Attempt,
  asked?: ReadonlySet<string>,
): Promise<Either<AdmissionRefusal, Progress>> => {
  let progress: Progress = { attempt, changed: false, informed: nobody, outdated: nobody }
  if (asked?.size === 0 || !mutators.areThere(attempt)) return E.right(progress)
  const found = mutators.of(attempt)
  if (E.isLeft(found)) return found
  for (const mutator of found.right) {
    if (asked && !asked.has(mutator.id)) continue
    const done = await mutator.run(progress.attempt)
    if (E.isLeft(done)) return done
    if (done.right) progress = advanced(progress, mutator, done.right)
  }
  return E.right(progress)
}

/** Who looks again at an object that others may have changed since. */
const concerned = ({ attempt, informed, outdated }: Progress, now: Attempt): ReadonlySet<string> =>
  isChanged(attempt, now) ? new Set([...outdated, ...informed]) : outdated

const through = async (plugins: Stage, sorts: readonly Mutators[], begun: Attempt): Promise<Verdict> => {
  const first: Progress[] = []
  let attempt = begun
  for (const mutators of sorts) {
    const done = await round(mutators, attempt)
    if (E.isLeft(done)) return done
    first.push(done.right)
    attempt = done.right.attempt
  }
  if (!first.some(({ changed }) => changed)) return E.right(attempt)
  const again = await plugins(attempt)
  if (E.isLeft(again)) return again
  attempt = again.right
  for (const [i, mutators] of sorts.entries()) {
    const before = first[i]
    const done = await round(mutators, attempt, before && concerned(before, attempt))
    if (E.isLeft(done)) return done
    attempt = done.right.attempt
  }
  return E.right(attempt)
}

/**
 * Everybody who changes an object on its way, in Kubernetes' order: the plugins, then the mutators, one sort after the other. Where one
 * of these changed it, the plugins have another look, and so have those who asked to and have not seen all, once.
 */
export const mutation =
  (plugins: Stage, ...sorts: readonly Mutators[]): Stage =>
  attempt => {
    const passed = plugins(attempt)
    const further = (verdict: Verdict): Verdict | Promise<Verdict> =>
      E.isLeft(verdict) || !sorts.some(mutators => mutators.areThere(verdict.right))
        ? verdict
        : through(plugins, sorts, verdict.right)
    return passed instanceof Promise ? passed.then(further) : further(passed)
  }
