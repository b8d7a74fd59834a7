import assert from 'node:assert/strict'
import { conform } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import {
  ControllerRevision,
  DaemonSet,
  EndpointSlice,
  Job,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  PriorityClass,
  RuntimeClass,
} from '@periplus/kinds'
import { created, refusedFor, updateRefusedFor } from './support/accepted.ts'

const metadata = { name: 'web', namespace: 'default', labels: { app: 'web' } }
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'x:1' }] } }

/** As a client's body is read: what is missing has Go's zero value. */
const read = <A extends KubernetesObject>(kind: Kind<A>, body: object): A =>
  conform(kind.schema, { metadata, ...body }).value as A

describe("other objects that Kubernetes' own code was asked about", () => {
  it('keep what may not change, in its words', () => {
    assert.deepEqual(updateRefusedFor(PriorityClass, read(PriorityClass, { value: 2 }), read(PriorityClass, {})), [
      'value: Forbidden: may not be changed in an update.',
    ])
    assert.equal(created(PriorityClass, read(PriorityClass, {})).value, 0)
    assert.deepEqual(
      updateRefusedFor(RuntimeClass, read(RuntimeClass, { handler: 'a' }), read(RuntimeClass, { handler: 'b' })),
      ['handler: Invalid value: "a": field is immutable'],
    )
    assert.deepEqual(updateRefusedFor(Node, read(Node, { spec: { externalID: 'a' } }), read(Node, { spec: {} })), [
      'spec.externalID: Forbidden: may not be updated',
    ])
    const claim = (volumeMode: string): PersistentVolumeClaim =>
      read(PersistentVolumeClaim, {
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeMode },
      })
    assert.ok(
      updateRefusedFor(PersistentVolumeClaim, claim('Block'), claim('Filesystem')).includes(
        'volumeMode: Invalid value: "Block": field is immutable',
      ),
    )
  })

  it('count the templates of a DaemonSet, and none twice that leaves out what is filled in', () => {
    const annotation = 'deprecated.daemonset.template.generation'
    const set = (changes: object): DaemonSet =>
      read(DaemonSet, { spec: { selector: { matchLabels: { app: 'web' } }, template: { ...template, ...changes } } })
    const before = created(DaemonSet, set({}))
    const countOf = (next: DaemonSet): string | undefined =>
      DaemonSet.prepareForUpdate?.(next, before as never).metadata?.annotations?.[annotation]
    assert.equal(before.spec?.template?.spec?.restartPolicy, 'Always')
    assert.deepEqual([countOf(set({})), countOf(before)], ['1', '1'])
    assert.equal(countOf(set({ metadata: { labels: { app: 'web', tier: 'back' } } })), '2')
  })

  it('keep endpoints that are as they were, and count writes of what no slice has any more', () => {
    const slice = (addressType: string, address: string, more: object = {}): EndpointSlice =>
      read(EndpointSlice, { addressType, endpoints: [{ addresses: [address], ...more }], ports: [] })
    assert.deepEqual(refusedFor(EndpointSlice, slice('IPv6', '010.0.0.1')), [
      'endpoints[0].addresses[0]: Invalid value: "010.0.0.1": must not have leading 0s',
    ])
    assert.deepEqual(refusedFor(EndpointSlice, slice('IPv6', 'FD00::1')), [
      'endpoints[0].addresses[0]: Invalid value: "FD00::1": must be in canonical form ("fd00::1")',
    ])
    assert.deepEqual(updateRefusedFor(EndpointSlice, slice('IPv6', '10.0.0.1'), slice('IPv4', '10.0.0.1')), [
      'addressType: Invalid value: "IPv6": field is immutable',
    ])
    const before = { ...slice('IPv4', '10.0.0.1'), metadata: { ...metadata, generation: 3 } }
    const next = EndpointSlice.prepareForUpdate?.(
      slice('IPv4', '10.0.0.1', { deprecatedTopology: { a: 'b' } }),
      before as never,
    )
    assert.deepEqual([next?.metadata?.generation, next?.endpoints], [4, before.endpoints])
  })

  it('keep the data of a revision, which is asked for once', () => {
    const revision = (data: object): ControllerRevision =>
      read(ControllerRevision, { apiVersion: 'apps/v1', kind: 'ControllerRevision', revision: 1, ...data })
    const before = revision({ data: { a: 1, b: [] } })
    assert.deepEqual(refusedFor(ControllerRevision, revision({})), ['data: Required value: data is mandatory'])
    assert.deepEqual(updateRefusedFor(ControllerRevision, revision({}), before), [
      'data: Invalid value: null: field is immutable',
    ])
    assert.deepEqual(updateRefusedFor(ControllerRevision, revision({ data: { a: 2, b: [] } }), before), [
      'data: Invalid value: {"a":2,"b":[]}: field is immutable',
    ])
    assert.deepEqual(updateRefusedFor(ControllerRevision, revision({ data: { b: [], a: 1 } }), before), [])
  })

  it('change indexes with how many run, and keep labels that were made for them', () => {
    const job = (spec: object): Job => {
      const meta = { ...metadata, uid: 'u' }
      const body = {
        completionMode: 'Indexed',
        completions: 3,
        parallelism: 1,
        template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } },
        ...spec,
      }
      return created(Job, read(Job, { metadata: meta, spec: body }))
    }
    const before = job({})
    const more = { ...before, spec: { ...before.spec, completions: 4 } } as Job
    assert.deepEqual(updateRefusedFor(Job, more, before), [
      'spec.completions: Invalid value: 4: can only be modified in tandem with spec.parallelism',
    ])
    assert.deepEqual(updateRefusedFor(Job, { ...more, spec: { ...more.spec, parallelism: 4 } } as Job, before), [])
    const bare = {
      ...before,
      spec: { ...before.spec, template: { ...before.spec?.template, metadata: { labels: {} } } },
    }
    assert.ok(
      updateRefusedFor(Job, bare as Job, before).includes(
        "spec.template.metadata.labels[controller-uid]: Required value: must be 'u'",
      ),
    )
  })

  it('are told of tolerations twice, of a second source, and of no way to update at all', () => {
    const twice = {
      handler: 'a',
      scheduling: { tolerations: [{ operator: 'Exists' }, { operator: 'Exists', tolerationSeconds: 1, effect: '' }] },
    }
    assert.ok(
      refusedFor(RuntimeClass, read(RuntimeClass, twice)).some(text =>
        text.startsWith('scheduling.tolerations[1]: Duplicate value'),
      ),
    )
    const spec = {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: '/d' },
      flexVolume: { driver: 'a/b' },
    }
    assert.deepEqual(refusedFor(PersistentVolume, read(PersistentVolume, { spec })), [])
    const selector = { matchLabels: { app: 'web' } }
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } }
    assert.deepEqual(refusedFor(DaemonSet, read(DaemonSet, { spec: { selector, template, updateStrategy } })), [
      'spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0',
    ])
  })

  it('drop what a kubelet takes no more', () =>
    assert.deepEqual(created(Node, read(Node, { spec: { configSource: { configMap: {} } } })).spec, {}))
})
