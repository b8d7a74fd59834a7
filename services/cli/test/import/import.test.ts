import assert from 'node:assert/strict'
import type { KubernetesObject } from '@periplus/api'
import type { Restorable } from '@periplus/replay'
import { ownedHere, withoutRefused } from '../../src/import/carry-over.ts'
import { planImport } from '../../src/import/plan-import.ts'
import { carriedKinds } from '../../src/import/read-source.ts'
import type { Resource } from '../../src/past/resources.ts'

const one = (place: string, namespace: string | undefined, name: string, more: object = {}, meta: object = {}) => {
  const [resource = '', ...group] = place.split('.')
  const metadata = { name, uid: `uid of ${name}`, ...(namespace === undefined ? {} : { namespace }), ...meta }
  return { group: group.join('.'), resource, object: { metadata, ...more } as KubernetesObject } as Restorable
}
const controlledBy = (kind: string, name: string, apiVersion = 'apps/v1') => ({
  ownerReferences: [{ apiVersion, kind, name, uid: `uid of ${name}`, controller: true }],
})
const names = (those: readonly Restorable[]): readonly string[] =>
  those.map(({ resource, object }) => `${resource}/${object.metadata?.name ?? ''}`)

const shop = one('namespaces', undefined, 'shop')
const web = one('deployments.apps', 'shop', 'web')
const crd = one('customresourcedefinitions.apiextensions.k8s.io', undefined, 'tills.example.com', {
  spec: { group: 'example.com' },
})
const till = one('tills.example.com', 'shop', 'till')

describe('what is carried over from another cluster', () => {
  it('comes in an order in which each finds what it names, webhooks last', () => {
    const there = [
      one('validatingwebhookconfigurations.admissionregistration.k8s.io', undefined, 'gate'),
      one('pods', 'shop', 'alone'),
      web,
      one('configmaps', 'shop', 'settings', {}, controlledBy('Till', 'till', 'example.com/v1')),
      till,
      one('priorityclasses.scheduling.k8s.io', undefined, 'urgent'),
      shop,
      crd,
    ]
    assert.deepEqual(names(planImport(there, [], new Set()).creations.map(({ of }) => of)), [
      'namespaces/shop',
      'customresourcedefinitions/tills.example.com',
      'priorityclasses/urgent',
      'tills/till',
      'configmaps/settings',
      'pods/alone',
      'deployments/web',
      'validatingwebhookconfigurations/gate',
    ])
  })

  it('is nothing that a controller makes, and nothing of the cluster itself', () => {
    const there = [
      ...[web, one('replicasets.apps', 'shop', 'web-1', {}, controlledBy('Deployment', 'web'))],
      one('pods', 'shop', 'web-1-a', {}, controlledBy('ReplicaSet', 'web-1')),
      one('pods', 'kube-system', 'scheduler'),
      one('namespaces', undefined, 'kube-system'),
      one(
        'clusterroles.rbac.authorization.k8s.io',
        undefined,
        'view',
        {},
        {
          labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
        },
      ),
      one('services', 'default', 'kubernetes'),
      one('serviceaccounts', 'shop', 'default'),
      one('configmaps', 'shop', 'kube-root-ca.crt'),
      one('priorityclasses.scheduling.k8s.io', undefined, 'system-node-critical'),
      one('persistentvolumes', undefined, 'disk'),
    ]
    const plan = planImport(there, [], new Set())
    assert.deepEqual(names(plan.creations.map(({ of }) => of)), ['deployments/web'])
    assert.deepEqual(names(plan.left.map(({ of }) => of)), ['persistentvolumes/disk'])
    assert.equal(plan.revisions, 1)
  })

  it('is nothing that has a namesake here', () => {
    const plan = planImport([shop, web], [{ ...shop }], new Set())
    assert.deepEqual(names(plan.creations.map(({ of }) => of)), ['deployments/web'])
    assert.deepEqual(names(plan.present), ['namespaces/shop'])
  })

  it('is of some namespaces only, with the definitions of what is in them', () => {
    const there = [
      ...[crd, one('customresourcedefinitions.apiextensions.k8s.io', undefined, 'x', { spec: { group: 'x.com' } })],
      ...[shop, till, one('namespaces', undefined, 'else'), one('configmaps', 'else', 'there')],
      one('clusterroles.rbac.authorization.k8s.io', undefined, 'ours'),
    ]
    assert.deepEqual(names(planImport(there, [], new Set(['shop'])).creations.map(({ of }) => of)), [
      'namespaces/shop',
      'customresourcedefinitions/tills.example.com',
      'tills/till',
    ])
  })

  it('is read in a version that both clusters serve', () => {
    const kind = (version: string, resource: string): Resource => ({
      ...{ group: 'autoscaling', version, kind: 'K', resource, singular: '', shortNames: [], namespaced: true },
      verbs: ['list', 'create'],
    })
    const kinds = carriedKinds([kind('v3', 'hpas'), kind('v2', 'hpas'), kind('v1', 'new')], [kind('v2', 'hpas')])
    assert.deepEqual(
      kinds.map(({ there, here }) => [there.resource, there.version, here?.version]),
      [
        ['hpas', 'v2', 'v2'],
        ['new', 'v1', undefined],
      ],
    )
  })
})

describe('an object that is made in another cluster', () => {
  it('is owned by whoever has its owner’s place there', () => {
    const { object } = one('pods', 'shop', 'p', {}, controlledBy('ReplicaSet', 'web'))
    assert.equal(ownedHere(object, new Map([['uid of web', 'new']]))?.metadata?.ownerReferences?.[0]?.uid, 'new')
    assert.equal(ownedHere(object, new Map()), undefined)
  })

  it('does without an address or a port that is somebody else’s there, and says so', () => {
    const spec = { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ports: [{ port: 80, nodePort: 30_001 }] }
    const { object } = one('services', 'shop', 's', { spec })
    const other = withoutRefused(object, 'Service "s" is invalid: spec.clusterIPs: Invalid value')
    assert.deepEqual(other?.service, { ...object, spec: { ports: spec.ports } })
    assert.match(other.note, /10\.0\.0\.1 cannot be had/)
    const less = withoutRefused(other.service, 'spec.ports[0].nodePort: Invalid value: 30001: provided port is')
    assert.deepEqual(less?.service, { ...object, spec: { ports: [{ port: 80 }] } })
    assert.equal(withoutRefused(less.service, 'spec.ports[0].nodePort: Invalid value'), undefined)
    const headless = one('services', 'shop', 's', { spec: { clusterIP: 'None', clusterIPs: ['None'] } })
    assert.equal(withoutRefused(headless.object, 'spec.clusterIPs: Invalid value'), undefined)
  })
})
