import assert from 'node:assert/strict'
import type { Pod } from '@periplus/kinds'
import type { Observed, Operation } from '../../src/plan/observed.ts'
import { container, exited, now, planned, pod, running, second } from './given.ts'

const statusIn = (of: Pod, observed: Partial<Observed>, at = now) => {
  const { status } = planned(of, observed, at)
  return { ...status, container: status.containerStatuses?.[0] }
}
const starting: ReadonlyMap<string, Operation> = new Map([['app', { tag: 'Start' }]])
const ready = (of: Pod, observed: Partial<Observed>): string | undefined =>
  planned(of, observed).status.conditions?.find(({ type }) => type === 'Ready')?.status

describe('a container whose postStart hook is not done', () => {
  const hooked = pod({ containers: [container('app', { lifecycle: { postStart: { sleep: { seconds: 4 } } } })] })

  it('is still being created, whatever the runtime says', () => {
    const observed = { containers: [running('app')], operations: starting }
    const { container: shown, phase } = statusIn(hooked, observed)
    assert.deepEqual(shown?.state, { waiting: { reason: 'ContainerCreating' } })
    assert.deepEqual([phase, shown?.ready, shown?.started, ready(hooked, observed)], ['Pending', false, false, 'False'])
  })

  it('runs when it is done, and at once where there is none', () => {
    assert.ok(statusIn(hooked, { containers: [running('app')] }).container?.state?.running)
    assert.ok(statusIn(pod(), { containers: [running('app')], operations: starting }).container?.state?.running)
  })

  it('says why it failed until it is started again', () => {
    const failure = {
      reason: 'PostStartHookError',
      message: 'exited with 1',
      at: now,
      tries: 1,
      retryAt: now + 10 * second,
    }
    const observed = { containers: [exited('app', 137)], failures: new Map([['app', failure]]) }
    for (const at of [now, now + 5 * second])
      assert.deepEqual(statusIn(hooked, observed, at).container?.state, {
        waiting: { reason: 'PostStartHookError', message: 'exited with 1' },
      })
  })
})

describe('a container that crashes again and again', () => {
  it('is shown as waiting, with what it ended with, until it runs again', () => {
    const dead = exited('app', 1, { attempt: 1 }, 10)
    const waiting = pod({}, { status: planned(pod(), { containers: [dead] }, now + second).status })
    assert.equal(waiting.status?.containerStatuses?.[0]?.state?.waiting?.reason, 'CrashLoopBackOff')
    const due = now + 10 * second
    const moments: readonly Partial<Observed>[] = [
      { containers: [dead] },
      { containers: [dead], operations: starting },
      { containers: [running('app', { attempt: 2, state: 'created' }), dead], operations: starting },
    ]
    for (const observed of moments) {
      const { container: shown, phase } = statusIn(waiting, observed, due)
      assert.equal(shown?.state?.waiting?.reason, 'CrashLoopBackOff')
      assert.equal(shown?.lastState?.terminated?.exitCode, 1)
      assert.equal(phase, 'Running')
    }
    assert.ok(statusIn(waiting, { containers: [running('app', { attempt: 2 }), dead] }, due).container?.state?.running)
  })
})

describe('a container with rules for its restarts', () => {
  const rules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }]
  const ruled = pod({
    restartPolicy: 'Never',
    containers: [container('app', { restartPolicy: 'Never', restartPolicyRules: rules })],
  })

  it('keeps its pod running where a rule has it restarted', () => {
    const { status, actions, goal } = planned(ruled, { containers: [exited('app', 42)] })
    assert.deepEqual([status.phase, goal.tag], ['Running', 'Run'])
    assert.ok(actions.some(({ tag }) => tag === 'StartContainer'))
  })

  it('fails its pod where none has', () => {
    const { goal, status } = planned(ruled, { containers: [exited('app', 1)], sandboxes: [], tornDown: true })
    assert.deepEqual([status.phase, goal.tag], ['Failed', 'Terminate'])
  })

  it('as an init container, too', () => {
    const init = pod({
      restartPolicy: 'Never',
      initContainers: [container('i', { restartPolicy: 'Never', restartPolicyRules: rules })],
    })
    assert.equal(planned(init, { containers: [exited('i', 42)] }).status.phase, 'Pending')
    assert.equal(planned(init, { containers: [exited('i', 1)], sandboxes: [], tornDown: true }).status.phase, 'Failed')
  })

  it('of its own over the pod: OnFailure that succeeded is done, Always is not', () => {
    const own = (restartPolicy: string): Pod =>
      pod({ restartPolicy: 'Never', containers: [container('app', { restartPolicy })] })
    assert.equal(planned(own('Always'), { containers: [exited('app', 0)] }).status.phase, 'Running')
    assert.equal(planned(own('OnFailure'), { containers: [exited('app', 1)] }).status.phase, 'Running')
    assert.equal(planned(own('OnFailure'), { containers: [exited('app', 0)] }).goal.tag, 'Terminate')
  })
})
