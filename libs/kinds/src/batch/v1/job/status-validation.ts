import { fieldError, millisecondsOf } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { each, nonNegative } from '../../../validation/values.ts'
import { isElastic } from './elastic.ts'
import { indexTotal, sharedIndex } from './indexes.ts'
import type { Job, JobStatus, UncountedTerminatedPods } from './schema.ts'
import { finishErrors, hasStatus, isTrue } from './finish-validation.ts'

const { duplicate, invalid, invalidUnshown, required } = fieldError

/** What is wrong with how a job's status goes on. What was wrong before is told only where it has changed. */
export const jobStatusErrors = (next: Job, previous: Job): readonly FieldError[] => {
  const [is, was] = [next.status ?? {}, previous.status ?? {}]
  return [
    ...countErrors(is),
    ...uncountedErrors(is.uncountedTerminatedPods),
    ...finishErrors(next, is, was),
    ...indexErrors(next, is, was),
    ...(is.ready !== was.ready || (is.active ?? 0) !== (was.active ?? 0) ? readyErrors(is) : []),
    ...courseErrors(next, is, was),
  ]
}

const counts = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const

const countErrors = (status: JobStatus): readonly FieldError[] =>
  counts.flatMap(count => nonNegative(`status.${count}`, status[count]))

/** A pod is counted once, as one that succeeded or one that failed. */
const uncountedErrors = (pods: UncountedTerminatedPods = {}): readonly FieldError[] => {
  const seen = new Set<string>()
  return (['succeeded', 'failed'] as const).flatMap(list =>
    each(`status.uncountedTerminatedPods.${list}`, pods[list], (uid, at) => {
      if (uid === '') return [invalid(at, uid, 'must not be empty')]
      if (seen.has(uid)) return [duplicate(at, uid)]
      seen.add(uid)
      return []
    }),
  )
}

const readyErrors = ({ ready, active = 0 }: JobStatus): readonly FieldError[] =>
  ready !== undefined && ready > active
    ? [invalid('status.ready', ready, 'cannot set more ready pods than active')]
    : []

/** Which indexes have succeeded and which have failed, of jobs that have some. */
const indexErrors = ({ spec }: Job, is: JobStatus, was: JobStatus): readonly FieldError[] => {
  const { completedIndexes: completed = '', failedIndexes: failed } = is
  const { completions, backoffLimitPerIndex: limit, completionMode } = spec ?? {}
  const newlyCompleted = completed !== (was.completedIndexes ?? '')
  const newlyFailed = failed !== was.failedIndexes
  const shared =
    completions === undefined || !failed || completed === '' ? undefined : sharedIndex(completed, failed, completions)
  return [
    ...(newlyCompleted ? listErrors('completedIndexes', completed, completions) : []),
    ...(newlyFailed && limit !== undefined ? listErrors('failedIndexes', failed, completions) : []),
    ...(newlyCompleted && completed !== '' && completionMode !== 'Indexed'
      ? [
          invalid(
            'status.completedIndexes',
            completed,
            'cannot set non-empty completedIndexes when non-indexed completion mode',
          ),
        ]
      : []),
    ...(newlyFailed && limit === undefined && failed !== undefined
      ? [invalid('status.failedIndexes', failed, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null')]
      : []),
    ...((newlyFailed || newlyCompleted) && shared !== undefined
      ? [invalid('status.failedIndexes', failed, `failedIndexes and completedIndexes overlap at index: ${shared}`)]
      : []),
  ]
}

const listErrors = (
  field: 'completedIndexes' | 'failedIndexes',
  text: string | undefined,
  completions: number | undefined,
): readonly FieldError[] => {
  if (text === undefined || completions === undefined) return []
  const total = indexTotal(text, completions)
  return typeof total === 'string' ? [invalid(`status.${field}`, text, `error parsing ${field}: ${total}`)] : []
}

/** What never goes back: verdicts, counts, and when it began and was complete. */
const courseErrors = ({ spec }: Job, is: JobStatus, was: JobStatus): readonly FieldError[] => {
  const resumes = isTrue(was, 'Suspended') && hasStatus(is, 'Suspended', 'False')
  const [begins, began] = [millisecondsOf(is.startTime), millisecondsOf(was.startTime)]
  const [ends, ended] = [millisecondsOf(is.completionTime), millisecondsOf(was.completionTime)]
  return [
    ...['Failed', 'Complete', 'FailureTarget'].flatMap(type =>
      isTrue(was, type) && !isTrue(is, type)
        ? [invalidUnshown('status.conditions', `cannot disable the terminal ${type}=True condition`)]
        : [],
    ),
    ...decreaseErrors('failed', is, was),
    ...(isElastic(spec) ? [] : decreaseErrors('succeeded', is, was)),
    ...(ends !== undefined && ended !== undefined && ends !== ended
      ? [invalid('status.completionTime', is.completionTime, 'field is immutable')]
      : []),
    ...(began !== undefined && begins !== began && !resumes && !spec?.suspend
      ? [required('status.startTime', 'startTime cannot be removed for unsuspended job')]
      : []),
    ...successErrors(is, was),
  ]
}

const decreaseErrors = (count: 'failed' | 'succeeded', is: JobStatus, was: JobStatus): readonly FieldError[] =>
  (is[count] ?? 0) < (was[count] ?? 0)
    ? [invalid(`status.${count}`, is[count] ?? 0, `cannot decrease the ${count} counter`)]
    : []

const successErrors = (is: JobStatus, was: JobStatus): readonly FieldError[] => {
  const [met, before] = [isTrue(is, 'SuccessCriteriaMet'), isTrue(was, 'SuccessCriteriaMet')]
  return [
    ...(before && !met
      ? [invalidUnshown('status.conditions', 'cannot disable the SuccessCriteriaMet=True condition')]
      : []),
    ...(isTrue(was, 'Complete') && !before && met
      ? [
          invalidUnshown(
            'status.conditions',
            'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions',
          ),
        ]
      : []),
  ]
}
