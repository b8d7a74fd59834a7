import assert from 'node:assert/strict'
import {
  CertificateSigningRequest,
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  Pod,
  PodTemplate,
  ReplicaSet,
  ReplicationController,
  ResourceQuota,
  StatefulSet,
} from '@periplus/kinds'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'

const count = 16_000
const many = <A>(one: (at: number) => A): A[] => Array.from({ length: count }, (_, at) => one(at))

const pod = (spec: object, container: object = {}): Stored<KubernetesObject> =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x', namespace: 'default', uid: 'u', resourceVersion: '1' },
    spec: { containers: [{ name: 'c', image: 'i', imagePullPolicy: 'Always', ...container }], ...spec },
  }) as unknown as Stored<KubernetesObject>

/** Each of these took ten seconds and more while it looked at each element once for each other one. */
describe('lists as long as a body may have them', () => {
  const judged = (object: Stored<KubernetesObject>): readonly string[] => [
    ...(Pod.validate?.(object) ?? []).map(({ field, message }) => `${field}: ${message}`),
    ...(Pod.validateUpdate?.(object, object) ?? []).map(({ message }) => message),
    ...(Pod.warnings?.(object, undefined) ?? []),
  ]

  it('are looked through once: constraints', () => {
    const spread = (topologyKey: string) => ({ maxSkew: 1, topologyKey, whenUnsatisfiable: 'DoNotSchedule' })
    const told = judged(
      pod({ topologySpreadConstraints: [spread('same'), ...many(at => spread(`k-${at}`)), spread('same')] }),
    )
    const repeated = told.filter(text => text.includes('Duplicate'))
    assert.deepEqual(repeated, [
      'spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{same, DoNotSchedule}"',
    ])
  })

  it('are looked through once: ports', () => {
    const different = judged(
      pod({}, { ports: many(at => ({ containerPort: at + 1, name: `p${at}`, protocol: 'TCP' })) }),
    )
    assert.equal(different.filter(text => text.includes('duplicate port')).length, 0)
    const same = judged(pod({}, { ports: many(() => ({ containerPort: 1, name: 'p', protocol: 'TCP' })) }))
    assert.ok(same.includes('spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]'))
  })

  it('are looked through once: claims and tolerations', () => {
    const claims = judged(pod({}, { resources: { claims: many(at => ({ name: `c${at}` })) } }))
    assert.ok(claims.length >= count)
    const tolerations = many(at => ({ key: `k${at}`, operator: 'Exists', effect: 'NoExecute' }))
    assert.deepEqual(
      judged(pod({ tolerations })).filter(text => text.includes('toleration')),
      [],
    )
  })
})

describe('statuses as long as a body may have them', () => {
  it('are looked through once: containers', () => {
    const spec = { restartPolicy: 'Never', containers: many(at => ({ name: `c-${at}`, image: 'i' })) }
    const statuses = (state: object) => ({ containerStatuses: many(at => ({ name: `c-${at}`, state })) })
    const is = { ...pod({}), spec, status: statuses({ running: {} }) }
    const was = { ...pod({}), spec, status: statuses({ terminated: { exitCode: 0 } }) }
    assert.equal(Pod.validateStatusUpdate?.(is as never, was as never).length, count)
  })

  it('are looked through once: conditions of a pod, in any order', () => {
    const conditions = many(at => ({ type: `t-${at}`, status: 'True' }))
    const generations = conditions.map((condition, at) => ({ ...condition, observedGeneration: at + 1 }))
    const [is, was] = [conditions.toReversed(), generations].map(all => ({ ...pod({}), status: { conditions: all } }))
    const { status } = Pod.prepareForStatusUpdate?.(is as never, was as never, '') ?? {}
    assert.deepEqual(status?.conditions, generations.toReversed())
  })

  it('are looked through once: conditions of a request for a certificate', () => {
    const request = (condition: object) =>
      ({ status: { conditions: many(at => ({ type: `t-${at}`, status: 'True', ...condition })) } }) as never
    const [before, now] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z']
    const was = request({ lastTransitionTime: before, lastUpdateTime: before })
    const { status } = CertificateSigningRequest.prepareForStatusUpdate?.(request({}), was, now) ?? {}
    assert.deepEqual(
      status,
      (request({ lastTransitionTime: before, lastUpdateTime: now }) as { status: object }).status,
    )
  })
})

describe('thousands of containers', () => {
  const spec = { containers: many(at => ({ name: `c-${at}`, image: 'i' })) }
  const template = { metadata: { labels: { app: 'a' } }, spec }
  const workload = { selector: { matchLabels: { app: 'a' } }, template }
  const bodies: readonly (readonly [Kind, object])[] = [
    [Pod, { spec }],
    [Pod, { spec: { containers: [{ name: 'c', image: 'i' }], initContainers: spec.containers } }],
    [Pod, { spec: { containers: [{ name: 'c', image: 'i' }], ephemeralContainers: spec.containers } }],
    [PodTemplate, { template }],
    [ReplicationController, { spec: { selector: { app: 'a' }, template } }],
    [ReplicaSet, { spec: workload }],
    [Deployment, { spec: workload }],
    [DaemonSet, { spec: workload }],
    [StatefulSet, { spec: workload }],
    [Job, { spec: workload }],
    [CronJob, { spec: { schedule: '* * * * *', jobTemplate: { spec: workload } } }],
  ]

  for (const [kind, body] of bodies)
    it(`are looked through in steps: ${Object.keys(body).join()} of a ${kind.kind}`, () => {
      const steps = kind.validateInSteps?.({ metadata: { name: 'x', namespace: 'default' }, ...body } as never)
      assert.ok(steps)
      let rests = 0
      while (!steps.next().done) rests++
      assert.ok(rests >= count / 128, `${rests} rests`)
    })
})

describe('a quota of very many resources', () => {
  const quota = (count: number) =>
    ({
      metadata: { name: 'q' },
      spec: { hard: Object.fromEntries(Array.from({ length: count }, (_, at) => [`count/r${at}.example.com`, '1'])) },
    }) as unknown as ResourceQuota

  it('bounds a thousand', () => assert.deepEqual(ResourceQuota.validate?.(quota(1_000)), []))

  it('is told that it has too many, in one error', () =>
    assert.deepEqual(
      ResourceQuota.validate?.(quota(19_000)).map(({ field, message }) => `${field}: ${message}`),
      ['spec.hard: Too many: 19000: must have at most 1000 items'],
    ))
})
