import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import type { KubernetesObject } from '@periplus/api'
import { cutOf } from '@periplus/controller'
import { trace } from '../../src/roles/trace/trace.ts'

const object = (apiVersion: string, kind: string, name: string, more: object, namespaced = true) =>
  ({ apiVersion, kind, metadata: { name, ...(namespaced ? { namespace: 'shop' } : {}) }, ...more }) as KubernetesObject

const labelled = (made: KubernetesObject, labels: Record<string, string>): KubernetesObject => ({
  ...made,
  metadata: { ...made.metadata, labels },
})

const pod = (name: string, ip: string, ready: boolean, labels: Record<string, string> = {}): KubernetesObject =>
  labelled(
    object('v1', 'Pod', name, {
      spec: {
        nodeName: 'here',
        containers: [{ name: 'c', image: 'x', ports: [{ name: 'http', containerPort: 8080 }] }],
      },
      status: {
        phase: 'Running',
        podIP: ip,
        podIPs: [{ ip }],
        conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      },
    }),
    labels,
  )

const service = (name: string, spec: object) =>
  object('v1', 'Service', name, {
    spec: { ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' }], ...spec },
  })

const slice = (of: string, endpoints: readonly object[]) =>
  labelled(
    object('discovery.k8s.io/v1', 'EndpointSlice', `${of}-1`, {
      ...{ addressType: 'IPv4', ports: [{ name: 'http', port: 8080, protocol: 'TCP' }], endpoints },
    }),
    { 'kubernetes.io/service-name': of },
  )

const endpoint = (ip: string, ready: boolean) => ({ addresses: [ip], nodeName: 'here', conditions: { ready } })

/** A cluster of plain processes: its machine's address is that of all pods, who are told apart by their ports. */
const machine = '192.0.2.7'
const process = (name: string, port: number, labels: Record<string, string> = {}): KubernetesObject => ({
  ...pod(name, machine, true, labels),
  ...{
    spec: {
      nodeName: 'plain',
      containers: [{ name: 'c', image: 'x', ports: [{ name: 'http', containerPort: port }] }],
    },
  },
})
const portOf = (of: string, port: number, pods: readonly string[]) =>
  labelled(
    object('discovery.k8s.io/v1', 'EndpointSlice', `${of}-${port}`, {
      ...{ addressType: 'IPv4', ports: [{ name: 'http', port, protocol: 'TCP' }] },
      endpoints: pods.map(name => ({
        ...{ addresses: [machine], nodeName: 'plain', conditions: { ready: true } },
        targetRef: { kind: 'Pod', namespace: 'shop', name },
      })),
    }),
    { 'kubernetes.io/service-name': of },
  )
const processes = [
  object('v1', 'Namespace', 'shop', {}, false),
  object('v1', 'Node', 'plain', { status: { nodeInfo: { containerRuntimeVersion: 'process://1' } } }, false),
  process('client', 9000),
  process('web-1', 18081, { app: 'web' }),
  process('web-2', 18082, { app: 'web' }),
  service('web', { clusterIP: '127.64.0.5', clusterIPs: ['127.64.0.5'], selector: { app: 'web' } }),
  portOf('web', 18081, ['web-1']),
  portOf('web', 18082, ['web-2']),
  service('taken', {
    ...{ clusterIP: '127.64.0.6', clusterIPs: ['127.64.0.6'], selector: { app: 'web' } },
    ports: [{ name: 'http', port: 9000, protocol: 'TCP', targetPort: 18081 }],
  }),
  portOf('taken', 18081, ['web-1']),
  service('own', {
    ...{ clusterIP: '127.64.0.7', clusterIPs: ['127.64.0.7'], selector: { app: 'web' } },
    ports: [{ name: 'http', port: 18082, protocol: 'TCP', targetPort: 18082 }],
  }),
  portOf('own', 18082, ['web-2']),
  service('none', { clusterIP: '127.64.0.8', clusterIPs: ['127.64.0.8'], selector: { app: 'none' } }),
  object('networking.k8s.io/v1', 'NetworkPolicy', 'deny', { spec: { podSelector: {}, policyTypes: ['Ingress'] } }),
]

const world = [
  object('v1', 'Namespace', 'shop', {}, false),
  object('v1', 'Node', 'here', {}, false),
  pod('client', '10.244.1.2', true),
  pod('web-1', '10.244.1.3', true, { app: 'web' }),
  pod('web-2', '10.244.1.4', false, { app: 'web' }),
  service('web', { clusterIP: '10.96.0.5', clusterIPs: ['10.96.0.5'], selector: { app: 'web' } }),
  slice('web', [endpoint('10.244.1.3', true), endpoint('10.244.1.4', false)]),
  service('none', { clusterIP: '10.96.0.6', clusterIPs: ['10.96.0.6'], selector: { app: 'none' } }),
  service('db', { clusterIP: 'None', clusterIPs: ['None'], selector: { app: 'web' } }),
  slice('db', [endpoint('10.244.1.3', true)]),
  service('outside', { type: 'ExternalName', externalName: 'www.example.org' }),
]

const lines = (name: string, port?: string, more: readonly KubernetesObject[] = [], of = world): readonly string[] => {
  const traced = trace(cutOf([...of, ...more]), { namespace: 'shop', pod: 'client', service: name, port })
  if (E.isLeft(traced)) return [traced.left]
  return traced.right.map(([about, what]) => `${about}: ${what}`)
}

describe('a trace from a pod to a service', () => {
  it('tells name, address, rule, every endpoint and why, policies on both ends, and where it ends', () => {
    const [from, name, address, rule, ...rest] = lines('web')
    assert.equal(from, 'from: pod shop/client (10.244.1.2) on node here')
    assert.equal(name, 'name: web.shop.svc.cluster.local is 10.96.0.5')
    assert.equal(address, 'address: 10.96.0.5:80/TCP is service shop/web, port http')
    assert.match(rule ?? '', /^rule: chain c-[0-9a-f]{16} leads to the one endpoint, at random$/)
    assert.deepEqual(rest, [
      'endpoint: web-1 is in: it is selected and ready',
      'endpoint: web-2 is not ready: it is not ready',
      'policies: out, to shop/web-1: free, no policy is about it',
      'policies: into shop/web-1: free, no policy is about it',
      'ends: at shop/web-1 (10.244.1.3:8080 on node here)',
    ])
  })

  it('ends where a policy blocks it, and says which', () => {
    const deny = object('networking.k8s.io/v1', 'NetworkPolicy', 'deny', {
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    })
    assert.deepEqual(lines('web', 'http', [deny]).slice(-2), [
      'policies: into shop/web-1: blocked: none of shop/deny lets it through',
      'ends: without an answer where policies block it: shop/web-1 (10.244.1.3:8080 on node here)',
    ])
  })

  it('knows names as the pod would write them, names for others, and names that are none', () => {
    for (const name of ['web', 'web.shop', 'web.shop.svc', 'web.shop.svc.cluster.local', '10.96.0.5'])
      assert.equal(lines(name).at(-1), 'ends: at shop/web-1 (10.244.1.3:8080 on node here)', name)
    assert.equal(lines('db', 'http').at(-1), 'ends: at shop/web-1 (10.244.1.3:8080 on node here)')
    assert.equal(lines('outside').at(-1), 'ends: outside of the cluster, at www.example.org')
    assert.equal(lines('other').at(-1), 'ends: here: the name other is not found')
  })

  it('ends at once where nobody answers', () => {
    assert.equal(lines('none').at(-1), 'ends: at the node, refused at once')
    assert.equal(lines('web', '81').at(-1), 'ends: at the node, refused at once')
    assert.ok(lines('web', '81').includes('rule: refused: the service has no such port'))
  })

  it('goes over the relays of plain processes, past no policy, to pods that are told apart by their ports', () => {
    const there = (name: string, port?: string) => lines(name, port, [], processes)
    const free = 'free, network policies are not in force among plain processes'
    assert.deepEqual(there('web').slice(3), [
      "rule: none: the node's agent listens there, and hands on to one of 2 endpoints, at random",
      'endpoint: web-1 is in: it is selected and ready',
      'endpoint: web-2 is in: it is selected and ready',
      ...['web-1', 'web-2'].flatMap(name => [
        `policies: out, to shop/${name}: ${free}`,
        `policies: into shop/${name}: ${free}`,
      ]),
      `ends: at shop/web-1 (${machine}:18081 on node plain), or shop/web-2 (${machine}:18082 on node plain)`,
    ])
    assert.equal(there('own').at(-1), `ends: at shop/web-2 (${machine}:18082 on node plain)`)
    assert.equal(there(machine, '9000').at(-1), `ends: at shop/client (${machine}:9000 on node plain)`)
    assert.equal(there('none').at(-1), 'ends: at the node, refused at once')
    assert.equal(there('web', '81').at(-1), 'ends: at the node, refused at once')
  })

  it('ends at a node of plain processes that does not hand a service on, of which its endpoints tell, too', () => {
    const why = 'the port is that of a pod on this node'
    assert.deepEqual(lines('taken', undefined, [], processes).slice(3), [
      `rule: none, and nobody listens there for the service: ${why}`,
      'endpoint: web-1 is in: it is selected and ready',
      'endpoint: web-2 is in: it is selected and ready',
      `endpoint: 127.64.0.6:9000 is out: node plain, whose pods are plain processes, does not hand it on: ${why}`,
      'ends: at the node, which does not hand it on',
    ])
  })

  it('says what it cannot be asked', () => {
    assert.deepEqual(lines('web', 'grpc'), ["'grpc' is no port of service shop/web"])
    const nobody = trace(cutOf(world), { namespace: 'shop', pod: 'nobody', service: 'web', port: undefined })
    assert.deepEqual(nobody, E.left('there is no pod nobody in namespace shop'))
  })
})
