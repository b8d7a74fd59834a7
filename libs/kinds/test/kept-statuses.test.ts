import assert from 'node:assert/strict'
import { conform } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import {
  CertificateSigningRequest,
  CronJob,
  DaemonSet,
  Deployment,
  Namespace,
  Node,
  PersistentVolume,
  Pod,
  Service,
  VolumeAttachment,
} from '@periplus/kinds'

const metadata = { name: 'web', namespace: 'default' }
const [early, late] = ['2026-01-02T03:04:05Z', '2026-01-02T03:04:06Z']

const read = <A extends KubernetesObject>(kind: Kind<A>, body: object): A =>
  conform(kind.schema, { metadata, ...body }).value as A

const approved = (lastUpdateTime: string): object => ({ type: 'Approved', status: 'True', lastUpdateTime })
const failed = { type: 'Failed', status: 'True' }
const running = (name: string): object => ({ name, state: { running: {} } })

describe('what is kept when a status is written', () => {
  const written = <A extends KubernetesObject>(kind: Kind<A>, next: object, previous: object): A => {
    const [is, was] = [read(kind, next), read(kind, previous)]
    return kind.prepareForStatusUpdate?.(is, was, late) ?? is
  }

  it('keep the class and generations of a pod, and its owners, and drop what is left off', () => {
    const owner = { apiVersion: 'v1', kind: 'Node', name: 'a', uid: '1' }
    const pod = written(
      Pod as Kind,
      {
        status: {
          resize: 'x',
          allocatedResources: { cpu: '1' },
          conditions: [
            { type: 'Ready', status: 'True' },
            { type: 'Ready', status: 'False', observedGeneration: 9 },
          ],
          containerStatuses: [{ ...running('web'), allocatedResourcesStatus: [{ name: 'cpu' }] }],
        },
      },
      {
        metadata: { ...metadata, ownerReferences: [owner] },
        status: {
          qosClass: 'Burstable',
          observedGeneration: 3,
          conditions: [
            { type: 'Ready', status: 'True', observedGeneration: 2 },
            { type: 'Ready', status: 'True', observedGeneration: 4 },
          ],
        },
      },
    ) as Pod
    assert.deepEqual(pod.metadata?.ownerReferences, [owner])
    const { status = {} } = pod
    assert.deepEqual(
      [status.qosClass, status.observedGeneration, status.resize, status.allocatedResources],
      ['Burstable', 3, 'x', undefined],
    )
    assert.deepEqual(
      status.conditions?.map(({ observedGeneration }) => observedGeneration),
      [2, 9],
    )
    assert.equal(status.containerStatuses?.[0]?.allocatedResourcesStatus, undefined)
  })

  it('note since when a volume is in its phase', () => {
    const since = (before: object, after: object): unknown =>
      (written(PersistentVolume as Kind, { status: after }, { status: before }) as PersistentVolume).status
        ?.lastPhaseTransitionTime
    const bound = { phase: 'Bound', lastPhaseTransitionTime: early }
    assert.equal(since(bound, { phase: 'Bound' }), early)
    assert.equal(since(bound, { phase: 'Released' }), late)
    assert.equal(since(bound, { ...bound, phase: 'Released' }), late)
    assert.equal(since({}, { phase: 'Pending' }), undefined)
  })

  it('leave labels of deployments, the count of templates, and all metadata of attachments', () => {
    const labels = { app: 'web' }
    const generation = 'deprecated.daemonset.template.generation'
    const before = { metadata: { ...metadata, labels, annotations: { [generation]: '4' } } }
    const of = (kind: Kind): KubernetesObject['metadata'] =>
      written(kind, { metadata: { ...metadata, annotations: { a: 'b' } } }, before).metadata
    assert.deepEqual(of(Deployment as Kind), { ...metadata, labels, annotations: { a: 'b' } })
    assert.deepEqual(of(DaemonSet as Kind), { ...metadata, annotations: { a: 'b', [generation]: '4' } })
    assert.deepEqual(of(VolumeAttachment as Kind), before.metadata)
    assert.deepEqual(of(CronJob as Kind), { ...metadata, annotations: { a: 'b' } })
  })

  it('keep verdicts on a request as they were given, and note when others were', () => {
    const before = { status: { conditions: [{ ...approved(early), lastTransitionTime: early }] } }
    const conditions = [{ type: 'Approved', status: 'True' }, failed]
    assert.deepEqual(
      (written(CertificateSigningRequest as Kind, { status: { conditions } }, before) as CertificateSigningRequest)
        .status?.conditions,
      [
        { ...approved(early), lastTransitionTime: early },
        { ...failed, lastUpdateTime: late, lastTransitionTime: late },
      ],
    )
  })

  it('leave a namespace nothing but finalizers with a domain', () =>
    assert.deepEqual(
      Namespace.validateFinalize?.(
        read(Namespace, { spec: { finalizers: ['kubernetes', 'x'] } }),
        read(Namespace, {}),
      ).map(({ field, message }) => `${field}: ${message}`),
      ['spec.finalizers[1]: Invalid value: "x": name is neither a standard finalizer name nor is it fully qualified'],
    ))

  it('take a configuration of a node only where there is one', () => {
    const config = { error: 'x' }
    const said = (before: object): unknown =>
      (written(Node as Kind, { status: { config } }, { status: before }) as Node).status?.config
    assert.deepEqual([said({}), said({ config: {} })], [undefined, config])
  })

  it('warn of addresses that are written in another way than everybody does', () => {
    assert.deepEqual(
      Pod.statusWarnings?.(
        read(Pod, { status: { podIPs: [{ ip: '010.0.0.1' }, { ip: 'FE80::1' }], hostIPs: [{ ip: '10.0.0.1' }] } }),
      ),
      [
        'status.podIPs[0].ip: non-standard IP address "010.0.0.1" will be considered invalid in a future Kubernetes release: use "10.0.0.1"',
        'status.podIPs[1].ip: IPv6 address "FE80::1" should be in RFC 5952 canonical format ("fe80::1")',
      ],
    )
    assert.deepEqual(
      Service.statusWarnings?.(read(Service, { status: { loadBalancer: { ingress: [{ ip: '::ffff:1.2.3.4' }] } } })),
      [
        'status.loadBalancer.ingress[0]: non-standard IP address "::ffff:1.2.3.4" will be considered invalid in a future Kubernetes release: use "1.2.3.4"',
      ],
    )
  })
})
