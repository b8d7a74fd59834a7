import assert from 'node:assert/strict'
import { Pod } from '@periplus/kinds'
import type { ContainerState, ContainerStatus, PodStatus } from '@periplus/kinds'
import { row } from './support/accepted.ts'

const container = (name: string, state: ContainerState, more: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name,
  image: 'nginx',
  imageID: '',
  ready: state.running !== undefined,
  restartCount: 0,
  state,
  ...more,
})
const running: ContainerState = { running: { startedAt: '2026-01-02T03:00:00Z' } }
const ready = { type: 'Ready', status: 'True' }
const initialized = { type: 'Initialized', status: 'True' }

const pod = (status: PodStatus, more: Partial<Pod> = {}): Pod => ({
  metadata: { name: 'web', creationTimestamp: '2026-01-02T02:59:05Z' },
  spec: { containers: [{ name: 'web' }] },
  status: { phase: 'Running', ...status },
  ...more,
})

const short = (object: Pod): string => {
  const { Ready, Status, Restarts } = row(Pod, object)
  return `${Ready} ${Status} ${Restarts}`
}

describe('kubectl get pods', () => {
  it('shows a running pod', () => {
    const object = pod({
      conditions: [ready],
      containerStatuses: [container('web', running)],
      podIPs: [{ ip: '10.1.0.7' }],
    })
    assert.deepEqual(row(Pod, { ...object, spec: { containers: [{ name: 'web' }], nodeName: 'one' } }), {
      Name: 'web',
      Ready: '1/1',
      Status: 'Running',
      Restarts: '0',
      Age: '5m',
      IP: '10.1.0.7',
      Node: 'one',
      'Nominated Node': '<none>',
      'Readiness Gates': '<none>',
    })
  })

  it('shows a pod that nothing runs yet', () => {
    assert.equal(short(pod({ phase: 'Pending' })), '0/1 Pending 0')
    const waiting = container('web', { waiting: { reason: 'ContainerCreating' } })
    assert.equal(short(pod({ phase: 'Pending', containerStatuses: [waiting] })), '0/1 ContainerCreating 0')
    const gated = { type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }
    assert.equal(short(pod({ phase: 'Pending', conditions: [gated] })), '0/1 SchedulingGated 0')
  })

  it('shows restarts and how long ago the last was', () => {
    const crashing = container(
      'web',
      { waiting: { reason: 'CrashLoopBackOff' } },
      { restartCount: 4, lastState: { terminated: { exitCode: 1, finishedAt: '2026-01-02T02:59:05Z' } } },
    )
    assert.equal(short(pod({ containerStatuses: [crashing] })), '0/1 CrashLoopBackOff 4 (5m ago)')
  })

  it('shows how containers ended', () => {
    const ended = (state: ContainerState['terminated']): string =>
      short(pod({ containerStatuses: [container('web', { terminated: state })] }))
    assert.equal(ended({ exitCode: 0, reason: 'Completed' }), '0/1 Completed 0')
    assert.equal(ended({ exitCode: 137, reason: 'OOMKilled' }), '0/1 OOMKilled 0')
    assert.equal(ended({ exitCode: 3 }), '0/1 ExitCode:3 0')
    assert.equal(ended({ exitCode: 137, signal: 9 }), '0/1 Signal:9 0')
  })

  it('keeps Running while another container runs', () => {
    const statuses = [container('web', { terminated: { exitCode: 0, reason: 'Completed' } }), container('b', running)]
    const spec = { containers: [{ name: 'web' }, { name: 'b' }] }
    assert.equal(short(pod({ containerStatuses: statuses, conditions: [ready] }, { spec })), '1/2 Running 0')
    assert.equal(short(pod({ containerStatuses: statuses }, { spec })), '1/2 NotReady 0')
  })

  it('counts init containers', () => {
    const spec = { containers: [{ name: 'web' }], initContainers: [{ name: 'a' }, { name: 'b' }] }
    const done = container('a', { terminated: { exitCode: 0, reason: 'Completed' } })
    const init = (second: ContainerState, more: Partial<ContainerStatus> = {}): string =>
      short(pod({ phase: 'Pending', initContainerStatuses: [done, container('b', second, more)] }, { spec }))
    assert.equal(init(running), '0/1 Init:1/2 0')
    assert.equal(init({ waiting: { reason: 'PodInitializing' } }), '0/1 Init:1/2 0')
    assert.equal(init({ waiting: { reason: 'ImagePullBackOff' } }), '0/1 Init:ImagePullBackOff 0')
    assert.equal(init({ terminated: { exitCode: 2, reason: 'Error' } }), '0/1 Init:Error 0')
    assert.equal(init({ terminated: { exitCode: 2 } }, { restartCount: 3 }), '0/1 Init:ExitCode:2 3')
  })

  it('counts restartable init containers among those that run', () => {
    const spec = { containers: [{ name: 'web' }], initContainers: [{ name: 'proxy', restartPolicy: 'Always' }] }
    const proxy = container('proxy', running, { started: true, restartCount: 1 })
    const status = { initContainerStatuses: [proxy], containerStatuses: [container('web', running)] }
    assert.equal(short(pod({ ...status, conditions: [initialized, ready] }, { spec })), '2/2 Running 1')
  })

  it('shows deletion and the pods that it left behind', () => {
    const metadata = { name: 'web', deletionTimestamp: '2026-01-02T03:04:35Z' }
    const statuses = { containerStatuses: [container('web', running)] }
    assert.equal(short(pod(statuses, { metadata })), '1/1 Terminating 0')
    assert.equal(short(pod({ ...statuses, reason: 'NodeLost' }, { metadata })), '1/1 Unknown 0')
    assert.equal(short(pod({ phase: 'Failed', reason: 'Evicted' }, { metadata })), '0/1 Evicted 0')
  })

  it('counts readiness gates and names the nominated node', () => {
    const spec = { containers: [{ name: 'web' }], readinessGates: [{ conditionType: 'a' }, { conditionType: 'b' }] }
    const cells = row(Pod, pod({ conditions: [{ type: 'a', status: 'True' }], nominatedNodeName: 'two' }, { spec }))
    assert.equal(cells['Readiness Gates'], '1/2')
    assert.equal(cells['Nominated Node'], 'two')
  })
})
