import assert from 'node:assert/strict'
import type { Pod } from '@periplus/kinds'
import type { Observed } from '../../src/plan/observed.ts'
import { container, exited, now, planned, pod, running, sandbox, second, sidecar } from './given.ts'

const failed = (reason: string, message: string, at = now): Partial<Observed> => ({
  failures: new Map([['app', { reason, message, at, tries: 1, retryAt: at + 10 * second }]]),
})
const waiting = (of: Pod, observed: Partial<Observed>, at = now) =>
  planned(of, observed, at).status.containerStatuses?.[0]?.state?.waiting
const condition = (of: Pod, observed: Partial<Observed>, type: string) =>
  planned(of, observed).status.conditions?.find(each => each.type === type)

describe('the status of a pod', () => {
  describe('phases', () => {
    const inits = { initContainers: [container('i')] }
    const never = { restartPolicy: 'Never', containers: [container('a'), container('b')] }
    const table: readonly (readonly [string, Pod, Partial<Observed>, string])[] = [
      ['nothing made', pod(), { sandboxes: [] }, 'Pending'],
      ['running', pod(), { containers: [running('app')] }, 'Running'],
      ['init container runs', pod(inits), { containers: [running('i')] }, 'Pending'],
      ['init container crashes', pod(inits), { containers: [exited('i', 1, { attempt: 1 }, 10)] }, 'Pending'],
      ['between restarts', pod(), { containers: [exited('app', 1, { attempt: 1 }, 10)] }, 'Running'],
      [
        'one of two still to come',
        pod({ containers: [container('a'), container('b')] }, {}),
        { containers: [running('a')] },
        'Pending',
      ],
      ['one of two ended', pod(never), { containers: [exited('a', 0), running('b')] }, 'Running'],
      [
        'all succeeded',
        pod(never),
        { containers: [exited('a', 0), exited('b', 0)], sandboxes: [], tornDown: true },
        'Succeeded',
      ],
      [
        'one failed',
        pod(never),
        { containers: [exited('a', 0), exited('b', 1)], sandboxes: [], tornDown: true },
        'Failed',
      ],
      [
        'init failed for good',
        pod({ ...inits, restartPolicy: 'Never' }),
        { containers: [exited('i', 1)], sandboxes: [], tornDown: true },
        'Failed',
      ],
      [
        'sidecars still run after the apps',
        pod({ restartPolicy: 'Never', initContainers: [sidecar('car')] }),
        { containers: [exited('app', 0), running('car')] },
        'Running',
      ],
      ['refused', pod(), { sandboxes: [], rejection: { reason: 'OutOfcpu', message: 'no' } }, 'Failed'],
    ]
    for (const [name, of, observed, phase] of table)
      it(name, () => assert.equal(planned(of, observed).status.phase, phase))
  })

  it('says ContainerCreating, and PodInitializing where there are init containers', () => {
    assert.deepEqual(waiting(pod(), { sandboxes: [] }), { reason: 'ContainerCreating' })
    assert.deepEqual(waiting(pod({ initContainers: [container('i')] }), { sandboxes: [] }), {
      reason: 'PodInitializing',
    })
  })

  it('turns ErrImagePull into ImagePullBackOff', () => {
    assert.deepEqual(waiting(pod(), failed('ErrImagePull', 'no such host')), {
      reason: 'ErrImagePull',
      message: 'no such host',
    })
    assert.deepEqual(waiting(pod(), failed('ErrImagePull', 'no such host'), now + 3 * second), {
      reason: 'ImagePullBackOff',
      message: 'Back-off pulling image "app:1": ErrImagePull: no such host',
    })
    assert.equal(planned(pod(), failed('ErrImagePull', 'x')).wakeAt, now + 2 * second)
  })

  it('tells that it waits with pulling an image', () => {
    const told = (at: number) =>
      planned(pod(), failed('ErrImagePull', 'x'), at).actions.map(action => action.tag === 'Tell' && action.message)
    assert.deepEqual(told(now), [])
    assert.deepEqual(told(now + 3 * second), ['Back-off pulling image "app:1"', 'Error: ImagePullBackOff'])
  })

  it('names the image of a volume that cannot be pulled, which is the pod’s', () => {
    const [failure] = [...(failed('ErrImagePull', 'x').failures?.values() ?? [])]
    assert.ok(failure)
    const observed = { sandboxes: [sandbox()], failures: new Map([['app', { ...failure, image: 'model:1' }]]) }
    const later = now + 3 * second
    assert.equal(waiting(pod(), observed, later)?.message, 'Back-off pulling image "model:1": ErrImagePull: x')
    const told = planned(pod(), observed, later).actions.flatMap(action =>
      action.tag === 'Tell' ? [[action.container, action.message]] : [],
    )
    assert.deepEqual(told, [
      [undefined, 'Back-off pulling image "model:1"'],
      ['app', 'Error: ImagePullBackOff'],
    ])
  })

  it('says 1970 of a container that never started', () => {
    const dead = exited('app', 128, { reason: 'StartError', startedAt: 0 })
    const { status } = planned(pod({ restartPolicy: 'Never' }), { containers: [dead] })
    assert.equal(status.containerStatuses?.[0]?.state?.terminated?.startedAt, '1970-01-01T00:00:00Z')
  })

  it('never calls an ephemeral container ready', () => {
    const { status } = planned(pod({ ephemeralContainers: [container('debug')] }), {
      containers: [running('app'), running('debug')],
    })
    assert.equal(status.ephemeralContainerStatuses?.[0]?.ready, false)
    assert.equal(status.conditions?.find(({ type }) => type === 'Ready')?.status, 'True')
  })

  for (const reason of ['ErrImageNeverPull', 'InvalidImageName', 'CreateContainerConfigError', 'CreateContainerError'])
    it(`shows ${reason} until the next try`, () =>
      assert.deepEqual(waiting(pod(), failed(reason, 'why'), now + 5 * second), { reason, message: 'why' }))

  it('shows what an ended container came to', () => {
    const messages = new Map([['app-0', 'bye']])
    const dead = exited('app', 137, { reason: 'OOMKilled' })
    const { status } = planned(pod({ restartPolicy: 'Never' }), { containers: [dead], messages })
    assert.deepEqual(status.containerStatuses?.[0]?.state?.terminated, {
      exitCode: 137,
      reason: 'OOMKilled',
      message: 'bye',
      startedAt: '2026-01-02T03:03:05Z',
      finishedAt: '2026-01-02T03:04:05Z',
      containerID: 'containerd://app-0',
    })
  })

  it('shows a running container with how it ended before', () => {
    const { status } = planned(pod(), { containers: [running('app', { attempt: 1 }), exited('app', 2)] })
    const [shown] = status.containerStatuses ?? []
    assert.deepEqual(
      [
        shown?.ready,
        shown?.started,
        shown?.restartCount,
        shown?.lastState?.terminated?.exitCode,
        shown?.containerID,
        shown?.imageID,
      ],
      [true, true, 1, 2, 'containerd://app-1', 'sha256:app'],
    )
  })

  describe('conditions', () => {
    const ready = { containers: [running('app')] }
    it('are all true for a running pod', () => {
      const { conditions } = planned(pod(), ready).status
      assert.deepEqual(
        conditions?.map(each => [each.type, each.status]),
        [
          ['PodReadyToStartContainers', 'True'],
          ['Initialized', 'True'],
          ['Ready', 'True'],
          ['ContainersReady', 'True'],
          ['PodScheduled', 'True'],
        ],
      )
    })
    it('name unready containers', () => {
      const probes = new Map([['app-0', { readiness: 'failure' as const }]])
      const { status, reason, message } = condition(pod(), { ...ready, probes }, 'Ready') ?? {}
      assert.deepEqual(
        [status, reason, message],
        ['False', 'ContainersNotReady', 'containers with unready status: [app]'],
      )
    })
    it('name init containers that are to come', () => {
      const of = pod({ initContainers: [container('i1'), container('i2')] })
      const { reason, message } = condition(of, { containers: [exited('i1', 0)] }, 'Initialized') ?? {}
      assert.deepEqual([reason, message], ['ContainersNotInitialized', 'containers with incomplete status: [i2]'])
    })
    it('wait for readiness gates', () => {
      const of = pod({ readinessGates: [{ conditionType: 'example.com/go' }] })
      assert.equal(
        condition(of, ready, 'Ready')?.message,
        'corresponding condition of pod readiness gate "example.com/go" does not exist.',
      )
      const open = { ...of, status: { conditions: [{ type: 'example.com/go', status: 'True' }] } }
      assert.equal(condition(open, ready, 'Ready')?.status, 'True')
      assert.equal(condition(open, ready, 'example.com/go')?.status, 'True')
    })
    it('say that a pod is through', () => {
      const done = pod({ restartPolicy: 'Never' })
      const observed = { containers: [exited('app', 0)], sandboxes: [sandbox({ ready: false })], tornDown: true }
      assert.equal(condition(done, observed, 'Ready')?.reason, 'PodCompleted')
      assert.equal(condition(done, observed, 'PodReadyToStartContainers')?.status, 'False')
    })
    it('keep the moment of their last change', () => {
      const before = pod(
        {},
        { status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }] } },
      )
      assert.equal(condition(before, ready, 'Ready')?.lastTransitionTime, '2026-01-01T00:00:00Z')
      assert.equal(condition(before, ready, 'Initialized')?.lastTransitionTime, '2026-01-02T03:04:05Z')
    })
    it('carry the generation that they were seen at', () => {
      const of = pod({}, { metadata: { name: 'web', namespace: 'default', uid: 'u1', generation: 7 } })
      assert.equal(condition(of, ready, 'Ready')?.observedGeneration, 7)
      assert.equal(planned(of, ready).status.observedGeneration, 7)
    })
  })

  it('has the addresses of the pod and of its node', () => {
    const { status } = planned(pod(), { containers: [running('app')] })
    assert.deepEqual(
      [status.podIP, status.podIPs, status.hostIP, status.hostIPs],
      ['10.0.0.2', [{ ip: '10.0.0.2' }], '192.168.0.1', [{ ip: '192.168.0.1' }]],
    )
    const shared = planned(pod({ hostNetwork: true }), { containers: [running('app')] }).status
    assert.equal(shared.podIP, '192.168.0.1')
  })

  it('is the same again when nothing has changed', () => {
    const observed = { containers: [running('app')] }
    const first = planned(pod(), observed).status
    assert.deepEqual(planned({ ...pod(), status: first }, observed, now + 100 * second).status, first)
  })
})
