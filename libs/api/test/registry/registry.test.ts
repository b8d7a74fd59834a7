import assert from 'node:assert/strict'
import { compareVersions, groupVersion, gvkOf, kindRegistry, parseGroupVersion } from '@periplus/api'
import { builtinKinds, Deployment, HorizontalPodAutoscaler, HorizontalPodAutoscalerV1, Pod } from '@periplus/kinds'

describe('the kind registry', () => {
  const registry = kindRegistry(builtinKinds)

  it('finds kinds by resource, by kind and by what is stored', () => {
    assert.equal(registry.byResource('apps', 'v1', 'deployments'), Deployment)
    assert.equal(registry.byKind('', 'v1', 'Pod'), Pod)
    assert.equal(registry.byResource('apps', 'v2', 'deployments'), undefined)
    assert.equal(registry.byResource('', 'v1', 'toString'), undefined)
    const autoscalers: readonly unknown[] = [HorizontalPodAutoscaler, HorizontalPodAutoscalerV1]
    assert.ok(autoscalers.includes(registry.stored('autoscaling', 'horizontalpodautoscalers')))
  })

  it('orders groups and versions as Kubernetes does', () => {
    assert.deepEqual(registry.groups.slice(0, 4), ['', 'apiregistration.k8s.io', 'apps', 'events.k8s.io'])
    assert.deepEqual(registry.versions('autoscaling'), ['v2', 'v1'])
    const versions = ['v1beta1', 'v2', 'foo1', 'v1', 'v11alpha2', 'v10', 'v3beta1', 'foo10', 'v12alpha1']
    assert.deepEqual(versions.sort(compareVersions), [
      'v10',
      'v2',
      'v1',
      'v3beta1',
      'v1beta1',
      'v12alpha1',
      'v11alpha2',
      'foo1',
      'foo10',
    ])
  })

  it('turns away what cannot be served', () => {
    assert.throws(() => kindRegistry([Pod, Pod]), /two kinds claim/)
    assert.throws(() => kindRegistry([{ ...Pod, stored: false }]), /no stored version/)
  })

  it('names groups and versions', () => {
    assert.equal(groupVersion(Pod), 'v1')
    assert.equal(groupVersion(Deployment), 'apps/v1')
    assert.deepEqual(gvkOf(Deployment), { group: 'apps', version: 'v1', kind: 'Deployment' })
    assert.deepEqual(parseGroupVersion('apps/v1'), { group: 'apps', version: 'v1' })
    assert.deepEqual(parseGroupVersion('v1'), { group: '', version: 'v1' })
    assert.equal(parseGroupVersion('a/b/c'), undefined)
    assert.equal(parseGroupVersion('apps/'), undefined)
  })
})
