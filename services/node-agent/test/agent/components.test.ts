import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Node, Pod, getCondition, podRequests } from '@periplus/kinds'
import type { Component, Components } from '../../src/index.ts'
import { nodeName, origin, world } from './world.ts'
import type { World } from './world.ts'

const started = Date.parse('2026-01-02T03:00:00Z')
const running: Component = {
  name: 'apiserver',
  tier: 'control-plane',
  process: { pid: 12, since: started, startedAt: started, restarts: 0 },
}
const name = `apiserver-${nodeName}`

/** What a supervisor tells, as a test would have it. */
const told = (...first: readonly Component[]) => {
  let all = first
  const listeners = new Set<() => void>()
  const components: Components = {
    get all() {
      return all
    },
    listen: changed => {
      listeners.add(changed)
      return () => void listeners.delete(changed)
    },
  }
  const tell = (...now: readonly Component[]): void => {
    all = now
    for (const changed of listeners) changed()
  }
  return { components, tell }
}

describe('the parts of the cluster beside a node agent', () => {
  let w: World
  let supervisor: ReturnType<typeof told>
  let directory: string
  const pod = (of = name): Pod | undefined => w.cut.get(Pod, 'kube-system', of)
  const container = () => pod()?.status?.containerStatuses?.[0]
  const remove = async (): Promise<void> => {
    const ref = { group: '', resource: 'pods', namespace: 'kube-system', name }
    await w.commands.execute({ verb: 'delete', kind: Pod, ref, options: { gracePeriodSeconds: 0 } }, origin)
    await w.settle()
  }
  beforeEach(async () => {
    supervisor = told(running)
    directory = mkdtempSync(join(tmpdir(), 'pp-components-'))
    w = await world({ agent: { components: supervisor.components, manifestDirectory: directory } })
    await w.settle()
  })
  afterEach(async () => {
    await w.close()
    rmSync(directory, { recursive: true })
  })

  it('are shown by mirror pods of the node, as their supervisor tells them', () => {
    const { metadata, status } = pod() ?? {}
    const hash = metadata?.annotations?.['kubernetes.io/config.hash']
    assert.deepEqual(metadata?.annotations, {
      'kubernetes.io/config.source': 'file',
      'kubernetes.io/config.hash': hash,
      'kubernetes.io/config.mirror': hash,
    })
    const uid = w.cut.get(Node, '', nodeName)?.metadata.uid
    assert.deepEqual(metadata?.ownerReferences, [
      { apiVersion: 'v1', kind: 'Node', name: nodeName, uid, controller: true },
    ])
    assert.deepEqual(
      [status?.phase, status?.podIP, status?.startTime],
      ['Running', '192.168.0.10', '2026-01-02T03:00:00Z'],
    )
    assert.equal(getCondition(status?.conditions, 'Ready')?.status, 'True')
    assert.deepEqual(container()?.state, { running: { startedAt: '2026-01-02T03:00:00Z' } })
    assert.deepEqual([container()?.ready, container()?.restartCount], [true, 0])
  })

  it('ask for nothing, and are nothing that the runtime runs', async () => {
    assert.deepEqual(podRequests(pod() ?? {}), {})
    const listed = await w.runtime.containers()
    assert.deepEqual(listed, { _tag: 'Right', right: [] })
  })

  it('are shown as not ready while they are down, and then with what they ended with', async () => {
    const ended = { at: started + 60_000, how: 'SIGKILL' }
    supervisor.tell({ ...running, process: { ...running.process, ended } })
    await w.settle()
    assert.equal(getCondition(pod()?.status?.conditions, 'Ready')?.status, 'False')
    assert.equal(container()?.state?.waiting?.reason, 'CrashLoopBackOff')
    const life = { pid: 13, since: started, startedAt: started + 61_000, restarts: 1 }
    supervisor.tell({ ...running, process: { ...life, before: { startedAt: started, ...ended } } })
    await w.settle()
    assert.deepEqual([container()?.ready, container()?.restartCount], [true, 1])
    assert.deepEqual(container()?.lastState?.terminated, {
      exitCode: 137,
      reason: 'Error',
      message: 'SIGKILL',
      startedAt: '2026-01-02T03:00:00Z',
      finishedAt: '2026-01-02T03:01:00Z',
    })
    assert.equal(pod()?.status?.startTime, '2026-01-02T03:00:00Z')
  })

  it('come again where their mirror is deleted, because of that', async () => {
    const { uid } = pod()?.metadata ?? {}
    await remove()
    assert.notEqual(pod()?.metadata?.uid, uid)
    assert.equal(getCondition(pod()?.status?.conditions, 'Ready')?.status, 'True')
  })

  it('write nothing while nothing changes', async () => {
    const { resourceVersion } = pod()?.metadata ?? {}
    supervisor.tell(running)
    await w.pass(60)
    assert.equal(pod()?.metadata?.resourceVersion, resourceVersion)
  })

  it('are shown no more when nobody tells of them', async () => {
    supervisor.tell({ ...running, name: 'scheduler' })
    await w.settle()
    assert.deepEqual([pod(), pod(`scheduler-${nodeName}`)?.status?.phase], [undefined, 'Running'])
  })

  it('make way for a static pod of their name', async () => {
    const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'apiserver', namespace: 'kube-system' } }
    const spec = { containers: [{ name: 'web', image: 'nginx:1' }] }
    writeFileSync(join(directory, 'apiserver.yaml'), JSON.stringify({ ...manifest, spec }))
    // The folder is read at its own pace, on no clock of the test's.
    while (container()?.name !== 'web' || !container()?.ready) await w.pass(1)
    assert.deepEqual(pod()?.spec?.containers[0]?.image, 'nginx:1')
    await w.restartAgent()
    await w.settle()
    assert.equal(pod()?.spec?.containers[0]?.image, 'nginx:1')
  })

  it('are taken over by the next agent as they are shown', async () => {
    const { uid, resourceVersion } = pod()?.metadata ?? {}
    await w.restartAgent()
    await w.settle()
    assert.deepEqual([pod()?.metadata?.uid, pod()?.metadata?.resourceVersion], [uid, resourceVersion])
  })
})
