import { deepEqual, fieldError, millisecondsOf } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import type { Job, JobStatus } from './schema.ts'

const { invalid, invalidUnshown, required } = fieldError

/** Whether a job has a condition in a status. */
export const hasStatus = ({ conditions }: JobStatus, type: string, status: string): boolean =>
  (conditions ?? []).some(one => one.type === type && one.status === status)

export const isTrue = (status: JobStatus, type: string): boolean => hasStatus(status, type, 'True')

const isFinished = (status: JobStatus): boolean => isTrue(status, 'Complete') || isTrue(status, 'Failed')

/** What is wrong with how a job ends: nothing of it is left, and it is said when and why. */
export const finishErrors = (job: Job, is: JobStatus, was: JobStatus): readonly FieldError[] => {
  const finishes = isFinished(is) !== isFinished(was)
  const changed = (type: string): boolean => isTrue(is, type) !== isTrue(was, type)
  return [
    ...verdictErrors(is, was, changed),
    ...timeErrors(job, is, was, finishes, changed('Complete')),
    ...(isFinished(is) ? leftoverErrors(is, was, finishes) : []),
    ...successErrors(job, is),
  ]
}

const wrongConditions = (detail: string): readonly FieldError[] => [invalidUnshown('status.conditions', detail)]

/** Which conditions go together. */
const verdictErrors = (is: JobStatus, was: JobStatus, changed: (type: string) => boolean): readonly FieldError[] => {
  const [complete, failed] = [isTrue(is, 'Complete'), isTrue(is, 'Failed')]
  const target = isTrue(is, 'FailureTarget')
  return [
    ...(complete && failed && (changed('Complete') || changed('Failed'))
      ? wrongConditions('cannot set Complete=True and Failed=true conditions')
      : []),
    ...(complete && target && (changed('Complete') || changed('FailureTarget'))
      ? wrongConditions('cannot set Complete=True and FailureTarget=true conditions')
      : []),
    ...(failed && !target && (changed('Failed') || is.failedIndexes !== was.failedIndexes)
      ? wrongConditions('cannot set Failed=True condition without the FailureTarget=true condition')
      : []),
    ...(complete && !isTrue(is, 'SuccessCriteriaMet') && (changed('Complete') || changed('SuccessCriteriaMet'))
      ? wrongConditions('cannot set Complete=True condition without the SuccessCriteriaMet=true condition')
      : []),
  ]
}

/** When a job began and was complete. */
const timeErrors = (
  { spec }: Job,
  is: JobStatus,
  was: JobStatus,
  finishes: boolean,
  completes: boolean,
): readonly FieldError[] => {
  const at = 'status.completionTime'
  const [begins, ends] = [millisecondsOf(is.startTime), millisecondsOf(is.completionTime)]
  const newStart = begins !== millisecondsOf(was.startTime)
  const newEnd = ends !== millisecondsOf(was.completionTime)
  const complete = isTrue(is, 'Complete')
  const asksNothing = spec?.suspend === true && spec.completions === 0
  return [
    ...(completes || newEnd
      ? [
          ...(ends !== undefined && !complete
            ? [invalid(at, is.completionTime, 'cannot set completionTime when there is no Complete=True condition')]
            : []),
          ...(ends === undefined && complete ? [required(at, 'completionTime is required for Complete jobs')] : []),
        ]
      : []),
    ...((newStart || newEnd) && begins !== undefined && ends !== undefined && ends < begins
      ? [invalid(at, is.completionTime, 'must be equal to or after `startTime`')]
      : []),
    ...((finishes || newStart) && !asksNothing && begins === undefined && isFinished(is)
      ? [required('status.startTime', 'startTime is required for finished job')]
      : []),
  ]
}

/** A job that has ended has no pods. */
const leftoverErrors = (is: JobStatus, was: JobStatus, finishes: boolean): readonly FieldError[] => {
  const { active = 0, terminating, uncountedTerminatedPods: uncounted } = is
  const left = (uncounted?.failed?.length ?? 0) + (uncounted?.succeeded?.length ?? 0)
  return [
    ...((finishes || active !== (was.active ?? 0)) && active > 0
      ? [invalid('status.active', active, 'active>0 is invalid for finished job')]
      : []),
    ...((finishes || !deepEqual(uncounted, was.uncountedTerminatedPods)) && left > 0
      ? [
          invalid(
            'status.uncountedTerminatedPods',
            { Succeeded: uncounted?.succeeded ?? null, Failed: uncounted?.failed ?? null },
            'must be empty for finished job',
          ),
        ]
      : []),
    ...((finishes || terminating !== was.terminating) && (terminating ?? 0) > 0
      ? [invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job')]
      : []),
  ]
}

const successErrors = ({ spec }: Job, is: JobStatus): readonly FieldError[] => {
  const met = isTrue(is, 'SuccessCriteriaMet')
  return [
    ...(met && isTrue(is, 'Failed')
      ? wrongConditions('cannot set SuccessCriteriaMet=True and Failed=true conditions')
      : []),
    ...(met && isTrue(is, 'FailureTarget')
      ? wrongConditions('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions')
      : []),
    ...(spec?.successPolicy && !met && isTrue(is, 'Complete')
      ? wrongConditions('cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True')
      : []),
  ]
}
