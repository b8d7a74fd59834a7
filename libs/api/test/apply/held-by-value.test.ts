import assert from 'node:assert/strict'
import { builtinKinds } from '@periplus/kinds'
import { serverSideApply } from '../../src/index.ts'
import { context, owner, ownedBy } from './world.ts'

const { mergeTypeOf, trackUpdate } = serverSideApply

const owned = (kind: string, before: unknown, after: unknown): readonly string[] => {
  const found = builtinKinds.find(one => one.kind === kind)
  assert(found)
  const owners = trackUpdate({ ...context, type: mergeTypeOf(found.schema) }, before, after, [], owner('me', 'Update'))
  return ownedBy(owners)['me (updates)'] ?? []
}

// Answers of Kubernetes' own code.
describe('a struct that Go holds by value', () => {
  it('is there already: who sets a part of it has that part alone', () => {
    const labelled = { spec: { template: { metadata: { labels: { app: 'web' } } } } }
    const labels = ['f:spec f:template f:metadata f:labels', 'f:spec f:template f:metadata f:labels f:app']
    assert.deepEqual(
      owned(
        'Deployment',
        { spec: { template: { spec: { nodeName: 'a' } } } },
        {
          spec: { template: { spec: { nodeName: 'a' }, ...labelled.spec.template } },
        },
      ),
      labels,
    )
    assert.deepEqual(owned('Deployment', {}, labelled), labels)
  })

  it('stays there: nobody owns that it is empty', () => {
    const template = (metadata: object) => ({ spec: { template: metadata } })
    assert.deepEqual(owned('Deployment', template({ metadata: { labels: { app: 'web' } } }), template({})), [])
  })

  it('comes with what is new, said or not', () => {
    const volumes = [{ name: 'a', ephemeral: { volumeClaimTemplate: { spec: {} } } }]
    const claim = 'f:spec f:volumes k:{"name":"a"} f:ephemeral f:volumeClaimTemplate'
    assert.deepEqual(
      owned('Pod', { spec: {} }, { spec: { volumes } })
        .filter(path => path.startsWith(`${claim} `))
        .slice(0, 2),
      [`${claim} f:metadata`, `${claim} f:spec`],
    )
  })
})
