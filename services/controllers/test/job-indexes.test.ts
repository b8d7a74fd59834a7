import { anHourLater, deciding } from '@periplus/controller'
import { jobController } from '../src/index.ts'
import { condition, creates, deletes, indexed, jobPod, letsGo, seen, status } from './jobs.ts'

const given = deciding(jobController)
const now = anHourLater

describe('the Job controller, of an indexed job,', () => {
  it('each with its own pod, host name and variable', () => {
    given(
      indexed({ parallelism: 3 }, { ...seen, active: 1, ready: 1, completedIndexes: '1', succeeded: 1 }),
      jobPod('a', { index: 0 }),
    )
      .when('default/pi')
      .then(
        creates({
          metadata: {
            name: /^pi-2-.{5}$/,
            labels: { 'batch.kubernetes.io/job-completion-index': '2', 'job-name': 'pi' },
            annotations: { 'batch.kubernetes.io/job-completion-index': '2' },
          },
          spec: {
            hostname: 'pi-2',
            containers: [
              {
                env: [
                  {
                    name: 'JOB_COMPLETION_INDEX',
                    valueFrom: {
                      fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']" },
                    },
                  },
                ],
              },
            ],
          },
        }),
      )
  })

  it('and remembers the indexes that succeeded instead of their pods', () => {
    given(
      indexed({}, { ...seen, completedIndexes: '0', succeeded: 1, active: 2 }),
      jobPod('a', { index: 1, phase: 'Succeeded' }),
      jobPod('b', { index: 2 }),
      jobPod('late', { index: 0, phase: 'Succeeded' }),
    )
      .when('default/pi')
      .then(
        status({ completedIndexes: '0,1', succeeded: 2, uncountedTerminatedPods: undefined }),
        letsGo('late'),
        letsGo('a'),
      )
  })

  it('and deletes pods whose index another has, or the job has not', () => {
    given(
      indexed({}, { ...seen, active: 4, ready: 3 }),
      jobPod('a', { index: 0 }),
      jobPod('b', { index: 0, ready: false }),
      jobPod('c', { index: 7 }),
      jobPod('d'),
    )
      .when('default/pi')
      .then(...['d', 'c', 'b'].map(letsGo), ...['d', 'c', 'b'].map(deletes))
  })

  it('until the success policy is met: what still runs is deleted and counts as nothing', () => {
    const rules = [{ succeededCount: 3 }, { succeededIndexes: '0-1,2', succeededCount: 1 }]
    given(
      indexed({ successPolicy: { rules } }, { ...seen, active: 2, ready: 2 }),
      jobPod('a', { index: 1, phase: 'Succeeded' }),
      jobPod('b', { index: 2 }),
    )
      .when('default/pi')
      .then(
        status({
          completedIndexes: '1',
          succeeded: 1,
          uncountedTerminatedPods: undefined,
          conditions: [condition('SuccessCriteriaMet', 'SuccessPolicy', 'Matched rules at index 1')],
        }),
        letsGo('a'),
        letsGo('b'),
        deletes('b'),
      )
  })

  describe('with a limit for each', () => {
    const limited = (rest: object = {}, told: object = {}) =>
      indexed(
        { backoffLimitPerIndex: 1, backoffLimit: 2 ** 31 - 1, parallelism: 1, ...rest },
        { ...seen, failedIndexes: '', ...told },
      )
    const failures = (count: number) => ({ 'batch.kubernetes.io/job-index-failure-count': String(count) })

    it('keeps a failed pod until its successor knows of it', () => {
      const failed = jobPod('a', { index: 0, phase: 'Failed', annotations: failures(0) })
      given(limited(), failed)
        .when('default/pi')
        .then(creates({ metadata: { annotations: failures(1) } }))
      given(limited({}, { active: 1, ready: 1 }), failed, jobPod('b', { index: 0, annotations: failures(1) }))
        .when('default/pi')
        .then(status({ uncountedTerminatedPods: { failed: ['a'] } }), letsGo('a'))
    })

    it('waits before it tries the index again', () => {
      given(
        limited({ completions: 1 }),
        jobPod('a', { index: 0, phase: 'Failed', ended: now - 4_000, annotations: failures(0) }),
      )
        .when('default/pi')
        .then()
        .requeuesAfter(6_000)
    })

    it('gives the index up, and goes on with others', () => {
      given(limited(), jobPod('a', { index: 0, phase: 'Failed', annotations: failures(1) }))
        .when('default/pi')
        .then(
          status({ failedIndexes: '0', uncountedTerminatedPods: { failed: ['a'] } }),
          letsGo('a'),
          creates({ metadata: { name: /^pi-1-/ } }),
        )
    })

    it('fails when all have ended and some failed, or when too many have', () => {
      given(
        limited({}, { failedIndexes: '0', completedIndexes: '1', succeeded: 1, failed: 2 }),
        jobPod('a', { index: 2, phase: 'Succeeded' }),
      )
        .when('default/pi')
        .why('Job has failed indexes')
      given(limited({ maxFailedIndexes: 0 }, { failedIndexes: '0', failed: 2 }))
        .when('default/pi')
        .why('Job has exceeded the specified maximal number of failed indexes')
    })

    it('gives an index up at once, where the policy says so', () => {
      const podFailurePolicy = { rules: [{ action: 'FailIndex', onExitCodes: { operator: 'In', values: [42] } }] }
      given(
        limited({ podFailurePolicy }),
        jobPod('a', { index: 0, phase: 'Failed', exit: 42, annotations: failures(0) }),
      )
        .when('default/pi')
        .then(status({ failedIndexes: '0' }), letsGo('a'), creates({ metadata: { name: /^pi-1-/ } }))
    })
  })
})
