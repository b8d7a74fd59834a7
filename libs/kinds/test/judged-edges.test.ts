import assert from 'node:assert/strict'
import {
  ControllerRevision,
  CronJob,
  Deployment,
  EndpointSlice,
  Endpoints,
  HorizontalPodAutoscaler,
  Ingress,
  NetworkPolicy,
  Node,
  PersistentVolume,
  Pod,
  ReplicationController,
  Service,
  StatefulSet,
  StorageClass,
  podQosClass,
} from '@periplus/kinds'
import type { Kind } from '@periplus/api'
import { refusedFor, row, updateRefusedFor } from './support/accepted.ts'

const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const metadata = { name: 'web', namespace: 'default' }
const backend = { service: { name: 'web', port: { number: 80 } } }
const metric = (containerResource: object) => ({
  metadata,
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    maxReplicas: 2,
    metrics: [{ type: 'ContainerResource', containerResource }],
  },
})
const target = { type: 'Utilization', averageUtilization: 50 }

const refusals: readonly (readonly [string, Kind, object, readonly string[]])[] = [
  [
    'a host that is an address with zeros before it',
    Ingress as Kind,
    { metadata, spec: { rules: [{ host: '010.0.0.1' }], defaultBackend: backend } },
    ['spec.rules[0].host: Invalid value: "010.0.0.1": must be a DNS name, not an IP address'],
  ],
  [
    'a host that is an address, and no name either',
    Ingress as Kind,
    { metadata, spec: { rules: [{ host: '::1' }], defaultBackend: backend } },
    [
      'spec.rules[0].host: Invalid value: "::1": must be a DNS name, not an IP address',
      `spec.rules[0].host: Invalid value: "::1": ${subdomain}`,
    ],
  ],
  [
    'a certificate for no host',
    Ingress as Kind,
    { metadata, spec: { defaultBackend: backend, tls: [{ hosts: [''] }] } },
    [`spec.tls[0].hosts[0]: Invalid value: "": ${subdomain}`],
  ],
  [
    'networks of a node of which one cannot be read',
    Node as Kind,
    { metadata: { name: 'a' }, spec: { podCIDR: '10.0.0.0/24', podCIDRs: ['10.0.0.0/24', 'x'] } },
    [
      'spec.podCIDRs[1]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      'spec.podCIDRs: Internal error: invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[1]: <nil> (invalid CIDR address: x)',
      'spec.podCIDRs: Invalid value: ["10.0.0.0/24","x"]: may specify no more than one CIDR for each IP family',
    ],
  ],
  [
    'a local volume that is said to be somewhere, and not where',
    PersistentVolume as Kind,
    {
      metadata: { name: 'a' },
      spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1' }, local: { path: '/a' }, nodeAffinity: {} },
    },
    ['spec.nodeAffinity.required: Required value: must specify required node constraints'],
  ],
  [
    'a resource of a container that none has, of a container that none is called',
    HorizontalPodAutoscaler as Kind,
    metric({ name: 'web', container: '-a', target }),
    [
      'spec.metrics[0].containerResource.name: Invalid value: "web": must be a standard resource type or fully qualified',
      'spec.metrics[0].containerResource.name: Invalid value: "web": must be a standard resource for containers',
      "spec.metrics[0].containerResource.container: Invalid value: \"-a\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ],
  ],
  [
    'pods down to none by what no pods have',
    HorizontalPodAutoscaler as Kind,
    (({ spec, ...rest }) => ({ ...rest, spec: { ...spec, minReplicas: 0 } }))(
      metric({ name: 'cpu', container: 'a', target }),
    ),
    [
      'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
      'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
    ],
  ],
]

const podSpec = { containers: [{ name: 'a', image: 'a', terminationMessagePolicy: 'File' }] }
const template = { metadata: { labels: { app: 'a' } }, spec: podSpec }

describe("what Kubernetes' own code was asked about at the edges", () => {
  for (const [what, kind, object, expected] of refusals)
    it(`refuses ${what}`, () => assert.deepEqual(refusedFor(kind, object as never), expected))

  it('lets no Service change the port that its balancer asks', () => {
    const service = (healthCheckNodePort: number) => ({
      metadata,
      spec: {
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Local',
        clusterIP: '10.0.0.1',
        ports: [{ port: 80 }],
        healthCheckNodePort,
      },
    })
    assert.deepEqual(updateRefusedFor(Service, service(30001), service(30000)), [
      'spec.healthCheckNodePort: Forbidden: field is immutable',
    ])
  })

  it('refuses clients that are to stay for no time, where no time that is said is the default', () => {
    const service = {
      metadata,
      spec: {
        ...{ clusterIP: 'None', ports: [{ port: 80 }], sessionAffinity: 'ClientIP' },
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 0 } },
      },
    }
    assert.deepEqual(refusedFor(Service, service), [
      'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than 86400',
    ])
  })

  it('says once what is wrong with a schedule that names a zone', () => {
    const job = { metadata, spec: { schedule: 'TZ=UTC * * * * *', jobTemplate: { spec: { template } } } }
    const told = refusedFor(CronJob, job as never).filter(text => text.startsWith('spec.schedule'))
    assert.deepEqual(told, [
      'spec.schedule: Invalid value: "TZ=UTC * * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
    ])
  })

  it('warns of what a template of a ReplicationController will not do', () => {
    const controller = { metadata, spec: { template: { ...template, spec: { ...podSpec, imagePullSecrets: [{}] } } } }
    assert.deepEqual(ReplicationController.warnings?.(controller as never, undefined), [
      'spec.template.spec.imagePullSecrets[0].name: invalid empty name ""',
    ])
  })

  it('warns of a part of a byte that claims of a StatefulSet are to have', () => {
    const resources = { requests: { storage: '100m' } }
    const set = { metadata, spec: { template, volumeClaimTemplates: [{ spec: { resources } }] } }
    const told = 'resources.requests[storage]: fractional byte value "100m" is invalid, must be an integer'
    assert.deepEqual(StatefulSet.warnings?.(set as never, undefined), [`spec.volumeClaimTemplates[0].${told}`])
    assert.deepEqual(StatefulSet.warnings?.(set as never, set as never), [`spec.volumeClaimTemplates[0].Spec.${told}`])
  })

  it('warns of volumes and addresses as they were of old', () => {
    const volume = {
      metadata: { name: 'a', annotations: { 'volume.beta.kubernetes.io/storage-class': 'a' } },
      spec: { persistentVolumeReclaimPolicy: 'Recycle', storageos: {} },
    }
    assert.deepEqual(PersistentVolume.warnings?.(volume as never, undefined), [
      'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead',
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
      'spec.storageOS: deprecated in v1.22, non-functional in v1.25+',
    ])
    const subsets = [{ addresses: [{ ip: '010.0.0.1' }], notReadyAddresses: [{ ip: '::ffff:1.2.3.4' }] }]
    const told = (path: string, ip: string, canonical: string): string =>
      `${path}: non-standard IP address "${ip}" will be considered invalid in a future Kubernetes release: use "${canonical}"`
    assert.deepEqual(Endpoints.warnings?.({ metadata, subsets } as never, undefined), [
      told('subsets[0].addresses[0].ip', '010.0.0.1', '10.0.0.1'),
      told('subsets[0].notReadyAddresses[0].ip', '::ffff:1.2.3.4', '1.2.3.4'),
    ])
  })

  it('has the class of a pod from its own resources, where it has some, though they say nothing', () => {
    const resources = { requests: { cpu: '1' } }
    const pod = { metadata, spec: { resources: {}, containers: [{ name: 'a', resources }] } }
    assert.equal(podQosClass(pod as never), 'BestEffort')
  })

  it('warns of a StatefulSet that keeps all its revisions', () => {
    const set = { metadata, spec: { template, revisionHistoryLimit: -1 } }
    assert.deepEqual(StatefulSet.warnings?.(set as never, undefined), [
      'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
    ])
  })

  it('tells an empty word from one that is missing', () => {
    const modes = 'supported values: "Immediate", "WaitForFirstConsumer"'
    const storage = { metadata: { name: 'a' }, provisioner: 'a', reclaimPolicy: 'Delete', volumeBindingMode: '' }
    assert.deepEqual(refusedFor(StorageClass, storage as never), [`volumeBindingMode: Unsupported value: "": ${modes}`])
    const slice = { metadata, addressType: 'IPv4', endpoints: [], ports: [{ name: 'a', port: 80, protocol: '' }] }
    assert.deepEqual(refusedFor(EndpointSlice, slice as never), [
      'ports[0].protocol: Unsupported value: "": supported values: "SCTP", "TCP", "UDP"',
    ])
  })

  it('warns of sources that are none, and of blocks of addresses that others read otherwise', () => {
    const pod = { metadata, spec: { ...podSpec, volumes: [{ name: 'all', projected: { sources: [{}] } }] } }
    assert.deepEqual(Pod.warnings?.(pod as never, undefined), ['volume "all" (Projected) has no sources provided'])
    const resolving = { metadata, spec: { ...podSpec, dnsConfig: { nameservers: ['10.0.0.1', '010.0.0.2'] } } }
    assert.deepEqual(Pod.warnings?.(resolving as never, undefined), [
      'spec.dnsConfig.nameservers[1]: non-standard IP address "010.0.0.2" will be considered invalid in a future Kubernetes release: use "10.0.0.2"',
    ])
    const peer = { ipBlock: { cidr: '010.0.0.0/8', except: ['010.1.0.0/16'] } }
    const policy = { metadata, spec: { podSelector: {}, ingress: [{ from: [peer] }], egress: [{ to: [peer] }] } }
    const said = (path: string, cidr: string): string =>
      `${path}: non-standard CIDR value "0${cidr}" will be considered invalid in a future Kubernetes release: use "${cidr}"`
    assert.deepEqual(NetworkPolicy.warnings?.(policy as never, undefined), [
      said('spec.ingress[0].from[0].ipBlock.cidr', '10.0.0.0/8'),
      said('spec.ingress[0].from[0].ipBlock.except[0]', '10.1.0.0/16'),
      said('spec.egress[0].to[0].ipBlock.cidr', '10.0.0.0/8'),
      said('spec.egress[0].to[0].ipBlock.except[0]', '10.1.0.0/16'),
    ])
  })

  it('prints what is not there as Kubernetes does', () => {
    const scaled = (status: object) =>
      row(HorizontalPodAutoscaler, {
        metadata,
        spec: {
          scaleTargetRef: { kind: 'Deployment', name: 'web' },
          maxReplicas: 2,
          metrics: [
            { type: 'Pods', pods: { metric: { name: 'a' }, target: { type: 'AverageValue', averageValue: '1' } } },
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization' } } },
          ],
        },
        status,
      } as never)['Targets']
    assert.equal(scaled({ currentMetrics: [{ pods: {} }] }), '<nil>/1, cpu: <unknown>/<auto>')
    assert.equal(scaled({}), '<unknown>/1, cpu: <unknown>/<auto>')
    assert.equal(row(Deployment, { metadata, spec: { selector: {}, template } } as never)['Selector'], '')
    assert.equal(row(Service, { metadata, spec: { type: 'A' } } as never)['External-IP'], '<unknown>')
    const ports = [{ port: 80, nodePort: -1, protocol: 'TCP' }]
    assert.equal(row(Service, { metadata, spec: { ports } } as never)['Port(s)'], '80/TCP')
    const labels = { '': 'v1', '-x': 'http' }
    assert.equal(
      row(ReplicationController, { metadata, spec: { selector: labels } } as never)['Selector'],
      '-x=http,=v1',
    )
    assert.equal(row(Ingress, { metadata, spec: { ingressClassName: '' } } as never)['Class'], '')
    const owned = { ...metadata, ownerReferences: [{ apiVersion: '', kind: '', name: '', uid: '', controller: true }] }
    assert.equal(row(ControllerRevision, { metadata: owned, revision: 1 } as never)['Controller'], '')
  })
})
