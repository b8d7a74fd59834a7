import assert from 'node:assert/strict'
import { aggregatedDiscovery, apiGroup, apiGroupList, apiResourceList, apiVersions, kindRegistry } from '@periplus/api'
import { builtinKinds } from '@periplus/kinds'

interface Resource {
  readonly name: string
  readonly kind: string
  readonly group?: string
  readonly verbs: readonly string[]
}
interface Group {
  readonly metadata: { readonly name: string }
  readonly versions: readonly {
    readonly version: string
    readonly resources: readonly { readonly resource: string }[]
  }[]
}

describe('discovery', () => {
  const registry = kindRegistry(builtinKinds)
  const resources = (group: string, version: string) =>
    apiResourceList(registry, group, version)?.resources as readonly Resource[]

  it('lists versions and groups', () => {
    assert.deepEqual(apiVersions(registry, '127.0.0.1:6443'), {
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1:6443' }],
    })
    assert.deepEqual(apiGroup(registry, 'autoscaling'), {
      kind: 'APIGroup',
      apiVersion: 'v1',
      name: 'autoscaling',
      versions: [
        { groupVersion: 'autoscaling/v2', version: 'v2' },
        { groupVersion: 'autoscaling/v1', version: 'v1' },
      ],
      preferredVersion: { groupVersion: 'autoscaling/v2', version: 'v2' },
    })
    assert.equal(apiGroup(registry, 'nope'), undefined)
    const groups = apiGroupList(registry).groups as readonly { readonly name: string }[]
    assert.equal(
      groups.some(({ name }) => name === ''),
      false,
    )
  })

  it('lists resources with their subresources', () => {
    const names = resources('apps', 'v1').map(({ name }) => name)
    assert.deepEqual(
      names.filter(name => name.startsWith('deployments')),
      ['deployments', 'deployments/scale', 'deployments/status'],
    )
    const scale = resources('apps', 'v1').find(({ name }) => name === 'deployments/scale')
    assert.deepEqual(scale, {
      name: 'deployments/scale',
      singularName: '',
      namespaced: true,
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
      verbs: ['get', 'patch', 'update'],
    })
    assert.ok(resources('', 'v1').some(({ name }) => name === 'pods/log'))
    assert.equal(resources('apps', 'v9'), undefined)
  })

  it('says the same aggregated', () => {
    const whole = aggregatedDiscovery(registry, 'groups')
    assert.equal(whole.apiVersion, 'apidiscovery.k8s.io/v2')
    const items = whole.items as readonly Group[]
    assert.deepEqual(
      items.map(({ metadata }) => metadata.name),
      registry.groups.filter(group => group !== ''),
    )
    const core = aggregatedDiscovery(registry, 'core').items as readonly Group[]
    assert.deepEqual(
      core[0]?.versions[0]?.resources.map(({ resource }) => resource),
      resources('', 'v1')
        .map(({ name }) => name)
        .filter(name => !name.includes('/')),
    )
    assert.match(
      JSON.stringify(items),
      /"subresource":"scale","responseKind":{"group":"autoscaling","version":"v1","kind":"Scale"}/,
    )
  })
})
