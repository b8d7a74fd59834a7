import assert from 'node:assert/strict'
import { ConfigMap, Endpoints, Event, Namespace, Node, Secret, Service } from '@periplus/kinds'
import type { ServiceSpec } from '@periplus/kinds'
import { complaints, created, defaulted, refusedFor, row, updateRefusedFor } from './support/accepted.ts'

const service = (spec: Partial<ServiceSpec>): Service => ({ metadata: { name: 'web' }, spec })

describe('services', () => {
  it('are completed by their type', () => {
    assert.deepEqual(created(Service, service({ ports: [{ port: 80 }], selector: { app: 'web' } })).spec, {
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      selector: { app: 'web' },
      sessionAffinity: 'None',
      type: 'ClusterIP',
      internalTrafficPolicy: 'Cluster',
    })
    const balanced = created(Service, service({ type: 'LoadBalancer', ports: [{ port: 80 }] })).spec
    assert.equal(balanced?.externalTrafficPolicy, 'Cluster')
    assert.equal(balanced?.allocateLoadBalancerNodePorts, true)
  })

  it('need ports, each with a name where there are several', () => {
    assert.deepEqual(refusedFor(Service, service({})), ['spec.ports: Required value'])
    assert.deepEqual(refusedFor(Service, service({ clusterIP: 'None' })), [])
    assert.deepEqual(refusedFor(Service, service({ ports: [{ port: 80 }, { name: 'b', port: 81 }] })), [
      'spec.ports[0].name: Required value',
    ])
    assert.deepEqual(refusedFor(Service, service({ ports: [{ port: 80, nodePort: 30080 }] })), [
      "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ])
  })

  it('keep the address that they were given', () => {
    const before = service({ ports: [{ port: 80 }], clusterIP: '10.0.0.7' })
    assert.deepEqual(updateRefusedFor(Service, service({ ports: [{ port: 80 }] }), before), [])
    assert.deepEqual(updateRefusedFor(Service, service({ ports: [{ port: 80 }], clusterIP: '10.0.0.8' }), before), [
      'spec.clusterIPs[0]: Invalid value: "10.0.0.8": may not change once set',
    ])
  })

  it('are shown as kubectl shows them', () => {
    const object = service({
      type: 'NodePort',
      clusterIP: '10.0.0.7',
      ports: [
        { port: 80, nodePort: 30080, protocol: 'TCP' },
        { port: 53, protocol: 'UDP' },
      ],
    })
    const { Type, 'Cluster-IP': ip, 'External-IP': external, 'Port(s)': ports, Selector } = row(Service, object)
    assert.deepEqual(
      [Type, ip, external, ports, Selector],
      ['NodePort', '10.0.0.7', '<none>', '80:30080/TCP,53/UDP', '<none>'],
    )
    assert.equal(row(Service, service({ type: 'LoadBalancer' }))['External-IP'], '<pending>')
  })
})

describe('nodes', () => {
  it('are shown as kubectl shows them', () => {
    const cells = row(Node, {
      metadata: {
        name: 'one',
        creationTimestamp: '2025-12-31T03:04:05Z',
        labels: { 'node-role.kubernetes.io/control-plane': '', 'node-role.kubernetes.io/worker': '' },
      },
      spec: { unschedulable: true },
      status: {
        conditions: [{ type: 'Ready', status: 'True' }],
        addresses: [{ type: 'InternalIP', address: '192.0.2.1' }],
      },
    })
    assert.deepEqual(Object.values(cells), [
      'one',
      'Ready,SchedulingDisabled',
      'control-plane,worker',
      '2d',
      '',
      '192.0.2.1',
      '<none>',
      '<unknown>',
      '<unknown>',
      '<unknown>',
    ])
    assert.equal(row(Node, { metadata: { name: 'two' } })['Status'], 'Unknown')
  })

  it('can give away what they do not keep back', () => {
    const node = created(Node, { metadata: { name: 'one' }, status: { capacity: { cpu: '2' } } })
    assert.deepEqual(node.status, { capacity: { cpu: '2' }, allocatable: { cpu: '2' } })
  })

  it('have each taint once', () => {
    const taint = { key: 'a', effect: 'NoSchedule' }
    assert.deepEqual(refusedFor(Node, { metadata: { name: 'one' }, spec: { taints: [taint, taint] } }), [
      'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair',
    ])
  })
})

describe('namespaces', () => {
  it('begin active, held, and labelled with their name', () => {
    const { metadata, spec, status } = created(Namespace, { metadata: { name: 'team' } })
    assert.deepEqual(metadata?.labels, { 'kubernetes.io/metadata.name': 'team' })
    assert.deepEqual([spec, status], [{ finalizers: ['kubernetes'] }, { phase: 'Active' }])
  })

  it('lose their finalizer through the subresource only', () => {
    const before = created(Namespace, { metadata: { name: 'team' } })
    assert.deepEqual(Namespace.prepareForUpdate?.({ ...before, spec: {} }, before).spec, { finalizers: ['kubernetes'] })
  })
})

describe('ConfigMaps and secrets', () => {
  it('take text and keep base64', () => {
    const secret = created(Secret, { metadata: { name: 's' }, stringData: { password: 'geheim' } })
    assert.deepEqual(secret, { metadata: { name: 's' }, data: { password: 'Z2VoZWlt' }, type: 'Opaque' })
    assert.deepEqual(row(Secret, secret)['Data'], 1)
  })

  it('refuse keys that are no file names, and what is missing for the type', () => {
    assert.match(
      refusedFor(ConfigMap, { metadata: { name: 'c' }, data: { 'a/b': '' } })[0] ?? '',
      /^data\[a\/b\]: Invalid value: "a\/b": a valid config key must consist of/,
    )
    assert.deepEqual(
      refusedFor(Secret, { metadata: { name: 's' }, type: 'kubernetes.io/tls', data: { 'tls.crt': '' } }),
      ['data[tls.key]: Required value'],
    )
    assert.deepEqual(refusedFor(ConfigMap, { metadata: { name: 'c' }, data: { a: 'x'.repeat(1024 * 1024 + 1) } }), [
      ': Too long: may not be more than 1048576 bytes',
    ])
  })

  it('stay as they are once immutable', () => {
    const before: ConfigMap = { metadata: { name: 'c' }, immutable: true, data: { a: '1' } }
    assert.deepEqual(updateRefusedFor(ConfigMap, { ...before, data: { a: '2' } }, before), [
      'data: Forbidden: field is immutable when `immutable` is set',
    ])
    const secret: Secret = { metadata: { name: 's' } }
    assert.deepEqual(updateRefusedFor(Secret, { ...secret, type: 'other' }, secret), [
      'type: Invalid value: "other": field is immutable',
    ])
  })
})

describe('events', () => {
  const event: Event = {
    metadata: { name: 'e', namespace: 'default' },
    involvedObject: { kind: 'Pod', name: 'web', namespace: 'default' },
    reason: 'Killing',
    type: 'Normal',
    message: 'Stopping container web\n',
    source: { component: 'kubelet', host: 'one' },
    firstTimestamp: '2026-01-02T02:00:00Z',
    lastTimestamp: '2026-01-02T03:04:00Z',
    count: 3,
  }

  it('are shown as kubectl shows them', () => {
    assert.deepEqual(Object.values(row(Event, event)), [
      '5s',
      'Normal',
      'Killing',
      'pod/web',
      '',
      'kubelet, one',
      'Stopping container web',
      '64m',
      3,
      'e',
    ])
  })

  it('live beside what they are about', () => {
    const elsewhere = { ...event, involvedObject: { ...event.involvedObject, namespace: 'other' } }
    assert.deepEqual(complaints(Event.validate?.(defaulted(Event, elsewhere))), [
      'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
    ])
  })

  it('can be selected by what they are about', () => {
    assert.equal(Event.selectableFields['involvedObject.name']?.(event), 'web')
    assert.equal(Event.selectableFields['source']?.(event), 'kubelet')
  })
})

describe('endpoints', () => {
  it('show three addresses at most', () => {
    const addresses = ['1', '2', '3', '4'].map(last => ({ ip: `192.0.2.${last}` }))
    const cells = row(Endpoints, { metadata: { name: 'web' }, subsets: [{ addresses, ports: [{ port: 80 }] }] })
    assert.equal(cells['Endpoints'], '192.0.2.1:80,192.0.2.2:80,192.0.2.3:80 + 1 more...')
  })
})
