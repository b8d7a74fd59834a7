import { formatTime } from '@periplus/api'
import type { Stored } from '@periplus/api'
import assert from 'node:assert/strict'
import { anHourLater, completed, deciding, startOfTime } from '@periplus/controller'
import { controlledBy } from '@periplus/api'
import { CronJob, Job, Namespace } from '@periplus/kinds'
import type { CronJobSpec, CronJobStatus } from '@periplus/kinds'
import { cronJobController } from '../src/index.ts'
import { condition, job } from './jobs.ts'

const given = deciding(cronJobController)
const now = anHourLater
const minute = 60_000
const at = (ago: number) => formatTime(now - ago)
const nameAt = (ago: number) => `tick-${Math.floor((now - ago) / minute)}`

const cronJob = (spec: Partial<CronJobSpec> = {}, status?: CronJobStatus, metadata = {}): Stored<CronJob> =>
  completed(CronJob, {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'tick', namespace: 'default', ...metadata },
    spec: {
      schedule: '*/10 * * * *',
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        metadata: { labels: { app: 'tick' }, annotations: { note: 'a' } },
        spec: { template: { spec: { containers: [{ name: 'c', image: 'busybox' }] } } },
      },
      ...spec,
    },
    ...(status ? { status } : {}),
  } as CronJob) as Stored<CronJob>

const madeAt = (ago: number, status: object = {}, metadata: object = {}): Stored<Job> => {
  const name = nameAt(ago)
  return completed(Job, {
    ...job({}, { startTime: at(ago), ...status }),
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': at(ago) },
      ownerReferences: [controlledBy(CronJob, cronJob())],
      ...metadata,
    },
  }) as Stored<Job>
}
const over = (ago: number, type: 'Complete' | 'Failed'): Stored<Job> =>
  madeAt(ago, {
    conditions: [condition(type, 'Because', 'It is')],
    ...(type === 'Complete' ? { completionTime: at(ago) } : {}),
  })

const status = (expected: object) => ({
  verb: 'patch' as const,
  kind: CronJob,
  subresource: 'status',
  patch: { body: { status: expected } },
})
const creates = (object: object = {}) => ({ verb: 'create' as const, kind: Job, object })
const deletes = (ago: number) => ({
  verb: 'delete' as const,
  kind: Job,
  ref: { name: nameAt(ago) },
  options: { propagationPolicy: 'Background', preconditions: { uid: nameAt(ago) } },
})
const listed = (ago: number) => ({ kind: 'Job', name: nameAt(ago), uid: nameAt(ago), apiVersion: 'batch/v1' })

describe('the CronJob controller', () => {
  it('makes a job for the time that is due, named for its minute, and wakes for the next', () => {
    const tick = cronJob()
    given(tick)
      .when('default/tick', { now: now + 3_000 })
      .then(
        creates({
          metadata: {
            name: nameAt(0),
            namespace: 'default',
            labels: { app: 'tick' },
            annotations: { note: 'a', 'batch.kubernetes.io/cronjob-scheduled-timestamp': at(0) },
            ownerReferences: [controlledBy(CronJob, tick)],
          },
          spec: { template: { spec: { containers: [{ image: 'busybox' }] } } },
        }),
        status({ lastScheduleTime: at(0), active: undefined }),
      )
      .tells(`SuccessfulCreate: Created job ${nameAt(0)}`)
      .requeuesAfter(10 * minute - 3_000)
  })

  it('lists the job once it is there, and makes no second one', () => {
    given(cronJob({}, { lastScheduleTime: at(0) }), madeAt(0))
      .when('default/tick')
      .then(status({ active: [listed(0)] }))
      .tells()
  })

  it('goes on after a job whose time was not written yet', () => {
    given(cronJob(), madeAt(0))
      .when('default/tick')
      .then(status({ lastScheduleTime: at(0), active: [listed(0)] }))
  })

  it('waits while nothing is due', () => {
    given(cronJob({}, { lastScheduleTime: at(0) }))
      .when('default/tick', { now: now + minute })
      .then()
      .why('nothing is due')
      .requeuesAfter(9 * minute)
  })

  it('reads the schedule in the time of its zone, and says so on the job', () => {
    const spec = { schedule: '30 6 * * *', timeZone: 'Asia/Kathmandu' }
    given(cronJob(spec))
      .when('default/tick', { now: startOfTime + 45 * minute })
      .then(
        creates({
          metadata: {
            annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T06:30:00+05:45' },
          },
        }),
        status({ lastScheduleTime: '2026-01-01T00:45:00Z' }),
      )
  })

  it('makes one job for the newest of several missed times, unless its deadline is over', () => {
    given(cronJob({ schedule: '0 * * * *' }, { lastScheduleTime: at(10 * 60 * minute) }))
      .when('default/tick', { now: now + 20 * minute })
      .then(creates({ metadata: { name: nameAt(0) } }), status({ lastScheduleTime: at(0) }))
      .tells(/^SuccessfulCreate/)
    given(
      cronJob(
        { schedule: '0 * * * *', startingDeadlineSeconds: 600n as never },
        { lastScheduleTime: at(10 * 60 * minute) },
      ),
    )
      .when('default/tick', { now: now + 20 * minute })
      .then()
      .requeuesAfter(40 * minute)
  })

  it('finds the newest time of an irregular schedule', () => {
    given(cronJob({ schedule: '0,1 0 * * *' }, { lastScheduleTime: '2025-12-30T12:00:00Z' }))
      .when('default/tick', { now })
      .then(creates({ metadata: { name: nameAt(59 * minute) } }), status({ lastScheduleTime: at(59 * minute) }))
  })

  it('warns when more than a hundred times were missed, and makes the newest', () => {
    given(cronJob({ schedule: '* * * * *' }, { lastScheduleTime: at(200 * minute) }))
      .when('default/tick')
      .then(creates(), status({ lastScheduleTime: at(0) }))
      .tells(
        'TooManyMissedTimes: too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
        /^SuccessfulCreate/,
      )
  })

  it('counts the times of @every from the last one', () => {
    const every = (now: number) =>
      given(cronJob({ schedule: '@every 45m' }, { lastScheduleTime: at(200 * minute) })).when('default/tick', { now })
    every(now)
      .then(creates(), status({ lastScheduleTime: at(20 * minute) }))
      .requeuesAfter(25 * minute)
  })

  describe('while another job runs', () => {
    const running = { lastScheduleTime: at(10 * minute), active: [listed(10 * minute)] }

    it('makes a second one where that is allowed', () => {
      given(cronJob({}, running), madeAt(10 * minute))
        .when('default/tick')
        .then(creates(), status({ lastScheduleTime: at(0) }))
    })

    it('makes none where that is forbidden', () => {
      given(cronJob({ concurrencyPolicy: 'Forbid' }, running), madeAt(10 * minute))
        .when('default/tick')
        .then()
        .tells('JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is Forbid')
        .requeuesAfter(10 * minute)
    })

    it('deletes it first where it is to be replaced', () => {
      given(cronJob({ concurrencyPolicy: 'Replace' }, running), madeAt(10 * minute))
        .when('default/tick')
        .then(deletes(10 * minute), creates(), status({ lastScheduleTime: at(0), active: null }))
        .tells(/^SuccessfulDelete: Deleted job/, /^SuccessfulCreate: Created job/)
    })
  })

  it('tells of jobs that end or go missing, and keeps when one last succeeded', () => {
    const gone = { ...listed(20 * minute), uid: 'gone', name: 'gone' }
    given(cronJob({}, { lastScheduleTime: at(0), active: [listed(0), gone] }), over(0, 'Complete'))
      .when('default/tick')
      .then(status({ active: null, lastSuccessfulTime: at(0) }))
      .tells(
        `SawCompletedJob: Saw completed job: ${nameAt(0)}, condition: Complete`,
        'MissingJob: Active job went missing: gone',
      )
  })

  it('tells of a job that somebody else made in its name, and lets it be', () => {
    const manual = madeAt(
      0,
      {},
      { name: 'by-hand', uid: 'by-hand', annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' } },
    )
    given(cronJob({ concurrencyPolicy: 'Forbid' }), manual)
      .when('default/tick')
      .then(creates(), status({ lastScheduleTime: at(0), active: undefined }))
      .tells(/^SuccessfulCreate/, 'UnexpectedJob: Saw a job that the controller did not create or forgot: by-hand')
  })

  it('keeps as many finished jobs as it may, the oldest go', () => {
    const done = { lastScheduleTime: at(0), lastSuccessfulTime: at(0) }
    given(
      cronJob({ successfulJobsHistoryLimit: 2, failedJobsHistoryLimit: 0 }, done),
      ...[0, 10, 20, 30].map(ago => over(ago * minute, 'Complete')),
      over(40 * minute, 'Failed'),
    )
      .when('default/tick')
      .then(deletes(30 * minute), deletes(20 * minute), deletes(40 * minute))
  })

  it('makes nothing while it is suspended, is deleted, or its namespace is', () => {
    given(cronJob({ suspend: true }))
      .when('default/tick')
      .then()
      .why('it is suspended')
      .requeuesAfter(undefined)
    given(cronJob({}, undefined, { deletionTimestamp: at(0), finalizers: ['a/b'] }))
      .when('default/tick')
      .then()
    const going = { name: 'default', deletionTimestamp: at(0) }
    given(cronJob(), { apiVersion: 'v1', kind: Namespace.kind, metadata: going }).when('default/tick').then()
  })

  it('says what is wrong with a schedule or a zone', () => {
    given(cronJob({ schedule: '0 0 31 2 *' }))
      .when('default/tick')
      .tells(
        'InvalidSchedule: invalid schedule: 0 0 31 2 * : time difference between two schedules is less than 1 second',
      )
    given(cronJob({ schedule: 'x' }))
      .when('default/tick')
      .tells('UnparseableSchedule: unparseable schedule: "x" : expected exactly 5 fields, found 1: [x]')
    given(cronJob({ timeZone: 'Mars/Phobos' }))
      .when('default/tick')
      .tells('UnknownTimeZone: invalid timeZone: "Mars/Phobos": unknown time zone Mars/Phobos')
  })

  it('leaves a name alone that is another one’s', () => {
    const other = { ...madeAt(0), metadata: { ...madeAt(0).metadata, ownerReferences: [] } }
    given(cronJob(), other)
      .when('default/tick')
      .then()
      .why(`the name ${nameAt(0)} is another job's`)
  })

  it('tells that a job was refused before it tries again', () => {
    const refusal = {
      tag: 'Forbidden',
      target: { group: 'batch', resource: 'jobs', name: 'x' },
      message: 'exceeded quota: q',
    } as const
    const { told } = given(cronJob()).when('default/tick', { refused: { verb: 'create', resource: 'jobs', refusal } })
    assert.equal(told[0], 'FailedCreate: Error creating job: jobs.batch "x" is forbidden: exceeded quota: q')
  })
})
