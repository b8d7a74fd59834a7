import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { applyStrategicPatch, schema, statusOf } from '@periplus/api'
import type { Schema } from '@periplus/api'
import { Deployment, Pod, Service } from '@periplus/kinds'

const patched = (of: Schema<unknown>, on: unknown, patch: unknown): unknown => {
  const before = JSON.stringify(on)
  const result = applyStrategicPatch(of, on, patch)
  assert.ok(E.isRight(result), E.isLeft(result) ? statusOf(result.left).message : '')
  assert.equal(JSON.stringify(on), before, 'the document was changed')
  return result.right
}
const refused = (of: Schema<unknown>, on: unknown, patch: unknown): string => {
  const result = applyStrategicPatch(of, on, patch)
  assert.ok(E.isLeft(result))
  const status = statusOf(result.left)
  return `${status.code} ${status.message}`
}
const podSpec = (spec: unknown): unknown => ({ spec })
const pod = (on: unknown, patch: unknown): unknown =>
  (patched(Pod.schema, podSpec(on), podSpec(patch)) as { spec: unknown }).spec

describe('strategic merge patch', () => {
  it('merges objects, replaces scalars and plain lists, deletes with null', () => {
    assert.deepEqual(
      patched(
        Deployment.schema,
        { metadata: { labels: { a: '1', b: '2' } }, spec: { replicas: 1, paused: true } },
        { metadata: { labels: { a: null, c: '3' } }, spec: { replicas: 2 } },
      ),
      { metadata: { labels: { b: '2', c: '3' } }, spec: { replicas: 2, paused: true } },
    )
    assert.deepEqual(
      pod({ containers: [{ name: 'a', args: ['1', '2'] }] }, { containers: [{ name: 'a', args: ['3'] }] }),
      { containers: [{ name: 'a', args: ['3'] }] },
    )
  })

  it('merges lists by their merge key, as kubectl set image does', () => {
    const containers = [
      { name: 'a', image: 'x:1', env: [{ name: 'E', value: '1' }] },
      { name: 'b', image: 'y:1' },
    ]
    assert.deepEqual(pod({ containers }, { containers: [{ name: 'b', image: 'y:2' }] }), {
      containers: [containers[0], { name: 'b', image: 'y:2' }],
    })
    assert.deepEqual(pod({ containers }, { containers: [{ name: 'a', env: [{ name: 'F', value: '2' }] }] }), {
      containers: [
        {
          name: 'a',
          image: 'x:1',
          env: [
            { name: 'F', value: '2' },
            { name: 'E', value: '1' },
          ],
        },
        containers[1],
      ],
    })
    assert.deepEqual(pod({}, { containers: [{ name: 'a', image: null, env: [{ name: 'E', $patch: 'delete' }] }] }), {
      containers: [{ name: 'a', env: [] }],
    })
  })

  it('merges numbers as keys: the ports of a service', () => {
    const ports = [
      { port: 80, name: 'http' },
      { port: 443, name: 'https' },
    ]
    assert.deepEqual(
      patched(Service.schema, { spec: { ports } }, { spec: { ports: [{ port: 443, targetPort: 8443 }] } }),
      {
        spec: {
          ports: [
            { port: 80, name: 'http' },
            { port: 443, name: 'https', targetPort: 8443 },
          ],
        },
      },
    )
  })

  it('carries out $patch: delete and replace in lists and objects', () => {
    const containers = [{ name: 'a' }, { name: 'b' }]
    assert.deepEqual(pod({ containers }, { containers: [{ name: 'a', $patch: 'delete' }] }), {
      containers: [{ name: 'b' }],
    })
    assert.deepEqual(pod({ containers }, { containers: [{ $patch: 'replace' }, { name: 'c' }] }), {
      containers: [{ name: 'c' }],
    })
    assert.deepEqual(pod({ containers, nodeName: 'n' }, { $patch: 'replace', containers: [] }), { containers: [] })
    assert.deepEqual(pod({ securityContext: { fsGroup: 1 } }, { securityContext: { $patch: 'delete' } }), {
      securityContext: {},
    })
    assert.deepEqual(pod({ nodeSelector: { a: 'b' } }, { nodeSelector: { $patch: 'replace', c: 'd' } }), {
      nodeSelector: { c: 'd' },
    })
  })

  it('takes an order that names one key twice, as kubectl writes it for a port of two protocols', () => {
    const [udp, tcp] = ['UDP', 'TCP'].map(protocol => ({ name: protocol.toLowerCase(), port: 53, protocol }))
    const order = [{ port: 53 }, { port: 53 }]
    assert.deepEqual(
      patched(
        Service.schema,
        { spec: { ports: [udp] } },
        { spec: { '$setElementOrder/ports': order, ports: [udp, tcp] } },
      ),
      { spec: { ports: [tcp] } },
    )
  })

  it('keeps the order that $setElementOrder gives, server-only elements between', () => {
    const server = [{ name: 'injected' }, { name: 'a' }, { name: 'b' }, { name: 'late' }]
    assert.deepEqual(
      pod(
        { containers: server },
        {
          '$setElementOrder/containers': [{ name: 'b' }, { name: 'c' }, { name: 'a' }],
          containers: [{ name: 'c', image: 'z' }],
        },
      ),
      { containers: [{ name: 'injected' }, { name: 'b' }, { name: 'c', image: 'z' }, { name: 'a' }, { name: 'late' }] },
    )
    assert.deepEqual(
      pod({ containers: server.slice(1, 3) }, { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] }),
      {
        containers: [{ name: 'b' }, { name: 'a' }],
      },
    )
    assert.deepEqual(pod({}, { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'a' }] }), {
      containers: [{ name: 'a' }],
    })
    assert.deepEqual(pod({}, { '$setElementOrder/containers': [{ name: 'a' }] }), {})
  })

  it('is what kubectl apply sends when a container is renamed', () => {
    assert.deepEqual(
      pod(
        { containers: [{ name: 'old', image: 'x', ports: [{ containerPort: 80, protocol: 'TCP' }] }] },
        {
          '$setElementOrder/containers': [{ name: 'new' }],
          containers: [
            { image: 'x', name: 'new', ports: [{ containerPort: 80 }] },
            { $patch: 'delete', name: 'old' },
          ],
        },
      ),
      { containers: [{ image: 'x', name: 'new', ports: [{ containerPort: 80 }] }] },
    )
  })

  it('merges lists of scalars as sets, and deletes from them', () => {
    const metadata = (on: unknown, patch: unknown): unknown =>
      (patched(Pod.schema, { metadata: on }, { metadata: patch }) as { metadata: unknown }).metadata
    assert.deepEqual(metadata({ finalizers: ['a', 'b'] }, { finalizers: ['b', 'c'] }), { finalizers: ['a', 'b', 'c'] })
    assert.deepEqual(
      metadata(
        { finalizers: ['a', 'b', 'c'] },
        { '$deleteFromPrimitiveList/finalizers': ['b'], '$setElementOrder/finalizers': ['c', 'd'], finalizers: ['d'] },
      ),
      { finalizers: ['a', 'c', 'd'] },
    )
    assert.deepEqual(metadata({}, { '$deleteFromPrimitiveList/finalizers': ['b'] }), {})
  })

  it('clears what $retainKeys does not name, as when a strategy or a volume changes its kind', () => {
    assert.deepEqual(
      patched(
        Deployment.schema,
        { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } },
        { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
      ),
      { spec: { strategy: { type: 'Recreate' } } },
    )
    assert.deepEqual(
      pod(
        { volumes: [{ name: 'v', emptyDir: {} }] },
        { volumes: [{ $retainKeys: ['name', 'hostPath'], name: 'v', hostPath: { path: '/x' } }] },
      ),
      { volumes: [{ name: 'v', hostPath: { path: '/x' } }] },
    )
    assert.equal(
      refused(
        Deployment.schema,
        { spec: { strategy: {} } },
        { spec: { strategy: { $retainKeys: ['type'], rollingUpdate: {} } } },
      ),
      '400 invalid patch format of retainKeys',
    )
  })

  it('refuses elements without their merge key, with 422 and never 500', () => {
    assert.equal(
      refused(Pod.schema, podSpec({ containers: [{ name: 'a' }] }), podSpec({ containers: [{ image: 'x' }] })),
      '422 the server rejected our request due to an error in our request: map: map[image:x] does not contain declared merge key: name',
    )
    assert.match(
      refused(Pod.schema, podSpec({ containers: [{ name: 'a' }] }), podSpec({ containers: [{ $patch: 'delete' }] })),
      /does not contain declared merge key: name$/,
    )
  })

  it('refuses what contradicts itself, with 400', () => {
    const on = podSpec({ containers: [{ name: 'a' }] })
    assert.match(
      refused(Pod.schema, on, { spec: { $patch: 'spin' } }),
      /^400 unknown patch type: spin in map: map\[\$patch:spin\]/,
    )
    assert.match(refused(Pod.schema, on, { spec: { $patch: 'merge' } }), /^400 unknown patch type: merge in map/)
    assert.match(
      refused(Pod.schema, on, podSpec({ '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'b' }] })),
      /^400 The order in patch list:/,
    )
    assert.match(refused(Pod.schema, on, podSpec({ '$setElementOrder/containers': 'a' })), /^400 /)
    assert.match(refused(Pod.schema, on, podSpec({ containers: ['a'] })), /^400 /)
    assert.match(refused(Pod.schema, on, [1]), /^400 /)
  })

  it('replaces raw JSON and lists without a merge strategy', () => {
    const { list, optional, rawAny, string, struct } = schema
    const of = struct('example.X', {
      raw: optional(1, rawAny),
      list: optional(2, list(struct('example.Y', { a: optional(1, string) }))),
    })
    assert.deepEqual(patched(of, { raw: [1, 2], list: [{ a: '1' }] }, { raw: [3], list: [{ a: '2' }] }), {
      raw: [3],
      list: [{ a: '2' }],
    })
  })

  it('orders nothing that has no elements, nor objects that nothing tells apart', () => {
    const order = { '$setElementOrder/tolerations': [], tolerations: [] }
    assert.match(refused(Pod.schema, podSpec({}), podSpec(order)), /^422 .*no elements in any of the given slices$/)
    assert.match(
      refused(Pod.schema, podSpec({ tolerations: [{ key: 'a' }] }), podSpec({ '$setElementOrder/tolerations': [] })),
      /^422 .*map\[key:a\] does not contain declared merge key: $/,
    )
  })

  it('takes elements that say more than what they hold only where the order still goes on', () => {
    const replaced = {
      '$setElementOrder/containers': [{ name: 'a' }],
      containers: [{ $patch: 'replace' }, { name: 'a' }],
    }
    assert.deepEqual(pod({ containers: [{ name: 'b' }] }, replaced), { containers: [{ name: 'a' }] })
    const late = { ...replaced, containers: replaced.containers.toReversed() }
    assert.match(
      refused(Pod.schema, podSpec({ containers: [{ name: 'b' }] }), podSpec(late)),
      /^400 The order in patch/,
    )
  })

  it('leaves out what is deleted of what is not there, and takes lists and objects that are replaced as they are', () => {
    assert.deepEqual(pod({}, { securityContext: { $patch: 'delete' }, nodeSelector: { a: null } }), {
      nodeSelector: {},
    })
    assert.deepEqual(
      pod({ containers: [{ name: 'a' }] }, { containers: [{ $patch: 'replace' }, { name: 'b' }, { name: 'b' }] }),
      {
        containers: [{ name: 'b' }, { name: 'b' }],
      },
    )
  })

  it('deletes from lists of objects by merging what is named', () => {
    const containers = [{ name: 'a', image: 'x' }]
    assert.deepEqual(pod({ containers }, { '$deleteFromPrimitiveList/containers': [{ name: 'a', image: 'y' }] }), {
      containers: [{ name: 'a', image: 'y' }],
    })
    assert.match(
      refused(Pod.schema, podSpec({ tolerations: [{}] }), podSpec({ '$deleteFromPrimitiveList/tolerations': [{}] })),
      /^422 .*cannot merge lists without merge key$/,
    )
  })

  it('is linear enough for long lists', () => {
    const many = (value: string) => Array.from({ length: 5000 }, (_, i) => ({ name: `V${i}`, value }))
    const result = pod({ containers: [{ name: 'a', env: many('1') }] }, { containers: [{ name: 'a', env: many('2') }] })
    assert.deepEqual(result, { containers: [{ name: 'a', env: many('2') }] })
  })
})
