import assert from 'node:assert/strict'
import type { Observed } from '../../src/plan/observed.ts'
import {
  container,
  deeds,
  deleting,
  does,
  exited,
  now,
  planned,
  pod,
  running,
  sandbox,
  second,
  sidecar,
} from './given.ts'

const cars = { initContainers: [sidecar('car1'), sidecar('car2')] }
const allRun = [running('app'), running('car1'), running('car2')]
const down = [sandbox({ ready: false })]

describe('planning to end a pod', () => {
  const table: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['a deleted pod is killed', does(deleting(), { containers: [running('app')] }), ['kill app']],
    [
      'once',
      does(deleting(), {
        containers: [running('app')],
        operations: new Map([['kill/app-0', { tag: 'Kill', deadline: now + 30 * second }]]),
      }),
      [],
    ],
    [
      'again when the grace period gets shorter',
      does(deleting({}, 1), {
        containers: [running('app')],
        operations: new Map([['kill/app-0', { tag: 'Kill', deadline: now + 30 * second }]]),
      }),
      ['kill app'],
    ],
    ['app containers go before sidecars', does(deleting(cars), { containers: allRun }), ['kill app']],
    ['then the last sidecar', does(deleting(cars), { containers: allRun.slice(1) }), ['kill car2']],
    ['then the first', does(deleting(cars), { containers: [running('car1')] }), ['kill car1']],
    ['then the sandbox stops', does(deleting(), { containers: [exited('app', 0)] }), ['stop sandbox s0']],
    [
      'then volumes and cgroups go',
      does(deleting(), { containers: [exited('app', 0)], sandboxes: down }),
      ['TearDown'],
    ],
    [
      'it waits for a start that is under way',
      does(deleting(), { operations: new Map([['app', { tag: 'Start' }]]) }),
      [],
    ],
    [
      'a removed pod is forgotten at the end',
      does(pod(), { removed: true, sandboxes: down, tornDown: true }),
      ['Forget'],
    ],
    [
      'a removed pod is still given its grace',
      does(pod(), { removed: true, containers: [running('app')] }),
      ['kill app'],
    ],
    [
      'a pod that was refused never starts',
      does(pod(), { sandboxes: [], rejection: { reason: 'OutOfcpu', message: '' } }),
      ['TearDown'],
    ],
    [
      'a pod that has ended stays ended',
      does(pod({}, { status: { phase: 'Succeeded' } }), { sandboxes: [], tornDown: true }),
      [],
    ],
    [
      'sidecars of a completed pod are ended',
      does(pod({ restartPolicy: 'Never', ...cars }), {
        containers: [exited('app', 0), running('car1'), running('car2')],
      }),
      ['kill car2'],
    ],
    [
      'a pod past its deadline is ended',
      does(pod({ activeDeadlineSeconds: 10 }, { status: { startTime: '2026-01-02T03:03:00Z' } }), {
        containers: [running('app')],
      }),
      ['tell DeadlineExceeded', 'kill app'],
    ],
  ]
  for (const [name, actual, expected] of table) it(name, () => assert.deepEqual(actual, expected))

  it('removes the object once the API knows how it ended', () => {
    const observed: Partial<Observed> = { containers: [exited('app', 0)], sandboxes: down, tornDown: true }
    const ended = planned(deleting(), observed)
    assert.deepEqual(ended.actions, [])
    assert.equal(ended.status.phase, 'Succeeded')
    assert.deepEqual(does({ ...deleting(), status: ended.status }, observed), ['DeleteObject'])
  })

  it('leaves an object with finalizers that it has asked to be removed', () => {
    const observed: Partial<Observed> = { containers: [exited('app', 0)], sandboxes: down, tornDown: true }
    const of = deleting({}, 0)
    const held = { ...of, metadata: { ...of.metadata, finalizers: ['example.com/hold'] } }
    assert.deepEqual(does({ ...held, status: planned(held, observed).status }, observed), [])
  })

  it('says why a pod past its deadline failed', () => {
    const late = pod({ activeDeadlineSeconds: 10 }, { status: { startTime: '2026-01-02T03:03:00Z' } })
    const before = { ...late, status: { ...late.status, phase: 'Running' } }
    assert.equal(planned(before, { containers: [running('app')] }).status.phase, 'Running')
    const half = { containers: [exited('app', 143)], sandboxes: [sandbox()] }
    assert.equal(
      planned({ ...before, spec: { ...before.spec!, restartPolicy: 'Never' } }, half).status.phase,
      'Running',
    )
    const { status } = planned(late, { containers: [exited('app', 143)], sandboxes: down, tornDown: true })
    assert.deepEqual(
      [status.phase, status.reason, status.message],
      ['Failed', 'DeadlineExceeded', 'Pod was active on the node longer than the specified deadline'],
    )
  })

  it('ends a pod that takes up too much, and says that it was not its own doing', () => {
    const eviction = { message: 'Usage of EmptyDir volume "v" exceeds the limit "1Mi". ', graceSeconds: 7 }
    const of = pod({ terminationGracePeriodSeconds: 30 })
    const next = planned(of, { containers: [running('app')], eviction })
    assert.deepEqual(deeds(next), ['tell Evicted', 'kill app'])
    assert.ok(next.goal.tag === 'Terminate' && next.goal.deadline === now + 7 * second)
    assert.equal(next.status.phase, 'Pending')
    const gone = planned(of, { containers: [exited('app', 143)], sandboxes: down, tornDown: true, eviction })
    const { phase, reason, message, conditions } = gone.status
    assert.deepEqual([phase, reason, message], ['Failed', 'Evicted', eviction.message])
    const target = conditions?.find(({ type }) => type === 'DisruptionTarget')
    assert.deepEqual([target?.status, target?.reason], ['True', 'TerminationByKubelet'])
  })

  it('ends a pod with its machine, by then at the latest, and says so', () => {
    const shutdown = { deadline: now + 10 * second }
    const of = pod({ terminationGracePeriodSeconds: 30 })
    const next = planned(of, { containers: [running('app')], shutdown })
    assert.deepEqual(deeds(next), ['kill app'])
    assert.ok(next.goal.tag === 'Terminate' && next.goal.deadline === shutdown.deadline)
    // Nobody makes another in its place as long as it runs.
    assert.equal(next.status.phase, 'Pending')
    const gone = planned(of, { containers: [exited('app', 0)], sandboxes: down, tornDown: true, shutdown })
    const { phase, reason, message, conditions } = gone.status
    const why = 'Pod was terminated in response to imminent node shutdown.'
    assert.deepEqual([phase, reason, message], ['Failed', 'Terminated', why])
    const target = conditions?.find(({ type }) => type === 'DisruptionTarget')
    assert.deepEqual([target?.status, target?.reason, target?.message], ['True', 'TerminationByKubelet', why])
  })

  it('hastens what is ending already when the machine goes down, and leaves it what it is', () => {
    const shutdown = { deadline: now + 5 * second }
    const next = planned(deleting({}, 60), { containers: [running('app')], terminatingSince: now - second, shutdown })
    assert.ok(next.goal.tag === 'Terminate' && next.goal.cause === 'Deleted')
    assert.equal(next.goal.deadline, shutdown.deadline)
  })

  it('wakes for a deadline that is to come', () => {
    const early = pod({ activeDeadlineSeconds: 100 }, { status: { startTime: '2026-01-02T03:04:00Z' } })
    assert.equal(planned(early, { containers: [running('app')] }).wakeAt, now + 95 * second)
  })

  it('gives the whole grace period from the moment it noticed', () => {
    const [kill] = planned(deleting({}, 60), { containers: [running('app')], terminatingSince: now - second }).actions
    assert.ok(kill?.tag === 'KillContainer')
    assert.equal(kill.deadline, now + 59 * second)
  })

  it('fails a deleted pod whose containers never ran', () => {
    const { status } = planned(deleting({ containers: [container('a')] }), { sandboxes: [], tornDown: true })
    assert.equal(status.phase, 'Failed')
    assert.equal(status.containerStatuses?.[0]?.state?.terminated?.reason, 'ContainerStatusUnknown')
  })
})
