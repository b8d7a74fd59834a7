import assert from 'node:assert/strict'
import { conform } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import { CSIDriver, EndpointSlice, Node, PersistentVolumeClaim, Secret, Service } from '@periplus/kinds'
import { created } from './support/accepted.ts'

const metadata = { name: 'web', namespace: 'default', labels: { app: 'web' } }

/** As a client's body is read: what is missing has Go's zero value. */
const read = <A extends KubernetesObject>(kind: Kind<A>, body: object): A =>
  conform(kind.schema, { metadata, ...body }).value as A
const warned = <A extends KubernetesObject>(kind: Kind<A>, body: object, before?: object): readonly string[] =>
  kind.warnings?.(created(kind, read(kind, body)), before && created(kind, read(kind, before))) ?? []

describe("warnings that Kubernetes' own code gives", () => {
  it('are of addresses that are not written as everybody writes them', () => {
    const spec = {
      clusterIP: '::ffff:1.2.3.4',
      clusterIPs: ['::ffff:1.2.3.4'],
      externalIPs: ['010.0.0.1', 'FE80::1', '10.0.0.1'],
      loadBalancerSourceRanges: ['10.0.0.1/8', '010.0.0.0/8', 'FE80::/64'],
      ports: [{ port: 80 }],
      type: 'LoadBalancer',
    }
    assert.deepEqual(warned(Service, { spec }), [
      'spec.clusterIPs[0]: non-standard IP address "::ffff:1.2.3.4" will be considered invalid in a future Kubernetes release: use "1.2.3.4"',
      'spec.externalIPs[0]: non-standard IP address "010.0.0.1" will be considered invalid in a future Kubernetes release: use "10.0.0.1"',
      'spec.externalIPs[1]: IPv6 address "FE80::1" should be in RFC 5952 canonical format ("fe80::1")',
      'spec.loadBalancerSourceRanges[0]: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)',
      'spec.loadBalancerSourceRanges[1]: non-standard CIDR value "010.0.0.0/8" will be considered invalid in a future Kubernetes release: use "10.0.0.0/8"',
      'spec.loadBalancerSourceRanges[2]: IPv6 CIDR value "FE80::/64" should be in RFC 5952 canonical format ("fe80::/64")',
    ])
  })

  it('are of what has no effect', () => {
    assert.deepEqual(
      warned(Service, { spec: { externalName: 'x', trafficDistribution: 'PreferClose', ports: [{ port: 80 }] } }),
      [
        'spec.externalName is ignored when spec.type is not "ExternalName"',
        'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
      ],
    )
    assert.deepEqual(warned(Node, { spec: { externalID: 'x' } }), [
      'spec.externalID: this field is deprecated, and is unused by Kubernetes',
    ])
    const claim = { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1500m' } } } }
    assert.deepEqual(warned(PersistentVolumeClaim, claim), [
      'spec.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer',
    ])
    const slice = { addressType: 'FQDN', endpoints: [] }
    assert.deepEqual(warned(EndpointSlice, slice), ['spec.addressType: FQDN endpoints are deprecated'])
    assert.deepEqual(warned(EndpointSlice, slice, slice), [])
    const asking = { spec: { tokenRequests: [{ audience: 'a' }] } }
    assert.equal(warned(CSIDriver, asking).length, 1)
    assert.deepEqual(warned(CSIDriver, asking, asking), [])
  })

  it('are of certificates and keys that are none', () => {
    const block = (type: string): string => `-----BEGIN ${type}-----\nYQ==\n-----END ${type}-----\n`
    const [certificate, key] = [block('CERTIFICATE'), block('EC PRIVATE KEY')]
    const of = (...texts: readonly [string, string]): readonly string[] => {
      const [crt, own] = texts.map(text => Buffer.from(text).toString('base64'))
      return warned(Secret, { type: 'kubernetes.io/tls', data: { 'tls.crt': crt, 'tls.key': own } })
    }
    assert.deepEqual(of(certificate, block('EC PARAMETERS') + key), [])
    assert.deepEqual(of('a', key), ['tls: failed to find any PEM data in certificate input'])
    assert.deepEqual(of(certificate, 'a'), ['tls: failed to find any PEM data in key input'])
    assert.deepEqual(of(certificate, certificate), [
      'tls: found a certificate rather than a key in the PEM for the private key',
    ])
    assert.deepEqual(of(key, key), [
      'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
    ])
  })
})
