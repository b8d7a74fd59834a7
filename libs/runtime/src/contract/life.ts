import assert from 'node:assert/strict'
import { containerConfig } from './configs.ts'
import { refused, right } from './stage.ts'
import type { Stage } from './stage.ts'

const forever = 'trap "exit 0" TERM; : > /trapped; while :; do sleep 1000 & wait $!; done'

export const lifeContract = (on: Stage): void => {
  it('is ready and says its version', async () => {
    const status = right(await on.runtime.status())
    assert.match(status.version, new RegExp(`^${on.runtime.name}://`))
    assert.deepEqual([status.ready, status.networkReady], [true, true])
  })

  it('gives a sandbox back as it was asked for', async () => {
    const config = on.sandbox({ labels: { app: 'web' }, annotations: { note: 'α/β' } })
    const before = Date.now()
    const id = right(await on.runtime.runSandbox(config))
    const found = right(await on.runtime.sandboxes()).find(sandbox => sandbox.id === id)
    assert.ok(found)
    assert.deepEqual([found.pod, found.labels, found.ready], [config.pod, { app: 'web' }, true])
    assert.equal(found.annotations['note'], 'α/β')
    assert.equal(found.ips.length, on.can.ownAddress ? 1 : 0)
    if (on.can.processes) assert.ok(found.createdAt >= before - 1000 && found.createdAt <= Date.now() + 1000)
  })

  it('gives a pod of the host network no address', async () => {
    const id = right(await on.runtime.runSandbox(on.sandbox({ hostNetwork: true })))
    assert.deepEqual(right(await on.runtime.sandboxes()).find(sandbox => sandbox.id === id)?.ips, [])
  })

  it('takes a container from created through running to exited', async () => {
    const sandbox = on.sandbox()
    const sandboxId = right(await on.runtime.runSandbox(sandbox))
    const config = containerConfig({
      sandbox,
      image: on.harness.image,
      command: ['sh', '-c', forever],
      labels: { a: 'b' },
      annotations: { c: 'd' },
    })
    const id = right(await on.runtime.createContainer(sandboxId, config))
    const created = right(await on.runtime.container(id))
    assert.deepEqual(
      [created.state, created.name, created.attempt, created.sandboxId, created.labels, created.annotations['c']],
      ['created', 'main', 0, sandboxId, { a: 'b' }, 'd'],
    )
    assert.equal(created.startedAt, 0)

    right(await on.runtime.startContainer(id))
    const running = right(await on.runtime.container(id))
    assert.equal(running.state, 'running')
    assert.ok(running.startedAt >= running.createdAt)
    assert.equal(running.finishedAt, 0)
    assert.equal(refused(await on.runtime.startContainer(id)), 'Failed')

    // A shell that is told to end before its trap is set dies of the signal.
    const trapped = ['sh', '-c', 'until [ -e /trapped ]; do sleep 0.02; done']
    if (on.can.processes) right(await on.runtime.execSync(id, trapped, 20))
    right(await on.runtime.stopContainer(id, 20))
    const exited = right(await on.runtime.container(id))
    assert.deepEqual([exited.state, exited.exitCode, exited.reason], ['exited', 0, 'Completed'])
    assert.ok(exited.finishedAt >= exited.startedAt)
    assert.deepEqual(
      right(await on.runtime.containers()).map(({ id: listed, state }) => [listed, state]),
      [[id, 'exited']],
    )
  })

  it('ends a container however long it might take', async () => {
    const { id } = await on.running(forever)
    const trapped = ['sh', '-c', 'until [ -e /trapped ]; do sleep 0.02; done']
    if (on.can.processes) right(await on.runtime.execSync(id, trapped, Number.MAX_SAFE_INTEGER))
    right(await on.runtime.stopContainer(id, 2 ** 63))
    assert.equal(right(await on.runtime.container(id)).state, 'exited')
  })

  it('makes the next attempt beside the ended one', async () => {
    const first = await on.running(forever)
    right(await on.runtime.stopContainer(first.id, 20))
    const again = containerConfig({
      sandbox: first.sandbox,
      image: on.harness.image,
      command: ['sh', '-c', forever],
      attempt: 1,
    })
    const id = right(await on.runtime.createContainer(first.sandboxId, again))
    right(await on.runtime.startContainer(id))
    const states = right(await on.runtime.containers()).map(({ attempt, state }) => `${attempt} ${state}`)
    assert.deepEqual(states.sort(), ['0 exited', '1 running'])
  })

  it('refuses a second container or sandbox of the same name and attempt', async () => {
    const { sandbox, sandboxId } = await on.running(forever)
    const same = containerConfig({ sandbox, image: on.harness.image })
    assert.equal(refused(await on.runtime.createContainer(sandboxId, same)), 'Failed')
    assert.equal(refused(await on.runtime.runSandbox(sandbox)), 'Failed')
  })

  it('ends what runs in a sandbox that is stopped', async () => {
    const { id, sandboxId } = await on.running(forever)
    right(await on.runtime.stopSandbox(sandboxId))
    right(await on.runtime.stopSandbox(sandboxId))
    assert.equal(right(await on.runtime.container(id)).state, 'exited')
    const sandbox = right(await on.runtime.sandboxes()).find(found => found.id === sandboxId)
    assert.equal(sandbox?.ready, false)
    right(await on.runtime.removeSandbox(sandboxId))
    assert.deepEqual(right(await on.runtime.containers()), [])
    assert.deepEqual(right(await on.runtime.sandboxes()), [])
  })

  it('stops and removes what is not there, and knows nothing else of it', async () => {
    const { id, sandboxId } = await on.running(forever)
    right(await on.runtime.removeContainer(id))
    right(await on.runtime.removeContainer(id))
    right(await on.runtime.stopContainer(id, 1))
    right(await on.runtime.removeSandbox(sandboxId))
    right(await on.runtime.removeSandbox(sandboxId))
    right(await on.runtime.stopSandbox(sandboxId))
    assert.equal(refused(await on.runtime.container(id)), 'NotFound')
    assert.equal(refused(await on.runtime.startContainer(id)), 'NotFound')
  })

  it('hints at what happened', async () => {
    const abort = new AbortController()
    const hints = on.runtime.events(abort.signal)
    const { id } = await on.running(forever)
    right(await on.runtime.stopContainer(id, 20))
    for await (const hint of hints)
      if (hint.containerId === id && right(await on.runtime.container(id)).state === 'exited') break
    abort.abort()
    for await (const hint of on.runtime.events(abort.signal))
      assert.fail(`a hint after the end: ${JSON.stringify(hint)}`)
  })
}
