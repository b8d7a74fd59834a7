import fc from 'fast-check'
import type { RecordedEvent } from '@periplus/log'
import { mutableCut } from '@periplus/projection'
import type { LoadableCut } from '@periplus/projection'

export const nodes = ['n1', 'n2.example'] as const

/** Something that becomes of an object; `undefined`: it is deleted. */
export interface Write {
  readonly group: string
  readonly resource: string
  readonly namespace: string
  readonly name: string
  readonly object: Readonly<Record<string, unknown>> | undefined
}

const one = <A>(...values: readonly A[]) => fc.constantFrom(...values)
const maybe = <A>(value: fc.Arbitrary<A>) => fc.option(value, { nil: undefined })

const write = (
  group: string,
  resource: string,
  namespace: string,
  name: fc.Arbitrary<string>,
  object: fc.Arbitrary<Readonly<Record<string, unknown>>>,
): fc.Arbitrary<Write> =>
  fc
    .tuple(name, fc.oneof({ weight: 3, arbitrary: object }, { weight: 1, arbitrary: fc.constant(undefined) }))
    .map(([name, object]) => ({ group, resource, namespace, name, object }))

const pods = write(
  ...(['', 'pods', 'a'] as const),
  one('p0', 'p1'),
  fc
    .record({
      node: maybe(one(...nodes)),
      configMap: maybe(one('c0', 'c1')),
      secret: maybe(one('s0')),
      claim: maybe(one('v0', 'v1')),
      ip: maybe(one('10.0.0.1', '10.0.0.2')),
      label: one('x', 'y'),
      phase: one('Running', 'Succeeded'),
      mirror: one(false, false, true),
    })
    .map(({ node, configMap, secret, claim, ip, label, phase, mirror }) => ({
      metadata: { labels: { label }, ...(mirror ? { annotations: { 'kubernetes.io/config.mirror': 'h' } } : {}) },
      spec: {
        ...(node === undefined ? {} : { nodeName: node }),
        containers: [
          {
            name: 'c',
            image: 'i',
            env: secret === undefined ? [] : [{ name: 'E', valueFrom: { secretKeyRef: { name: secret, key: 'k' } } }],
          },
        ],
        volumes: [
          ...(configMap === undefined ? [] : [{ name: 'one', configMap: { name: configMap } }]),
          ...(claim === undefined ? [] : [{ name: 'two', persistentVolumeClaim: { claimName: claim } }]),
        ],
      },
      status: { phase, ...(ip === undefined ? {} : { podIP: ip }) },
    })),
)

/** Of all kinds that the feed is about, and one that it is not. */
export const writes: fc.Arbitrary<Write> = fc.oneof(
  { weight: 4, arbitrary: pods },
  write('', 'configmaps', 'a', one('c0', 'c1'), one({ data: { k: '1' } }, { data: { k: '2' } })),
  write('', 'configmaps', 'kube-system', one('nats-servers'), one({ data: { servers: '[]' } })),
  write('', 'secrets', 'a', one('s0', 's1'), one({ type: 'Opaque', data: { k: 'c2VjcmV0' } })),
  {
    weight: 2,
    arbitrary: write(
      ...(['', 'persistentvolumeclaims', 'a'] as const),
      one('v0', 'v1'),
      maybe(one('w0', 'w1')).map(volumeName => ({ spec: volumeName === undefined ? {} : { volumeName } })),
    ),
  },
  {
    weight: 2,
    arbitrary: write(
      ...(['', 'persistentvolumes', ''] as const),
      one('w0', 'w1'),
      maybe(one('s0', 's1')).map(name => ({
        spec:
          name === undefined
            ? {}
            : { csi: { driver: 'd', volumeHandle: 'h', nodeStageSecretRef: { namespace: 'a', name } } },
      })),
    ),
  },
  write(
    ...(['', 'nodes', ''] as const),
    one(...nodes),
    maybe(one('w0', 'w1')).map(name => ({
      spec: { podCIDR: '10.1.0.0/24' },
      status: { volumesInUse: name === undefined ? [] : [`periplus.io/local-path/${name}`], images: [] },
    })),
  ),
  write(
    ...(['coordination.k8s.io', 'leases', 'kube-node-lease'] as const),
    one(...nodes),
    one({ spec: { renewTime: '1' } }, { spec: { renewTime: '2' } }),
  ),
  write(
    ...(['storage.k8s.io', 'volumeattachments', ''] as const),
    one('va'),
    one(...nodes).map(nodeName => ({ spec: { attacher: 'd', nodeName, source: {} } })),
  ),
  write('metrics.k8s.io', 'pods', 'a', one('p0'), one({ window: '1s', containers: [] })),
  write('', 'services', 'a', one('web'), one({ spec: { clusterIP: '1.1.1.1' } }, { spec: { clusterIP: '1.1.1.2' } })),
  write(
    ...(['networking.k8s.io', 'networkpolicies', 'a'] as const),
    one('np'),
    one<Readonly<Record<string, unknown>>>(
      { spec: { podSelector: {} } },
      { spec: { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { label: 'x' } } }] }] } },
      { spec: { podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] } },
    ),
  ),
  write('', 'namespaces', '', one('a'), one({ metadata: { labels: { l: '1' }, managedFields: [] } })),
  write('apps', 'deployments', 'a', one('d'), one({ spec: { replicas: 1 } })),
)

/** A log of a few objects, and its cut. */
export const smallWorld = () => {
  const cut: LoadableCut = mutableCut({ recentLimit: 1 })
  let births = 0
  return {
    cut,
    write: ({ group, resource, namespace, name, object }: Write): void => {
      const ref = { group, resource, namespace, name }
      const before = cut.entry(ref)
      if (!before && !object) return
      const uid = before ? before.object().metadata.uid : `uid-${++births}`
      const { metadata, ...rest } = object ?? {}
      const given = {
        ...rest,
        metadata: { ...(metadata as object | undefined), name, ...(namespace === '' ? {} : { namespace }), uid },
      }
      const event: RecordedEvent = {
        ...{ ref, uid, sequence: cut.sequence + 1, id: `e${cut.sequence}`, previous: 0, time: '' },
        type: !before ? 'created' : object ? 'spec-changed' : 'deleted',
        origin: { actor: 'user:test', component: 'test', causes: [], correlationId: 'test' },
        body: Buffer.from(JSON.stringify(given)),
      }
      cut.apply([event])
    },
  }
}
