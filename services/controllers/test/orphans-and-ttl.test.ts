import { formatTime } from '@periplus/api'
import { anHourLater, deciding } from '@periplus/controller'
import { Job, ReplicaSet } from '@periplus/kinds'
import { jobOrphanController, ttlAfterFinishedController } from '../src/index.ts'
import { condition, job, jobPod, letsGo, seen } from './jobs.ts'
import { pod, replicaSet } from './objects.ts'

const over = {
  ...seen,
  conditions: [condition('Failed', 'DeadlineExceeded', 'Job was active longer than specified deadline')],
}

describe('the job-orphans controller', () => {
  const given = deciding(jobOrphanController)

  it('lets pods go whose job is gone, is another one by now, or is over, and those of nobody', () => {
    given(jobPod('a')).when('default/a').then(letsGo('a')).why('its job pi is gone')
    given(jobPod('a'), job({}, seen, { uid: 'another' }))
      .when('default/a')
      .then(letsGo('a'))
    given(jobPod('a'), job({}, over)).when('default/a').then(letsGo('a')).why('its job pi is over')
    given(jobPod('a', { loose: true }))
      .when('default/a')
      .then(letsGo('a'))
      .why('no job manages it')
  })

  it('leaves pods alone that a job will count, or that others hold', () => {
    given(jobPod('a'), job({}, seen)).when('default/a').then()
    given(jobPod('a'), job({ managedBy: 'example.com/other' }, over))
      .when('default/a')
      .then()
    const web = replicaSet('web', 1)
    const held = pod('a', web)
    given(
      { ...held, metadata: { ...held.metadata, finalizers: ['batch.kubernetes.io/job-tracking'] } },
      { ...web, kind: ReplicaSet.kind },
    )
      .when('default/a')
      .then()
  })
})

describe('the ttl-after-finished controller', () => {
  const given = deciding(ttlAfterFinishedController)
  const ended = (ago: number) => ({
    ...over,
    conditions: over.conditions.map(one => ({ ...one, lastTransitionTime: formatTime(anHourLater - ago) })),
  })

  it('deletes a job with its pods when its time is over, and wakes for it', () => {
    given(job({ ttlSecondsAfterFinished: 60 }, ended(20_000)))
      .when('default/pi')
      .then()
      .requeuesAfter(40_000)
    given(job({ ttlSecondsAfterFinished: 60 }, ended(60_000)))
      .when('default/pi')
      .then({
        verb: 'delete',
        kind: Job,
        options: { propagationPolicy: 'Foreground', preconditions: { uid: 'uid-job-pi' } },
      })
    given(job({ ttlSecondsAfterFinished: 0 }, ended(0)))
      .when('default/pi')
      .then({ verb: 'delete', kind: Job })
  })

  it('leaves jobs alone that are not over, go already, or do not ask for it', () => {
    given(job({ ttlSecondsAfterFinished: 0 }, seen))
      .when('default/pi')
      .then()
    given(job({}, ended(60_000)))
      .when('default/pi')
      .then()
      .requeuesAfter(undefined)
    given(
      job({ ttlSecondsAfterFinished: 0 }, ended(0), {
        deletionTimestamp: formatTime(anHourLater),
        finalizers: ['a/b'],
      }),
    )
      .when('default/pi')
      .then()
  })
})
