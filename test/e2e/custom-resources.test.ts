import assert from 'node:assert/strict'
import { removeCluster, testCluster } from './cluster.ts'

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'boats.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'boats', kind: 'Boat' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { masts: { type: 'integer', default: 2 } } } },
          },
        },
      },
    ],
  },
}

describe('custom resources of a cluster', function () {
  this.timeout(120_000)
  const cluster = testCluster()
  const { ok, periplus } = cluster
  before(async () => {
    const { code, stdout, stderr } = await periplus('up')
    assert.equal(code, 0, stderr + stdout)
  })
  after(() => removeCluster(cluster))

  it('are served once their definition is established, and go with it', async () => {
    await ok('create -f -', JSON.stringify(definition))
    await ok('wait --for condition=established --timeout=20s crd/boats.example.com')
    const boat = { apiVersion: 'example.com/v1', kind: 'Boat', metadata: { name: 'ann' }, spec: {} }
    assert.equal(await ok('create -f -', JSON.stringify(boat)), 'boat.example.com/ann created\n')
    assert.equal(await ok('get boat ann -o jsonpath={.spec.masts}'), '2')
    for (const masts of [3, 4]) await ok('apply -f -', JSON.stringify({ ...boat, spec: { masts } }))
    assert.equal(await ok('get boat ann -o jsonpath={.spec.masts}'), '4')
    await ok('delete crd boats.example.com --timeout=20s')
    assert.doesNotMatch(await ok('get --raw /apis'), /example\.com/)
  })

  it('leave decisions that are taken again identically', async () => {
    const { stdout } = await periplus('replay')
    const [, decisions, identical] = /(\d+) decisions, (\d+) identical/.exec(stdout) ?? []
    assert.ok(Number(decisions) > 0)
    assert.equal(identical, decisions, stdout)
  })
})
