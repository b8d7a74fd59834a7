import assert from 'node:assert/strict'
import { statusOf } from '@periplus/api'
import type { Pod } from '@periplus/kinds'
import { builtInAdmission } from '../src/index.ts'
import { kindOf, object, ok, refusal, world } from './world.ts'
import type { World } from './world.ts'

const withClass = async (fields: object): Promise<World> => {
  const it = world({ admission: builtInAdmission })
  for (const [group, resource, made] of [
    ['', 'namespaces', { metadata: { name: 'shop' } }],
    ['', 'serviceaccounts', { metadata: { name: 'default', namespace: 'shop' } }],
    ['node.k8s.io', 'runtimeclasses', { metadata: { name: 'sandboxed' }, handler: 'runc', ...fields }],
  ] as const) {
    ok(await it.run({ verb: 'create', kind: kindOf(group, resource), object: object(made) }))
    it.catchUp()
  }
  return it
}

let pods = 0

const create = (it: World, spec: object) =>
  it.run({
    verb: 'create',
    kind: kindOf('', 'pods'),
    object: object({
      metadata: { name: `a${++pods}`, namespace: 'shop' },
      spec: { automountServiceAccountToken: false, containers: [{ name: 'web', image: 'nginx' }], ...spec },
    }),
  })

const message = async (it: World, spec: object): Promise<string | undefined> => {
  const running = create(it, spec)
  it.clock.advance(1000)
  return statusOf(refusal(await running)).message?.replace(/^pods "a\d+" is forbidden: /, '')
}

describe('RuntimeClass', () => {
  it('refuses a class that is not there', async () =>
    assert.equal(
      await message(await withClass({}), { runtimeClassName: 'other' }),
      'pod rejected: RuntimeClass "other" not found',
    ))

  it('gives the overhead of the class, and takes no other', async () => {
    const it = await withClass({ overhead: { podFixed: { memory: '64Mi' } } })
    const pod = ok(await create(it, { runtimeClassName: 'sandboxed' })).object as Pod
    assert.deepEqual(pod.spec?.overhead, { memory: '64Mi' })
    assert.equal(
      await message(it, { runtimeClassName: 'sandboxed', overhead: { memory: '1Mi' } }),
      "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    )
    assert.equal(
      await message(it, { overhead: { memory: '64Mi' } }),
      'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    )
  })

  it('adds the nodes and tolerations of the class', async () => {
    const scheduling = { nodeSelector: { disk: 'ssd' }, tolerations: [{ key: 'kata', operator: 'Exists' }] }
    const it = await withClass({ scheduling })
    const pod = ok(await create(it, { runtimeClassName: 'sandboxed', nodeSelector: { zone: 'a' } })).object as Pod
    assert.deepEqual(pod.spec?.nodeSelector, { zone: 'a', disk: 'ssd' })
    assert.deepEqual(
      pod.spec?.tolerations?.filter(({ key }) => key === 'kata'),
      scheduling.tolerations,
    )
    assert.equal(
      await message(it, { runtimeClassName: 'sandboxed', nodeSelector: { disk: 'hdd' } }),
      'conflict: runtimeClass.scheduling.nodeSelector[disk] = ssd; pod.spec.nodeSelector[disk] = hdd',
    )
  })
})
