import assert from 'node:assert/strict'
import { container, does, exited, minute, now, planned, pod, running, second } from './given.ts'

const policy = (restartPolicy: string) => pod({ restartPolicy })

describe('planning restarts', () => {
  const table: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['Always restarts after a success', does(policy('Always'), { containers: [exited('app', 0)] }), ['start app #1']],
    ['Always restarts after a failure', does(policy('Always'), { containers: [exited('app', 1)] }), ['start app #1']],
    [
      'OnFailure restarts after a failure',
      does(policy('OnFailure'), { containers: [exited('app', 1)] }),
      ['start app #1'],
    ],
    [
      'OnFailure ends after a success',
      does(policy('OnFailure'), { containers: [exited('app', 0)] }),
      ['stop sandbox s0'],
    ],
    ['Never ends after a failure', does(policy('Never'), { containers: [exited('app', 1)] }), ['stop sandbox s0']],
    [
      'one ended container of two is left alone',
      does(pod({ restartPolicy: 'Never', containers: [container('a'), container('b')] }), {
        containers: [exited('a', 0), running('b')],
      }),
      [],
    ],
    [
      'a rule of the container goes before the policy of the pod',
      does(
        pod({
          restartPolicy: 'Never',
          containers: [
            container('app', {
              restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
            }),
          ],
        }),
        { containers: [exited('app', 42)] },
      ),
      ['start app #1'],
    ],
    [
      'an init container that fails for good ends the pod',
      does(pod({ restartPolicy: 'Never', initContainers: [container('i')] }), { containers: [exited('i', 1)] }),
      ['stop sandbox s0'],
    ],
    [
      'the second exit waits',
      does(policy('Always'), { containers: [exited('app', 1, { attempt: 1 }, 10)] }),
      ['tell BackOff'],
    ],
    [
      'until ten seconds after it',
      does(policy('Always'), { containers: [exited('app', 1, { attempt: 1 }, 10)] }, now + 10 * second),
      ['start app #2'],
    ],
    [
      'all but the newest dead container go',
      does(policy('Always'), {
        containers: [
          running('app', { attempt: 3 }),
          exited('app', 1, { attempt: 2 }),
          exited('app', 1, { attempt: 1 }),
        ],
      }),
      ['remove app-1'],
    ],
    [
      'of a pod that has ended the newest stays',
      does(
        { ...policy('Never'), status: { phase: 'Failed' } },
        { containers: [exited('app', 1)], tornDown: true, sandboxes: [] },
      ),
      [],
    ],
    [
      'nothing of it stays while the disk is full',
      does(
        { ...policy('Never'), status: { phase: 'Failed' } },
        { containers: [exited('app', 1)], tornDown: true, sandboxes: [], unkept: true },
      ),
      ['remove app-0'],
    ],
    [
      'nothing of an evicted pod stays',
      does(
        { ...policy('Never'), status: { phase: 'Failed' } },
        {
          containers: [exited('app', 1)],
          tornDown: true,
          sandboxes: [],
          eviction: { message: 'The node was low on resource: memory. ', graceSeconds: 1 },
        },
      ),
      ['remove app-0'],
    ],
    [
      'one that never started goes once there is a newer one',
      does(policy('Always'), {
        containers: [running('app', { attempt: 2 }), running('app', { attempt: 1, state: 'created' })],
      }),
      ['remove app-1'],
    ],
    [
      'a changed image kills',
      does(pod({ containers: [container('app', { image: 'app:2' })] }), { containers: [running('app')] }),
      ['kill app'],
    ],
    [
      'failed liveness kills',
      does(policy('Always'), { containers: [running('app')], probes: new Map([['app-0', { liveness: 'failure' }]]) }),
      ['kill app'],
    ],
    [
      'failed startup kills',
      does(policy('Always'), { containers: [running('app')], probes: new Map([['app-0', { startup: 'failure' }]]) }),
      ['kill app'],
    ],
    [
      'failed readiness does not',
      does(policy('Always'), { containers: [running('app')], probes: new Map([['app-0', { readiness: 'failure' }]]) }),
      [],
    ],
  ]
  for (const [name, actual, expected] of table) it(name, () => assert.deepEqual(actual, expected))

  const backOff = (seconds: number, ranFor = minute) => {
    const dead = exited('app', 1, { attempt: 1, createdAt: now - ranFor }, seconds)
    const waiting = planned(policy('Always'), { containers: [dead] })
    const at = waiting.wakeAt ?? now
    const [start] = planned(policy('Always'), { containers: [dead] }, at).actions
    return { waits: (at - now) / second, next: start?.tag === 'StartContainer' ? start.backOffSeconds : undefined }
  }
  it('doubles the back-off from ten seconds to five minutes', () => {
    assert.deepEqual(backOff(0), { waits: 0, next: 10 })
    assert.deepEqual(backOff(10), { waits: 10, next: 20 })
    assert.deepEqual(backOff(160), { waits: 160, next: 300 })
    assert.deepEqual(backOff(300), { waits: 300, next: 300 })
  })
  it('forgives a container that ran for more than ten minutes', () => {
    assert.deepEqual(backOff(300, 11 * minute), { waits: 0, next: 10 })
  })
  it('shows how a container ended before, not one that never started', () => {
    const { status } = planned(policy('Always'), {
      containers: [
        running('app', { attempt: 2 }),
        running('app', { attempt: 1, state: 'created', startedAt: 0 }),
        exited('app', 7),
      ],
    })
    assert.equal(status.containerStatuses?.[0]?.lastState?.terminated?.exitCode, 7)
  })
  it('shows CrashLoopBackOff with the end before it', () => {
    const { status } = planned(policy('Always'), { containers: [exited('app', 1, { attempt: 4 }, 80)] })
    const [shown] = status.containerStatuses ?? []
    assert.deepEqual(shown?.state, {
      waiting: {
        reason: 'CrashLoopBackOff',
        message: 'back-off 1m20s restarting failed container=app pod=web_default(u1)',
      },
    })
    assert.equal(shown?.lastState?.terminated?.exitCode, 1)
    assert.equal(shown?.restartCount, 4)
    assert.equal(status.phase, 'Running')
  })
  it('takes the grace period of a failed probe from the probe', () => {
    const probe = { exec: {}, terminationGracePeriodSeconds: 3 }
    const { actions } = planned(pod({ containers: [container('app', { livenessProbe: probe })] }), {
      containers: [running('app')],
      probes: new Map([['app-0', { liveness: 'failure' }]]),
    })
    const [kill] = actions
    assert.ok(kill?.tag === 'KillContainer')
    assert.equal(kill.deadline, now + 3 * second)
    assert.equal(kill.message, 'Container app failed liveness probe, will be restarted')
  })
})
