import assert from 'node:assert/strict'
import { Pod } from '@periplus/kinds'
import type { Container, PodSpec } from '@periplus/kinds'
import { complaints, created, refusedFor, updateRefusedFor } from './support/accepted.ts'

const pod = (spec: Partial<PodSpec> = {}, container: Partial<Container> = {}): Pod => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'web', image: 'nginx', ...container }], ...spec },
})
const refused = (spec: Partial<PodSpec>, container: Partial<Container> = {}): readonly string[] =>
  refusedFor(Pod, pod(spec, container))

describe('validation of pods', () => {
  it('accepts an ordinary pod', () => {
    assert.deepEqual(
      refused(
        {
          volumes: [{ name: 'data', emptyDir: {} }],
          tolerations: [{ operator: 'Exists' }],
          nodeSelector: { disk: 'ssd' },
        },
        {
          ports: [{ name: 'http', containerPort: 80 }],
          env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
          readinessProbe: { httpGet: { port: 'http' } },
          resources: { requests: { cpu: '100m' }, limits: { cpu: '200m', memory: '64Mi' } },
        },
      ),
      [],
    )
  })

  it('needs containers, names and images', () => {
    assert.deepEqual(refused({ containers: [] }), ['spec.containers: Required value'])
    assert.deepEqual(refused({}, { name: '', image: '' }), [
      'spec.containers[0].name: Required value',
      'spec.containers[0].image: Required value',
    ])
    assert.match(
      refused({}, { name: 'Web' })[0] ?? '',
      /^spec\.containers\[0\]\.name: Invalid value: "Web": a lowercase RFC 1123 label must consist of/,
    )
    assert.deepEqual(
      refused({
        containers: [
          { name: 'a', image: 'x' },
          { name: 'a', image: 'x' },
        ],
      }),
      ['spec.containers[1].name: Duplicate value: "a"'],
    )
  })

  it('knows its ports', () => {
    assert.deepEqual(refused({}, { ports: [{ containerPort: 70000 }] }), [
      'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ])
    assert.deepEqual(refused({}, { ports: [{ containerPort: 1, protocol: 'ICMP' }] }), [
      'spec.containers[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
    ])
    assert.deepEqual(
      refused(
        {},
        {
          ports: [
            { containerPort: 1, hostPort: 80 },
            { containerPort: 2, hostPort: 80 },
          ],
        },
      ),
      ['spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//80"'],
    )
  })

  it('mounts only what there is', () => {
    assert.deepEqual(refused({}, { volumeMounts: [{ name: 'data', mountPath: '/data' }] }), [
      'spec.containers[0].volumeMounts[0].name: Not found: "data"',
    ])
    assert.deepEqual(refused({ volumes: [{ name: 'a', emptyDir: {}, hostPath: { path: '/tmp' } }] }), [
      'spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type',
    ])
  })

  it('takes environment from one place each', () => {
    assert.deepEqual(refused({}, { env: [{ name: 'A', valueFrom: {} }] }), [
      'spec.containers[0].env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
    ])
    assert.deepEqual(refused({}, { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.color' } } }] }), [
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.color": error converting fieldPath: field label not supported: spec.color',
    ])
  })

  it('asks for no more than the limit', () => {
    assert.deepEqual(refused({}, { resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }), [
      'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
    ])
  })

  it('chooses one handler for a probe, and succeeds once where it must', () => {
    assert.deepEqual(refused({}, { livenessProbe: { successThreshold: 2, exec: { command: ['true'] } } }), [
      'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
    ])
    assert.deepEqual(refused({}, { readinessProbe: {} }), [
      'spec.containers[0].readinessProbe: Required value: must specify a handler type',
    ])
  })

  it('knows its policies', () => {
    assert.deepEqual(refused({ restartPolicy: 'Sometimes', dnsPolicy: 'Maybe' }), [
      'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
      'spec.dnsPolicy: Unsupported value: "Maybe": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
    ])
  })

  it('keeps probes to the containers that run', () => {
    assert.deepEqual(
      refused({ initContainers: [{ name: 'a', image: 'x', livenessProbe: { exec: { command: ['true'] } } }] }),
      [
        'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
      ],
    )
  })
})

describe('updates of pods', () => {
  const before = pod()
  const stored = created(Pod, before)
  const changed = (spec: Partial<PodSpec>): Pod => ({ ...stored, spec: { ...stored.spec, containers: [], ...spec } })
  const containers = stored.spec?.containers ?? []

  it('may change images, add tolerations and set a deadline', () => {
    const next = changed({
      containers: containers.map(container => ({ ...container, image: 'nginx:2' })),
      tolerations: [{ key: 'a', operator: 'Exists' }],
      activeDeadlineSeconds: 60,
    })
    assert.deepEqual(updateRefusedFor(Pod, next, before), [])
  })

  it('may change nothing else, and says what was tried', () => {
    const next = changed({ containers: containers.map(container => ({ ...container, command: ['sh'] })) })
    assert.deepEqual(updateRefusedFor(Pod, next, before), [
      [
        'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
        '  spec.containers[0].command',
      ].join('\n'),
    ])
  })

  it('may not add containers or take tolerations away', () => {
    const more = changed({ containers: [...containers, { name: 'b', image: 'x', imagePullPolicy: 'Always' }] })
    assert.deepEqual(updateRefusedFor(Pod, more, before), [
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ])
    const tolerant = pod({ tolerations: [{ key: 'a', operator: 'Exists' }] })
    assert.deepEqual(updateRefusedFor(Pod, changed({ containers }), tolerant), [
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ])
  })

  it('lets a container that ended for good stay so', () => {
    const ended = { name: 'web', image: 'x', imageID: '', ready: false, restartCount: 0 }
    const past = { ...created(Pod, pod({ restartPolicy: 'Never' })) }
    const was = {
      ...past,
      status: { ...past.status, containerStatuses: [{ ...ended, state: { terminated: { exitCode: 0 } } }] },
    }
    const is = { ...past, status: { ...past.status, containerStatuses: [{ ...ended, state: { running: {} } }] } }
    assert.deepEqual(complaints(Pod.validateStatusUpdate?.(is, was)), [
      'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
    ])
    assert.deepEqual(complaints(Pod.validateStatusUpdate?.(was, is)), [])
  })
})

describe('what a resize may change', () => {
  const resources = { requests: { cpu: '20m', memory: '20Mi' }, limits: { cpu: '30m', memory: '30Mi' } }
  const was = created(Pod, pod({}, { resources }))
  const refusedFor = (container: Partial<Container>, spec: Partial<PodSpec> = {}): readonly string[] => {
    const containers = (was.spec?.containers ?? []).map(one => ({ ...one, ...container }))
    return complaints(Pod.validateResize?.({ ...was, spec: { ...was.spec, containers, ...spec } }, was))
  }

  it('is cpu and memory, up and down, in whatever words', () => {
    assert.deepEqual(refusedFor({ resources: { ...resources, limits: { cpu: '35m', memory: '25Mi' } } }), [])
    assert.deepEqual(refusedFor({ resources: { ...resources, requests: { cpu: '0.02', memory: '20Mi' } } }), [])
  })

  it('takes nothing away', () => {
    assert.deepEqual(refusedFor({ resources: { requests: { cpu: '20m', memory: '20Mi' } } }), [
      'spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed',
    ])
  })

  it('leaves the class and everything else as it is', () => {
    const even = { cpu: '30m', memory: '30Mi' }
    assert.deepEqual(refusedFor({ resources: { requests: even, limits: even } }), [
      'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
    ])
    const disk = { ...resources, requests: { ...resources.requests, 'ephemeral-storage': '1Gi' } }
    assert.deepEqual(refusedFor({ resources: disk }), ['spec: Forbidden: only cpu and memory resources are mutable'])
    assert.deepEqual(refusedFor({ resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] }), [
      'spec: Forbidden: only cpu and memory resources are mutable',
    ])
  })

  it('neither renames nor adds', () => {
    assert.deepEqual(refusedFor({ name: 'other' }), [
      'spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize',
    ])
    assert.deepEqual(refusedFor({}, { initContainers: [{ name: 'init', image: 'x' }] }), [
      'spec.initContainers: Forbidden: initContainers may not be added or removed on resize',
    ])
  })

  it('is for nodes that resize, and not for static pods', () => {
    const running = { name: 'web', image: 'x', imageID: '', ready: true, restartCount: 0, state: { running: {} } }
    const before = { ...was, status: { ...was.status, containerStatuses: [running] } }
    assert.deepEqual(complaints(Pod.validateResize?.(was, before)), [
      'spec: Forbidden: Pod running on node without support for resize',
    ])
    const mirror = { ...was, metadata: { ...was.metadata, annotations: { 'kubernetes.io/config.mirror': 'x' } } }
    assert.deepEqual(complaints(Pod.validateResize?.(was, mirror)), ['[]: Forbidden: static pods cannot be resized'])
  })
})
