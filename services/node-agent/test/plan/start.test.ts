import assert from 'node:assert/strict'
import { container, does, exited, now, planned, pod, running, sandbox, second, sidecar } from './given.ts'

const two = pod({ containers: [container('a'), container('b')] })
const inits = pod({ initContainers: [container('i1'), container('i2')], containers: [container('app')] })
const cars = pod({ initContainers: [container('i1'), sidecar('car'), container('i2')] })

describe('planning to run a pod', () => {
  const table: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['volumes come first', does(pod(), { volumesReady: false, sandboxes: [] }), ['PrepareVolumes']],
    ['then the sandbox', does(pod(), { sandboxes: [] }), ['run sandbox #0']],
    [
      'a sandbox that is being made is not made again',
      does(pod(), { sandboxes: [], operations: new Map([['pod', { tag: 'Other' }]]) }),
      [],
    ],
    ['a dead sandbox is replaced', does(pod(), { sandboxes: [sandbox({ ready: false })] }), ['run sandbox #1']],
    [
      'a sandbox without an address shares the address of the machine',
      does(pod(), { sandboxes: [sandbox({ ips: [] })] }),
      ['start app #0'],
    ],
    [
      'but not on the host network',
      does(pod({ hostNetwork: true }), { sandboxes: [sandbox({ ips: [] })] }),
      ['start app #0'],
    ],
    [
      'an ephemeral container starts once',
      does(pod({ ephemeralContainers: [container('debug')] }), { containers: [running('app')] }),
      ['start debug #0'],
    ],
    [
      'and never again',
      does(pod({ ephemeralContainers: [container('debug')] }), { containers: [running('app'), exited('debug', 1)] }),
      [],
    ],
    ['app containers start together', does(two), ['start a #0', 'start b #0']],
    [
      'a container that is being started is left',
      does(two, { operations: new Map([['a', { tag: 'Start' }]]) }),
      ['start b #0'],
    ],
    ['a running one too', does(two, { containers: [running('a')] }), ['start b #0']],
    ['init containers start one by one', does(inits), ['start i1 #0']],
    ['the second waits while the first runs', does(inits, { containers: [running('i1')] }), []],
    ['and starts when it has succeeded', does(inits, { containers: [exited('i1', 0)] }), ['start i2 #0']],
    ['apps follow the last', does(inits, { containers: [exited('i1', 0), exited('i2', 0)] }), ['start app #0']],
    ['a failed one is tried again', does(inits, { containers: [exited('i1', 1)] }), ['start i1 #1']],
    ['init containers never run again beside apps', does(inits, { containers: [running('app')] }), []],
    ['a sidecar keeps its place in the order', does(cars, { containers: [exited('i1', 0)] }), ['start car #0']],
    [
      'once it has started the next begins',
      does(cars, { containers: [exited('i1', 0), running('car')] }),
      ['start i2 #0'],
    ],
    [
      'but not before its startup probe succeeds',
      does(cars, {
        containers: [exited('i1', 0), running('car')],
        probes: new Map([['car-0', { startup: 'unknown' }]]),
      }),
      [],
    ],
    [
      'a sidecar restarts beside running apps',
      does(cars, { containers: [exited('car', 1), running('app')] }),
      ['start car #1'],
    ],
    [
      'a failed try waits for its time',
      does(pod(), {
        failures: new Map([['app', { reason: 'ErrImagePull', message: '', at: now, tries: 1, retryAt: now + second }]]),
      }),
      [],
    ],
    [
      'a new sandbox runs init containers again',
      does(inits, {
        sandboxes: [sandbox({ id: 's1' })],
        containers: [running('app', { sandboxId: 's0', state: 'exited' }), exited('i1', 0)],
      }),
      ['start i1 #1'],
    ],
    [
      'stale volumes are brought up to date beside the containers',
      does(pod(), { volumesStale: true, containers: [running('app')] }),
      ['PrepareVolumes'],
    ],
  ]
  for (const [name, actual, expected] of table) it(name, () => assert.deepEqual(actual, expected))

  it('asks to be woken when a failed try is due', () => {
    const failures = new Map([
      ['app', { reason: 'CreateContainerError', message: 'x', at: now, tries: 1, retryAt: now + 10 * second }],
    ])
    assert.equal(planned(pod(), { failures }, now + 5 * second).wakeAt, now + 10 * second)
  })

  it('numbers a container that is gone after the one that the API knows', () => {
    const containerStatuses = [
      {
        name: 'app',
        image: '',
        imageID: '',
        ready: true,
        restartCount: 3,
        containerID: 'containerd://x',
        state: { running: {} },
      },
    ]
    const known = pod({}, { status: { phase: 'Running', startTime: '2026-01-02T03:00:00Z', containerStatuses } })
    assert.deepEqual(does(known), ['start app #4'])
    const [shown] = planned(known).status.containerStatuses ?? []
    assert.equal(shown?.lastState?.terminated?.reason, 'ContainerStatusUnknown')
    assert.equal(shown?.restartCount, 4)
  })
})
