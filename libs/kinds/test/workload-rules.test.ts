import assert from 'node:assert/strict'
import { CronJob, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet } from '@periplus/kinds'
import type { DeploymentSpec, PodTemplateSpec } from '@periplus/kinds'
import { complaints, created, refusedFor, row, updateRefusedFor } from './support/accepted.ts'

const template: PodTemplateSpec = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'nginx', image: 'nginx:1.7.9', ports: [{ containerPort: 80 }] }] },
}
const selector = { matchLabels: { app: 'web' } }
const deployment = (spec: Partial<DeploymentSpec> = {}): Deployment => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { replicas: 2, selector, template, ...spec },
})

describe('deployments', () => {
  it('are completed as Kubernetes does', () => {
    const { spec, status } = created(Deployment, deployment({ replicas: undefined }))
    const { template: _, ...rest } = spec ?? deployment().spec ?? { template, selector }
    assert.deepEqual(rest, {
      replicas: 1,
      selector,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    })
    assert.equal(spec?.template.spec?.containers[0]?.imagePullPolicy, 'IfNotPresent')
    assert.equal(spec?.template.spec?.enableServiceLinks, undefined)
    assert.deepEqual(status, {})
  })

  it('need a selector that finds their pods', () => {
    assert.deepEqual(refusedFor(Deployment, deployment({ selector: { matchLabels: { app: 'other' } } })), [
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ])
    assert.deepEqual(refusedFor(Deployment, deployment({ selector: {} })), [
      'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
    ])
  })

  it('keep their selector', () => {
    const next = deployment({ selector: { matchLabels: { app: 'web', tier: 'front' } } })
    assert.deepEqual(
      updateRefusedFor(
        Deployment,
        {
          ...next,
          spec: next.spec && {
            ...next.spec,
            template: {
              ...template,
              metadata: { labels: { app: 'web', tier: 'front' } },
            },
          },
        },
        deployment(),
      ),
      ['spec.selector: Invalid value: {"matchLabels":{"app":"web","tier":"front"}}: field is immutable'],
    )
    assert.deepEqual(updateRefusedFor(Deployment, deployment({ replicas: 5 }), deployment()), [])
  })

  it('roll by numbers and percentages', () => {
    const rolled = (maxUnavailable: number | string, maxSurge: number | string): readonly string[] =>
      refusedFor(
        Deployment,
        deployment({ strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge } } }),
      )
    assert.deepEqual(rolled(0, '50%'), [])
    assert.deepEqual(rolled(0, 0), [
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
    ])
    assert.deepEqual(rolled('150%', 1), [
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "150%": must not be greater than 100%',
    ])
    assert.deepEqual(refusedFor(Deployment, deployment({ strategy: { type: 'Recreate', rollingUpdate: {} } })), [
      "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ])
    assert.deepEqual(refusedFor(Deployment, deployment({ strategy: { type: 'Slowly' } })), [
      'spec.strategy: Unsupported value: {"Type":"Slowly","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
    ])
  })

  it('refuse counts and deadlines that make no sense', () => {
    assert.deepEqual(
      refusedFor(Deployment, deployment({ replicas: -1, minReadySeconds: 5, progressDeadlineSeconds: 5 })),
      [
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
        'spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds',
      ],
    )
    const onFailure = { ...template, spec: { containers: [], ...template.spec, restartPolicy: 'OnFailure' } }
    assert.deepEqual(refusedFor(Deployment, deployment({ template: onFailure })), [
      'spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"',
    ])
    const impossible = { ...deployment(), status: { replicas: 1, readyReplicas: 1, availableReplicas: 2 } }
    assert.deepEqual(complaints(Deployment.validateStatusUpdate?.(impossible, deployment())), [
      'status.availableReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas',
    ])
  })

  it('are shown as kubectl shows them', () => {
    const status = { replicas: 2, readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1 }
    const metadata = { name: 'web', creationTimestamp: '2026-01-02T03:03:55Z' }
    assert.deepEqual(row(Deployment, { ...deployment(), metadata, status }), {
      Name: 'web',
      Ready: '1/2',
      'Up-to-date': 2,
      Available: 1,
      Age: '10s',
      Containers: 'nginx',
      Images: 'nginx:1.7.9',
      Selector: 'app=web',
    })
  })

  it('scale', () => {
    const object = { ...deployment(), status: { replicas: 3 } }
    assert.equal(Deployment.scale?.replicas(object), 2)
    assert.equal(Deployment.scale?.statusReplicas(object), 3)
    assert.equal(Deployment.scale?.selector(object), 'app=web')
    assert.equal(Deployment.scale?.withReplicas(object, 7).spec?.replicas, 7)
  })
})

describe('other workloads', () => {
  it('ReplicaSets begin with no pods and keep their selector', () => {
    const replicaSet: ReplicaSet = { metadata: { name: 'web' }, spec: { selector, template } }
    assert.deepEqual(created(ReplicaSet, replicaSet).status, { replicas: 0 })
    assert.deepEqual(refusedFor(ReplicaSet, replicaSet), [])
    const other = {
      ...replicaSet,
      spec: { selector: { matchLabels: { app: 'x' } }, template: { ...template, metadata: { labels: { app: 'x' } } } },
    }
    assert.deepEqual(updateRefusedFor(ReplicaSet, other, replicaSet), [
      'spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable',
    ])
  })

  it('DaemonSets and StatefulSets are completed', () => {
    const daemonSet = created(DaemonSet, { metadata: { name: 'a' }, spec: { selector, template } })
    assert.deepEqual(daemonSet.spec?.updateStrategy, {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
    })
    assert.deepEqual(complaints(DaemonSet.validate?.(daemonSet)), [])
    const statefulSet = created(StatefulSet, {
      metadata: { name: 'a' },
      spec: {
        selector,
        serviceName: 'a',
        template: {
          ...template,
          spec: { containers: [{ name: 'a', image: 'x', volumeMounts: [{ name: 'data', mountPath: '/data' }] }] },
        },
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'] } }],
      },
    })
    assert.deepEqual(statefulSet.spec?.updateStrategy, { type: 'RollingUpdate', rollingUpdate: { partition: 0 } })
    assert.equal(statefulSet.spec?.podManagementPolicy, 'OrderedReady')
    assert.deepEqual(complaints(StatefulSet.validate?.(statefulSet)), [])
  })

  it('Indexed jobs have names that leave room for an index in the name of a host', () => {
    const job = (name: string, completionMode: string): Job => ({
      metadata: { name, uid: 'u' },
      spec: {
        completionMode,
        completions: 11,
        template: { spec: { containers: [{ name: 'a', image: 'x' }], restartPolicy: 'Never' } },
      },
    })
    assert.deepEqual(refusedFor(Job, job('a'.repeat(60), 'Indexed')), [])
    assert.deepEqual(refusedFor(Job, job('a'.repeat(61), 'NonIndexed')), [])
    const name = 'a'.repeat(61)
    assert.deepEqual(refusedFor(Job, job(name, 'Indexed')), [
      `metadata.name: Invalid value: "${name}": will not able to create pod with invalid DNS label: ${name}-10`,
    ])
    // What was taken before may go on, and grow.
    const again = created(Job, job(name, 'Indexed'))
    assert.deepEqual(updateRefusedFor(Job, again, again), [])
  })

  it('StatefulSets are governed by what can be the name of a service', () => {
    const set = (serviceName: string): StatefulSet => ({
      metadata: { name: 'a' },
      spec: { selector, serviceName, template },
    })
    assert.deepEqual(refusedFor(StatefulSet, set('a')), [])
    assert.match(
      refusedFor(StatefulSet, set('NoExecute')).join(),
      /^spec.serviceName: Invalid value: "NoExecute": a lower/,
    )
    assert.deepEqual(updateRefusedFor(StatefulSet, set('NoExecute'), set('NoExecute')), [])
  })

  it('StatefulSets have claims that could be made', () => {
    const claims = (spec: object): StatefulSet =>
      ({
        metadata: { name: 'a' },
        spec: { selector, serviceName: 'a', template, volumeClaimTemplates: [{ metadata: { name: 'data' }, spec }] },
      }) as StatefulSet
    const resources = { requests: { storage: '1Gi' } }
    assert.deepEqual(refusedFor(StatefulSet, claims({ accessModes: ['ReadWriteOnce'], resources })), [])
    assert.deepEqual(refusedFor(StatefulSet, claims({})), [
      'spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required',
      'spec.volumeClaimTemplates[0].spec.resources[storage]: Required value',
    ])
  })

  it('CronJobs have jobs that could be made', () => {
    const errors = refusedFor(CronJob, { metadata: { name: 'a' }, spec: { schedule: '* * * * *', jobTemplate: {} } })
    assert.deepEqual(errors, [
      'spec.jobTemplate.spec.template.spec.containers: Required value',
      'spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ])
  })

  it('Jobs select their own pods and end', () => {
    const job: Job = {
      metadata: { name: 'once', uid: 'u' },
      spec: { template: { spec: { containers: [{ name: 'a', image: 'x' }] } } },
    }
    assert.deepEqual(created(Job, job).spec?.selector, { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u' } })
    assert.equal(created(Job, job).metadata?.labels?.['batch.kubernetes.io/controller-uid'], 'u')
    assert.deepEqual(refusedFor(Job, job), [
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ])
    const spec = { containers: [{ name: 'a', image: 'x' }], restartPolicy: 'Never' }
    const { completions, parallelism, backoffLimit } = created(Job, { ...job, spec: { template: { spec } } }).spec ?? {
      template,
    }
    assert.deepEqual({ completions, parallelism, backoffLimit }, { completions: 1, parallelism: 1, backoffLimit: 6 })
  })

  it('CronJobs know a schedule when they see one', () => {
    const cronJob = (schedule: string): CronJob => ({
      metadata: { name: 'often' },
      spec: {
        schedule,
        jobTemplate: {
          spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'x' }] } } },
        },
      },
    })
    for (const schedule of ['*/5 * * * *', '0 3 * jan-mar mon,wed', '@daily', '@every 1h30m'])
      assert.deepEqual(refusedFor(CronJob, cronJob(schedule)), [], schedule)
    assert.deepEqual(refusedFor(CronJob, cronJob('* * * *')), [
      'spec.schedule: Invalid value: "* * * *": expected exactly 5 fields, found 4: [* * * *]',
    ])
    assert.deepEqual(refusedFor(CronJob, cronJob('61 * * * *')), [
      'spec.schedule: Invalid value: "61 * * * *": end of range (61) above maximum (59): 61',
    ])
  })
})
