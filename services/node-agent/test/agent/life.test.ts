import assert from 'node:assert/strict'
import { Node, Pod, Lease } from '@periplus/kinds'
import { boundPod, nodeName, origin, world } from './world.ts'
import type { World } from './world.ts'

describe('a pod on a hollow node', () => {
  let it_: World
  beforeEach(async () => {
    it_ = await world()
  })
  afterEach(() => it_.close())

  it('registers the node and keeps its lease', async () => {
    await it_.settle()
    const node = it_.cut.get(Node, '', nodeName)
    const ready = node?.status?.conditions?.find(({ type }) => type === 'Ready')
    assert.deepEqual([ready?.status, ready?.reason], ['True', 'KubeletReady'])
    assert.equal(node?.status?.allocatable?.['pods'], '110')
    const renewed = () => it_.cut.get(Lease, 'kube-node-lease', nodeName)?.spec?.renewTime
    const first = renewed()
    await it_.pass(10)
    assert.notEqual(renewed(), first)
  })

  it('runs, is ready, has an address', async () => {
    await it_.create(Pod, boundPod('a'))
    await it_.settle()
    const { status } = it_.pod('a') ?? {}
    assert.equal(status?.phase, 'Running')
    assert.match(status?.podIP ?? '', /^10\.244\.0\./)
    assert.equal(status?.hostIP, '192.168.0.10')
    assert.deepEqual(status?.conditions?.map(({ type, status: value }) => `${type}=${value}`).sort(), [
      'ContainersReady=True',
      'Initialized=True',
      'PodReadyToStartContainers=True',
      'PodScheduled=True',
      'Ready=True',
    ])
    assert.ok(status?.containerStatuses?.[0]?.ready)
    assert.deepEqual(
      it_.events().filter(text => !text.includes('Successfully pulled') && !text.includes('NodeReady')),
      [
        'Normal Pulling: Pulling image "nginx:1.7.9"',
        'Normal Created: Container created',
        'Normal Started: Container started',
      ],
    )
  })

  it('has its containers resized without a restart, and never beyond the node', async () => {
    const resources = (cpu: string) => ({ requests: { cpu }, limits: { cpu } })
    const of = (cpu: string) => ({ containers: [{ name: 'web', image: 'nginx:1.7.9', resources: resources(cpu) }] })
    const resize = async (cpu: string) => {
      const body = { spec: of(cpu) }
      const ref = { group: '', resource: 'pods', namespace: 'default', name: 'a' }
      const patch = { type: 'strategic', body } as const
      await it_.commands.execute({ verb: 'patch', kind: Pod, ref, patch, subresource: 'resize' }, origin)
      await it_.settle()
    }
    const has = () => {
      const { containerStatuses, conditions = [] } = it_.pod('a')?.status ?? {}
      const waits = conditions.find(({ type }) => type.startsWith('PodResize'))
      return [containerStatuses?.[0]?.resources?.limits?.['cpu'], containerStatuses?.[0]?.restartCount, waits?.reason]
    }
    await it_.create(Pod, boundPod('a', of('100m')))
    await it_.settle()
    assert.deepEqual(has(), ['100m', 0, undefined])
    await resize('200m')
    assert.deepEqual(has(), ['200m', 0, undefined])
    await resize('1000')
    assert.deepEqual(has(), ['200m', 0, 'Infeasible'])
    await it_.restartAgent()
    await it_.settle()
    assert.deepEqual(has(), ['200m', 0, 'Infeasible'])
  })

  it('goes when deleted, with its containers', async () => {
    await it_.create(Pod, boundPod('a'))
    await it_.settle()
    await it_.commands.execute(
      { verb: 'delete', kind: Pod, ref: { group: '', resource: 'pods', namespace: 'default', name: 'a' }, options: {} },
      origin,
    )
    await it_.settle()
    assert.equal(it_.pod('a'), undefined)
    const containers = await it_.runtime.containers()
    const sandboxes = await it_.runtime.sandboxes()
    assert.deepEqual(
      [containers, sandboxes],
      [
        { _tag: 'Right', right: [] },
        { _tag: 'Right', right: [] },
      ],
    )
  })
})
