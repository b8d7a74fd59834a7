import assert from 'node:assert/strict'
import { Pod, podLimits, podQosClass, podRequests } from '@periplus/kinds'
import type { Container } from '@periplus/kinds'
import { decodeProtobuf, decodeValue, encodeProtobuf, formatQuantity } from '@periplus/api'
import { E } from '@periplus/prelude'
import { created } from './support/accepted.ts'

const pod = (container: Partial<Container>, more: Partial<Pod['spec']> = {}): Pod => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'web', image: 'nginx:1.7.9', ...container }], ...more },
})

describe('defaults of pods', () => {
  it('complete the smallest pod as Kubernetes does', () => {
    const { spec, status } = created(Pod, pod({ ports: [{ containerPort: 80 }] }))
    assert.deepEqual(spec, {
      containers: [
        {
          name: 'web',
          image: 'nginx:1.7.9',
          ports: [{ containerPort: 80, protocol: 'TCP' }],
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          imagePullPolicy: 'IfNotPresent',
        },
      ],
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
      enableServiceLinks: true,
    })
    assert.deepEqual(status, { phase: 'Pending', qosClass: 'BestEffort' })
  })

  it('stand where zero was written into a field that is no pointer in Go, whatever the encoding', () => {
    const zeros = { successThreshold: 0, failureThreshold: 0, periodSeconds: 0, timeoutSeconds: 0 }
    const { spec } = pod({ livenessProbe: { tcpSocket: { port: 80 }, ...zeros } }, { terminationGracePeriodSeconds: 0 })
    const written = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default' }, spec }
    const options = { fieldValidation: 'Strict' } as const
    const read = [decodeValue(Pod, written, options), decodeProtobuf(Pod, encodeProtobuf(Pod.schema, written), options)]
    for (const decoded of read) {
      assert.ok(E.isRight(decoded))
      const completed = created(Pod, decoded.right.object).spec
      const { tcpSocket: _, ...probe } = completed?.containers[0]?.livenessProbe ?? {}
      assert.deepEqual(probe, { successThreshold: 1, failureThreshold: 3, periodSeconds: 10, timeoutSeconds: 1 })
      assert.equal(completed?.terminationGracePeriodSeconds, 0)
    }
  })

  it('pull what moves each time', () => {
    const policy = (image: string): string | undefined =>
      created(Pod, pod({ image })).spec?.containers[0]?.imagePullPolicy
    assert.equal(policy('nginx'), 'Always')
    assert.equal(policy('nginx:latest'), 'Always')
    assert.equal(policy('localhost:5000/nginx'), 'Always')
    assert.equal(policy('localhost:5000/nginx:1'), 'IfNotPresent')
    assert.equal(policy('nginx@sha256:0000'), 'IfNotPresent')
  })

  it('ask for what is limited', () => {
    const resources = created(
      Pod,
      pod({ resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } } }),
    ).spec?.containers[0]?.resources
    assert.deepEqual(resources?.requests, { cpu: '500m', memory: '1Gi' })
  })

  it('fill in probes, volumes and the ports of host networks', () => {
    const { spec } = created(
      Pod,
      pod(
        { ports: [{ containerPort: 80 }], livenessProbe: { httpGet: { port: 80 } } },
        { hostNetwork: true, volumes: [{ name: 'a' }, { name: 'b', configMap: { name: 'c' } }] },
      ),
    )
    assert.deepEqual(spec?.containers[0]?.livenessProbe, {
      httpGet: { port: 80, path: '/', scheme: 'HTTP' },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    })
    assert.deepEqual(spec?.volumes, [
      { name: 'a', emptyDir: {} },
      { name: 'b', configMap: { name: 'c', defaultMode: 420 } },
    ])
    assert.equal(spec?.containers[0]?.ports?.[0]?.hostPort, 80)
  })

  it('hold a gated pod back, and ignore the status that a client sends', () => {
    const object = { ...pod({}, { schedulingGates: [{ name: 'wait' }] }), status: { phase: 'Running' } }
    assert.deepEqual(created(Pod, object).status, {
      phase: 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'SchedulingGated',
          message: 'Scheduling is blocked due to non-empty scheduling gates',
        },
      ],
      qosClass: 'BestEffort',
    })
  })
})

describe('what a pod needs', () => {
  const amounts = (of: ReturnType<typeof podRequests>): Record<string, string> =>
    Object.fromEntries(Object.entries(of).map(([name, amount]) => [name, formatQuantity(amount)]))
  const needs = (cpu: string): Partial<Container> => ({ resources: { requests: { cpu } } })

  it('is the sum of its containers', () => {
    const object = pod(needs('100m'), {
      containers: [
        { name: 'a', ...needs('100m') },
        { name: 'b', ...needs('250m') },
      ],
    })
    assert.deepEqual(amounts(podRequests(object)), { cpu: '350m' })
  })

  it('is what the greediest init container needs beside the sidecars before it', () => {
    const object = pod(needs('100m'), {
      initContainers: [
        { name: 'first', ...needs('200m') },
        { name: 'proxy', restartPolicy: 'Always', ...needs('150m') },
        { name: 'second', ...needs('300m') },
      ],
    })
    assert.deepEqual(amounts(podRequests(object)), { cpu: '450m' })
  })

  it('includes overhead, and the limits that there are', () => {
    const object = pod(
      { resources: { requests: { cpu: '1' }, limits: { memory: '1Gi' } } },
      { overhead: { cpu: '250m', memory: '64Mi' } },
    )
    assert.deepEqual(amounts(podRequests(object)), { cpu: '1250m', memory: '64Mi' })
    assert.deepEqual(amounts(podLimits(object)), { memory: '1088Mi' })
  })

  it('decides about its class of service', () => {
    const qos = (resources: Container['resources']): string => podQosClass(pod({ resources }))
    assert.equal(qos({}), 'BestEffort')
    assert.equal(qos({ requests: { 'nvidia.com/gpu': '1' } }), 'BestEffort')
    assert.equal(qos({ requests: { cpu: '1' } }), 'Burstable')
    assert.equal(qos({ limits: { cpu: '1', memory: '1Gi' } }), 'Guaranteed')
    assert.equal(qos({ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } }), 'Burstable')
  })
})
