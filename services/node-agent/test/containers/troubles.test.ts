import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigMap, Pod } from '@periplus/kinds'
import { boundPod } from '../agent/world.ts'
import { busybox, forever, isReady, stateOf } from './doing.ts'
import { realWorld } from './world.ts'
import type { RealWorld } from './world.ts'

describe('pods in trouble, in real containers', function () {
  this.timeout(120_000)
  let world: RealWorld
  before(async function () {
    this.timeout(300_000)
    world = await realWorld()
  })
  after(() => world.close())

  it('restarts what crashes, keeps the log before, backs off', async () => {
    await world.create(Pod, boundPod('crash', { containers: [busybox('echo attempt; exit 1')] }))
    const pod = await world.until('crash', each => stateOf(each)?.waiting?.reason === 'CrashLoopBackOff')
    const [shown] = pod.status?.containerStatuses ?? []
    assert.equal(shown?.restartCount, 1)
    assert.match(
      shown?.state?.waiting?.message ?? '',
      /^back-off 10s restarting failed container=main pod=crash_default\(/,
    )
    assert.equal(await world.logs(pod, { previous: true }), 'attempt\n')
    assert.ok(
      world.events('crash').some(event => event.startsWith('BackOff: Back-off restarting failed container main')),
    )
    await world.remove('crash', 0)
    await world.gone('crash')
  })

  it('tells an OOM kill from any other', async () => {
    const greedy = busybox('x=a; while :; do x=$x$x; done', { resources: { limits: { memory: '16Mi' } } })
    await world.create(Pod, boundPod('oom', { restartPolicy: 'Never', containers: [greedy] }))
    // containerd may learn of the exit before it learns why: the reason comes by itself.
    const pod = await world.until('oom', each => stateOf(each)?.terminated?.reason === 'OOMKilled')
    assert.deepEqual([pod.status?.phase, stateOf(pod)?.terminated?.exitCode], ['Failed', 137])
    await world.remove('oom', 0)
    await world.gone('oom')
  })

  it('holds the containers of a pod to what the pod may use as a whole', async () => {
    const greedy = { ...busybox('x=a; while :; do x=$x$x; done'), name: 'greedy' }
    const resources = { limits: { memory: '48Mi' } }
    await world.create(
      Pod,
      boundPod('whole', { restartPolicy: 'Never', resources, containers: [greedy, busybox(forever)] }),
    )
    const pod = await world.until('whole', each => stateOf(each)?.terminated !== undefined)
    assert.equal(stateOf(pod)?.terminated?.exitCode, 137)
    await world.remove('whole', 0)
    await world.gone('whole')
  })

  it('ends a process that the runtime does not know of, and with it the pod', async () => {
    const pod = boundPod('strays', { terminationGracePeriodSeconds: 1, containers: [busybox(forever)] })
    await world.create(Pod, pod)
    const running = await world.until('strays', isReady)
    const stray = spawn('sleep', ['1000'])
    const ended = once(stray, 'exit')
    const groups = readdirSync('/sys/fs/cgroup', { recursive: true, withFileTypes: true })
      .filter(({ name }) => name === `pod${running.metadata?.uid}`)
      .map(({ parentPath, name }) => join(parentPath, name))
    assert.notDeepEqual(groups, [])
    // Below the pod's own, as a container's is: in version 2 the pod's holds no processes.
    for (const group of groups) {
      mkdirSync(join(group, 'stray'))
      if (!group.includes('/cpuset/')) writeFileSync(join(group, 'stray/cgroup.procs'), String(stray.pid))
    }
    await world.remove('strays')
    await world.gone('strays')
    assert.deepEqual(await ended, [null, 'SIGKILL'])
    assert.deepEqual(groups.filter(existsSync), [])
  })

  it('keeps the time of a preStop hook by the clock, in fractions of a second', async () => {
    const stubborn = busybox(forever, { lifecycle: { preStop: { exec: { command: ['sleep', '3600'] } } } })
    await world.create(Pod, boundPod('hooked', { terminationGracePeriodSeconds: 2, containers: [stubborn] }))
    await world.until('hooked', isReady)
    const short = busybox(forever, { lifecycle: { preStop: { exec: { command: ['sleep', '2.4'] } } } })
    await world.create(Pod, boundPod('short', { terminationGracePeriodSeconds: 3, containers: [short] }))
    await world.until('short', isReady)
    await world.remove('hooked')
    await world.remove('short')
    await world.gone('hooked')
    await world.gone('short')
    assert.ok(world.events('hooked').includes('FailedPreStopHook: PreStopHook failed'))
    assert.ok(!world.events('short').some(event => event.startsWith('FailedPreStopHook')))
  })

  it('is not ready before its postStart hook is done, and ends with one that fails', async () => {
    const lifecycle = { postStart: { exec: { command: ['sh', '-c', 'sleep 2; exit 1'] } } }
    const seen: string[] = []
    const stop = world.cut.subscribe(() => {
      const pod = world.cut.get(Pod, 'default', 'post')
      const state = pod && stateOf(pod)
      if (pod) seen.push(state?.waiting?.reason ?? (state?.running ? 'running' : 'ended'))
      if (pod && isReady(pod)) seen.push('ready')
    })
    await world.create(
      Pod,
      boundPod('post', { terminationGracePeriodSeconds: 1, containers: [busybox(forever, { lifecycle })] }),
    )
    await world.until('post', each => stateOf(each)?.waiting?.reason === 'CrashLoopBackOff')
    stop()
    assert.ok(seen.includes('PostStartHookError'))
    assert.ok(!seen.includes('ready') && !seen.includes('running'), seen.join(' '))
    await world.remove('post', 0)
    await world.gone('post')
  })

  it('says why an image cannot be had', async () => {
    await world.create(Pod, boundPod('lost', { containers: [{ name: 'main', image: 'nobody/has-this:1' }] }))
    const pod = await world.until('lost', each => stateOf(each)?.waiting?.reason === 'ImagePullBackOff')
    assert.match(stateOf(pod)?.waiting?.message ?? '', /^Back-off pulling image "nobody\/has-this:1": ErrImagePull: /)
    assert.ok(world.events('lost').includes('Failed: Error: ErrImagePull'))
    await world.remove('lost')
    await world.gone('lost')
  })

  it('waits for a missing ConfigMap and goes on when it comes', async () => {
    const container = busybox(forever, { envFrom: [{ configMapRef: { name: 'late' } }] })
    await world.create(Pod, boundPod('waits', { containers: [container] }))
    const waiting = await world.until('waits', each => stateOf(each)?.waiting?.reason === 'CreateContainerConfigError')
    assert.equal(stateOf(waiting)?.waiting?.message, 'configmap "late" not found')
    await world.create(ConfigMap, { metadata: { name: 'late', namespace: 'default' }, data: { A: 'b' } })
    await world.until('waits', isReady)
    await world.remove('waits', 0)
    await world.gone('waits')
  })

  it('probes: not ready until the file is there, killed when it goes', async () => {
    const probe = (path: string) => ({ exec: { command: ['test', '-f', path] }, periodSeconds: 1, failureThreshold: 1 })
    const container = busybox(`touch /alive; ${forever}`, {
      readinessProbe: probe('/ready'),
      livenessProbe: { ...probe('/alive'), initialDelaySeconds: 1 },
    })
    await world.create(Pod, boundPod('probed', { terminationGracePeriodSeconds: 1, containers: [container] }))
    const unready = await world.until('probed', each => stateOf(each)?.running !== undefined)
    assert.ok(!isReady(unready))
    await world.run(unready, ['touch', '/ready'])
    const ready = await world.until('probed', isReady)
    await world.run(ready, ['rm', '/alive'])
    const restarted = await world.until('probed', each => each.status?.containerStatuses?.[0]?.restartCount === 1)
    assert.ok(restarted.status?.containerStatuses?.[0]?.lastState?.terminated)
    assert.ok(
      world
        .events('probed')
        .some(event => event === 'Killing: Container main failed liveness probe, will be restarted'),
    )
    await world.remove('probed', 0)
    await world.gone('probed')
  })
})
