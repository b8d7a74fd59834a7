import { formatTime, controlledBy } from '@periplus/api'
import assert from 'node:assert/strict'
import { anHourLater, deciding } from '@periplus/controller'
import { Job, Namespace, Pod } from '@periplus/kinds'
import { jobController } from '../src/index.ts'
import { condition, creates, deletes, job, jobPod, letsGo, seen, started, status } from './jobs.ts'

const given = deciding(jobController)
const now = anHourLater
const at = formatTime(now)
const finalizer = 'batch.kubernetes.io/job-tracking'

describe('the Job controller', () => {
  describe('makes pods', () => {
    it('of the template, held by a finalizer until they are counted, and starts the job', () => {
      const pi = job()
      given(pi)
        .when('default/pi')
        .then(
          status({ startTime: at, ready: 0, terminating: 0, uncountedTerminatedPods: {}, active: undefined }),
          creates({
            metadata: {
              name: /^pi-[b-z2-9]{5}$/,
              generateName: 'pi-',
              labels: { 'job-name': 'pi' },
              finalizers: [finalizer],
              ownerReferences: [controlledBy(Job, pi)],
            },
            spec: { restartPolicy: 'Never', hostname: undefined },
          }),
        )
        .tells(/^SuccessfulCreate: Created pod: pi-.{5}$/)
        .why('0 pods run and 1 more are wanted: making 1')
    })

    it('in batches that double, as many at a time as the parallelism', () => {
      const pi = job({ completions: 10, parallelism: 4 }, seen)
      given(pi, jobPod('a'), jobPod('b'))
        .when('default/pi')
        .then(status({ active: 2, ready: 2 }), creates(), creates())
    })

    it('never more than completions are missing', () => {
      given(job({ completions: 5, parallelism: 4 }, { ...seen, succeeded: 4, active: 1, ready: 1 }), jobPod('a'))
        .when('default/pi')
        .then()
    })

    it('until one has succeeded, where no number of completions is given', () => {
      const queue = (succeeded?: number) =>
        job(
          { completions: undefined, parallelism: 2 },
          { ...seen, ...(succeeded ? { succeeded } : {}), active: 1, ready: 1 },
        )
      given(queue(), jobPod('a')).when('default/pi').then(creates())
      given(queue(1), jobPod('a')).when('default/pi').then()
    })

    it('not at a parallelism of 0, in a namespace that goes, or while the job is deleted', () => {
      given(job({ parallelism: 0 }, seen))
        .when('default/pi')
        .then()
      const going = { name: 'default', deletionTimestamp: at }
      given(job({}, seen), { apiVersion: 'v1', kind: Namespace.kind, metadata: going })
        .when('default/pi')
        .then()
        .why('its namespace is being deleted: no pods are made')
      given(job({}, seen, { deletionTimestamp: at, finalizers: ['foregroundDeletion'] }))
        .when('default/pi')
        .then()
    })

    it('one at a time after one was refused, which it tells first', () => {
      const refusal = {
        tag: 'Forbidden',
        target: { group: '', resource: 'pods', name: 'pi-x' },
        message: 'exceeded quota: q',
      } as const
      given(
        job({ completions: 9, parallelism: 9 }, { ...seen, active: 3, ready: 3 }),
        ...['a', 'b', 'c'].map(one => jobPod(one)),
      )
        .when('default/pi', { refused: { verb: 'create', resource: 'pods', refusal } })
        .then(creates())
        .tells('FailedCreate: Error creating: pods "pi-x" is forbidden: exceeded quota: q', /^SuccessfulCreate/)
    })

    it('deletes the least worth when fewer are wanted, uncounted', () => {
      given(
        job({ completions: 5, parallelism: 1 }, { ...seen, active: 2, ready: 1 }),
        jobPod('good'),
        jobPod('slow', { ready: false }),
      )
        .when('default/pi')
        .then(letsGo('slow'), deletes('slow'))
        .tells('SuccessfulDelete: Deleted pod: slow')
    })

    it('leaves a job to whom it says that it is managed by', () => {
      given(job({ managedBy: 'example.com/other' }))
        .when('default/pi')
        .then()
        .why('it is managed by example.com/other')
      given(job({ managedBy: 'kubernetes.io/job-controller' }))
        .when('default/pi')
        .tells(/^SuccessfulCreate/)
    })
  })

  describe('counts', () => {
    const running = { ...seen, active: 1, ready: 1 }

    it('a success: named in the status, then let go', () => {
      given(job({}, running), jobPod('a', { phase: 'Succeeded' }))
        .when('default/pi')
        .then(
          status({
            active: null,
            ready: 0,
            uncountedTerminatedPods: { succeeded: ['a'] },
            conditions: [
              condition('SuccessCriteriaMet', 'CompletionsReached', 'Reached expected number of succeeded pods'),
            ],
            succeeded: undefined,
          }),
          letsGo('a'),
        )
        .tells()
    })

    it('lets go again what it had named before, and names it once', () => {
      const named = { ...seen, uncountedTerminatedPods: { failed: ['a'] } }
      given(job({}, named), jobPod('a', { phase: 'Failed', ended: now - 3_600_000 }))
        .when('default/pi')
        .then(letsGo('a'), creates())
    })

    it('what it let go, and is over then', () => {
      const met = condition('SuccessCriteriaMet', 'CompletionsReached', 'Reached expected number of succeeded pods')
      const named = { ...seen, uncountedTerminatedPods: { succeeded: ['a'] }, conditions: [met] }
      const complete = condition('Complete', 'CompletionsReached', 'Reached expected number of succeeded pods')
      given(job({}, named), jobPod('a', { phase: 'Succeeded', held: false }))
        .when('default/pi')
        .then(
          status({
            succeeded: 1,
            uncountedTerminatedPods: { succeeded: null },
            conditions: [met, complete],
            completionTime: at,
          }),
        )
        .tells('Completed: Job completed')
    })

    it('what is gone altogether as well', () => {
      const named = { ...seen, uncountedTerminatedPods: { succeeded: ['a'], failed: ['b'] } }
      given(job({ completions: 2 }, named))
        .when('default/pi')
        .then(
          status({ succeeded: 1, failed: 1, uncountedTerminatedPods: { succeeded: null, failed: null } }),
          creates(),
        )
    })

    it('nothing twice: not a pod that was let go before', () => {
      given(
        job({ completions: 2 }, { ...running, succeeded: 1 }),
        jobPod('a', { phase: 'Succeeded', held: false }),
        jobPod('b'),
      )
        .when('default/pi')
        .then()
    })

    it('a pod that is asked to go as failed, and replaces it at once', () => {
      given(job({}, running), jobPod('a', { deleting: true, ready: false }))
        .when('default/pi')
        .then(
          status({ active: null, ready: 0, terminating: 1, uncountedTerminatedPods: { failed: ['a'] } }),
          letsGo('a'),
          creates(),
        )
    })

    it('it only when it has ended, where replacements wait for that', () => {
      given(
        job({ podReplacementPolicy: 'Failed' }, { ...running, ready: 0 }),
        jobPod('a', { deleting: true, ready: false }),
      )
        .when('default/pi')
        .then(status({ active: null, terminating: 1 }))
    })

    it('says that more succeeded than were asked for', () => {
      const met = condition('SuccessCriteriaMet', 'CompletionsReached', 'Reached expected number of succeeded pods')
      given(job({}, { ...seen, succeeded: 2, conditions: [met] }))
        .when('default/pi')
        .tells(
          'TooManySucceededPods: Too many succeeded pods running after completion count reached',
          'Completed: Job completed',
        )
    })

    it('does nothing about a job that is over', () => {
      const over = condition('Complete', 'CompletionsReached', 'Reached expected number of succeeded pods')
      given(job({}, { ...seen, conditions: [over] }), jobPod('a'))
        .when('default/pi')
        .then()
        .why('it is over: Reached expected number of succeeded pods')
    })

    it('releases the pods of a job that is being deleted', () => {
      given(
        job({}, running, { deletionTimestamp: at, finalizers: ['foregroundDeletion'] }),
        jobPod('a', { deleting: true }),
      )
        .when('default/pi')
        .then(status({ uncountedTerminatedPods: { failed: ['a'] } }), letsGo('a'))
    })

    it('adopts pods that fit, with the finalizer, and releases those that do not', () => {
      given(
        job({ completions: 3, parallelism: 2 }, seen),
        jobPod('found', { loose: true, held: false }),
        jobPod('lost', { labels: { app: 'other' } }),
      )
        .when('default/pi')
        .then(
          {
            verb: 'patch',
            kind: Pod,
            patch: { body: { metadata: { uid: 'lost', '$deleteFromPrimitiveList/finalizers': [finalizer] } } },
          },
          {
            verb: 'patch',
            kind: Pod,
            patch: {
              body: {
                metadata: { uid: 'found', ownerReferences: [controlledBy(Job, job())], finalizers: [finalizer] },
              },
            },
          },
          status({ active: 1 }),
          creates(),
        )
    })
  })

  describe('fails', () => {
    const limit = condition('FailureTarget', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit')

    it('a job after as many failures as it may have: what runs is deleted and counts as failed', () => {
      given(
        job({ backoffLimit: 1, parallelism: 2, completions: 3 }, { ...seen, failed: 1 }),
        jobPod('a', { phase: 'Failed' }),
        jobPod('b'),
      )
        .when('default/pi')
        .then(
          status({ active: 1, uncountedTerminatedPods: { failed: ['a', 'b'] }, conditions: [limit] }),
          letsGo('a'),
          letsGo('b'),
          deletes('b'),
        )
    })

    it('it once the last of them is gone and counted', () => {
      const failing = { ...seen, failed: 1, conditions: [limit], uncountedTerminatedPods: { failed: ['b'] } }
      const terminating = jobPod('b', { deleting: true, held: false })
      given(job({ backoffLimit: 0 }, failing), terminating)
        .when('default/pi')
        .then(status({ failed: 2, terminating: 1, conditions: undefined }))
      const failed = condition('Failed', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit')
      given(job({ backoffLimit: 0 }, failing))
        .when('default/pi')
        .then(status({ failed: 2, conditions: [limit, failed], completionTime: undefined }))
        .tells('BackoffLimitExceeded: Job has reached the specified backoff limit')
    })

    it('it where the count is at the end of what an int32 holds, and goes no further', () => {
      const failing = { ...seen, failed: 2147483647, conditions: [limit], uncountedTerminatedPods: { failed: ['b'] } }
      const failed = condition('Failed', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit')
      given(job({ backoffLimit: 0 }, failing))
        .when('default/pi')
        .then(status({ failed: undefined, conditions: [limit, failed], uncountedTerminatedPods: { failed: null } }))
    })

    it('counts restarts in their pods, where containers start again', () => {
      const template = { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'main', image: 'busybox' }] } }
      given(job({ template, backoffLimit: 2 }, seen), jobPod('a', { restarts: 2 }))
        .when('default/pi')
        .why(/^Job has reached the specified backoff limit/)
      given(job({ template, backoffLimit: 3 }, seen), jobPod('a', { restarts: 2 }))
        .when('default/pi')
        .why('1 pods run, 0 of 1 have succeeded')
    })

    it('a job that runs for longer than it may, and looks again when that is', () => {
      given(job({ activeDeadlineSeconds: 60n as never }, seen))
        .when('default/pi')
        .why(/longer than specified deadline/)
      given(job({ activeDeadlineSeconds: 61n as never }, { ...seen, active: 1, ready: 1 }), jobPod('a'))
        .when('default/pi')
        .then()
        .requeuesAfter(1000)
    })

    it('waits longer after each failure in a row', () => {
      const failed = (name: string, ago: number) => jobPod(name, { phase: 'Failed', ended: now - ago, held: false })
      given(job({}, { ...seen, failed: 1 }), failed('a', 3_000))
        .when('default/pi')
        .then()
        .requeuesAfter(7_000)
      given(job({}, { ...seen, failed: 3 }), failed('a', 90_000), failed('b', 60_000), failed('c', 10_000))
        .when('default/pi')
        .then()
        .requeuesAfter(30_000)
        .why('a pod failed: the next is made in 30 s')
      given(job({}, { ...seen, failed: 1 }), failed('a', 11_000))
        .when('default/pi')
        .then(creates())
    })

    it('begins to count anew after a success', () => {
      given(
        job({ completions: 3 }, { ...seen, failed: 3, succeeded: 1 }),
        ...[90_000, 60_000, 3_000].map((ago, i) => jobPod(`f${i}`, { phase: 'Failed', ended: now - ago, held: false })),
        jobPod('s', { phase: 'Succeeded', ended: now - 10_000, held: false }),
      )
        .when('default/pi')
        .then()
        .requeuesAfter(7_000)
    })

    it('knows of failures whose pods are gone from the status, as long as nothing succeeded', () => {
      given(job({}, { ...seen, failed: 4 }), jobPod('a', { phase: 'Failed', ended: now - 1_000, held: false }))
        .when('default/pi')
        .requeuesAfter(79_000)
    })
  })

  describe('asks the failure policy', () => {
    const policy = (action: string, rest: object) => ({ podFailurePolicy: { rules: [{ action, ...rest }] } })
    const on42 = { onExitCodes: { operator: 'In', values: [42] } }

    it('and fails the whole job', () => {
      given(
        job({ ...policy('FailJob', on42), parallelism: 2, completions: 2 }, seen),
        jobPod('a', { phase: 'Failed', exit: 42 }),
        jobPod('b'),
      )
        .when('default/pi')
        .then(
          status({
            uncountedTerminatedPods: { failed: ['a', 'b'] },
            conditions: [
              condition(
                'FailureTarget',
                'PodFailurePolicy',
                'Container main for pod default/a failed with exit code 42 matching FailJob rule at index 0',
              ),
            ],
          }),
          letsGo('a'),
          letsGo('b'),
          deletes('b'),
        )
    })

    it('and ignores what a disruption did, without a limit', () => {
      const disrupted = { onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }
      const conditions = [{ type: 'DisruptionTarget', status: 'True' }]
      given(
        job({ ...policy('Ignore', disrupted), backoffLimit: 0 }, seen),
        jobPod('a', { phase: 'Failed', conditions, ended: now - 3_600_000 }),
      )
        .when('default/pi')
        .then(letsGo('a'), creates())
    })

    it('by containers and conditions', () => {
      const told = (rest: object, traits: object) =>
        given(job(policy('FailJob', rest), seen), jobPod('a', { phase: 'Failed', exit: 3, ...traits })).when(
          'default/pi',
        ).decision.why
      const fails = /matching FailJob rule/
      assert.match(told({ onExitCodes: { operator: 'NotIn', values: [1, 2] } }, {}), fails)
      assert.doesNotMatch(told({ onExitCodes: { operator: 'NotIn', values: [3] } }, {}), fails)
      assert.doesNotMatch(told({ onExitCodes: { operator: 'In', values: [3], containerName: 'other' } }, {}), fails)
      assert.match(
        told(
          { onPodConditions: [{ type: 'Config', status: 'True' }] },
          { conditions: [{ type: 'Config', status: 'True' }] },
        ),
        /^Pod default\/a has condition Config matching FailJob rule at index 0/,
      )
    })
  })

  describe('suspends', () => {
    it('a job: its pods go uncounted, and its time stands still', () => {
      given(job({ suspend: true }, { ...seen, active: 1, ready: 1 }), jobPod('a'))
        .when('default/pi')
        .then(
          status({ conditions: [condition('Suspended', 'JobSuspended', 'Job suspended')], startTime: undefined }),
          letsGo('a'),
          deletes('a'),
        )
        .tells('SuccessfulDelete: Deleted pod: a', 'Suspended: Job suspended')
    })

    it('one that has not started', () => {
      given(job({ suspend: true }))
        .when('default/pi')
        .then(status({ startTime: undefined }))
        .tells('Suspended: Job suspended')
    })

    it('one that never started, and ends by the pods that it was given: it began as it ended', () => {
      const reached = 'Reached expected number of succeeded pods'
      const met = condition('SuccessCriteriaMet', 'CompletionsReached', reached)
      const { startTime: _, ...unseen } = seen
      const ending = (spec: object) =>
        given(job({ suspend: true, ...spec }, { ...unseen, succeeded: 1, conditions: [met] }))
      ending({})
        .when('default/pi')
        .then(status({ startTime: at, completionTime: at }))
        .tells('Completed: Job completed')
      ending({ completions: 0 })
        .when('default/pi')
        .then(status({ startTime: undefined, completionTime: at }))
    })

    it('and resumes it: its time begins anew', () => {
      const suspended = { ...condition('Suspended', 'JobSuspended', 'Job suspended'), lastTransitionTime: started }
      given(job({}, { ...seen, conditions: [suspended] }))
        .when('default/pi')
        .then(
          status({ startTime: at, conditions: [condition('Suspended', 'JobResumed', 'Job resumed', 'False')] }),
          creates(),
        )
        .tells(/^SuccessfulCreate/, 'Resumed: Job resumed')
    })
  })
})
