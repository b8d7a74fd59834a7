import assert from 'node:assert/strict'
import fc from 'fast-check'
import { E } from '@periplus/prelude'
import {
  applyDefaults,
  conform,
  decodeProtobuf,
  encodeMessage,
  encodeProtobuf,
  groupVersion,
  ObjectMeta,
  schema,
  statusOf,
  travelsAsProtobuf,
} from '@periplus/api'
import type { Decodable, Kind } from '@periplus/api'
import {
  ConfigMap,
  ControllerRevision,
  Deployment,
  Event,
  Job,
  Lease,
  Node,
  Pod,
  Secret,
  Service,
  SubjectAccessReview,
  TokenReview,
  ValidatingAdmissionPolicy,
} from '@periplus/kinds'
import { decodeMessage } from '../../src/protobuf/decode-message.ts'
import { valueOf } from '../arbitrary-value.ts'
import { messageTypeOf } from './independent-codec.ts'

const strict = { fieldValidation: 'Strict' } as const
const bytes = (...parts: readonly (number | string | Uint8Array)[]): Buffer =>
  Buffer.concat(parts.map(part => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part as string))))
/** A length-delimited field. */
const field = (number: number, ...content: readonly (number | string | Uint8Array)[]): Buffer => {
  const inner = bytes(...content)
  const length = inner.length < 128 ? bytes(inner.length) : bytes((inner.length & 127) | 128, inner.length >> 7)
  return bytes((number << 3) | 2, length, inner)
}
const body = (apiVersion: string, kind: string, raw: Uint8Array): Buffer =>
  bytes('k8s\0', field(1, field(1, apiVersion), field(2, kind)), field(2, raw), field(3), field(4))

const decoded = <A>(kind: Decodable<A>, given: Uint8Array): A => {
  const result = decodeProtobuf(kind, given, strict)
  assert.ok(E.isRight(result), E.isLeft(result) ? statusOf(result.left).message : '')
  return result.right.object
}
const refusal = (kind: Decodable, given: Uint8Array): string => {
  const result = decodeProtobuf(kind, given, strict)
  assert.ok(E.isLeft(result))
  const status = statusOf(result.left)
  return `${status.code} ${status.message}`
}

describe('protobuf', () => {
  it('reads what a Go client writes: zero values of everything that is no pointer', () => {
    const metadata = field(
      1,
      field(1, 'web'),
      field(2),
      field(3, 'default'),
      field(4),
      field(5),
      field(6),
      bytes(0x38, 0),
      field(8),
      field(11, field(1, 'app'), field(2, 'web')),
    )
    const strategy = field(4, field(1))
    const container = field(
      2,
      field(1, 'c'),
      field(2, 'nginx'),
      field(5),
      field(6, bytes(0x10, 0), bytes(0x18, 80), field(4), field(5), field(1)),
      field(8),
      bytes(0x80, 1, 0),
    )
    const template = field(3, field(1, field(1)), field(2, container, bytes(0x20, 30), bytes(0x58, 0)))
    const selector = field(2, field(1, field(1, 'app'), field(2, 'web')))
    const spec = field(2, bytes(0x08, 0), selector, template, strategy, bytes(0x28, 0), bytes(0x38, 0))
    assert.deepEqual(decoded(Deployment, body('apps/v1', 'Deployment', bytes(metadata, spec, field(3)))), {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: {},
          spec: {
            containers: [{ name: 'c', image: 'nginx', ports: [{ containerPort: 80 }], resources: {} }],
            terminationGracePeriodSeconds: 30,
          },
        },
        strategy: {},
      },
      status: {},
    })
  })

  it('nests on the wire what JSON shows flat', () => {
    const name = { valueFrom: { configMapKeyRef: { name: 'config', key: 'k', optional: false } }, name: 'E' }
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: {
        containers: [{ name: 'c', env: [name], resources: {} }],
        volumes: [{ name: 'v', hostPath: { path: '/tmp' } }],
      },
    }
    const written = encodeProtobuf(Pod.schema, pod)
    assert.ok(written.includes(field(3, field(1, field(1, 'config')), field(2, 'k'), bytes(0x18, 0))))
    assert.ok(written.includes(field(1, field(1, 'v'), field(2, field(1, field(1, '/tmp'))))))
    assert.deepEqual(decoded(Pod, written), { ...pod, status: {} })
  })

  it('reads packed and unpacked lists, skips unknown numbers, and takes the last of what is repeated', () => {
    const spec = (...parts: Uint8Array[]): Buffer =>
      body('v1', 'Pod', bytes(field(1, field(1, 'p')), field(2, field(2, field(1, 'c')), ...parts)))
    const groups = (list: Uint8Array): unknown =>
      decoded(Pod, spec(field(14, list))).spec?.securityContext?.supplementalGroups
    assert.deepEqual(groups(bytes(0x20, 1, 0x20, 0xac, 2)), [1, 300])
    assert.deepEqual(groups(field(4, 1, 0xac, 2)), [1, 300])
    assert.deepEqual(groups(bytes(0xf8, 0x3f, 7, field(4, 5), 0xf9, 0x3f, '12345678', 0xfd, 0x3f, '1234')), [5])
    assert.equal(decoded(Pod, spec(field(10, 'a'), field(10, 'b'))).spec?.nodeName, 'b')
  })

  it('knows Kubernetes own messages: quantities, times, numbers or text, raw JSON, lists in maps', () => {
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'l' },
      spec: { renewTime: '2026-01-01T00:00:00.123456Z', holderIdentity: '' },
    }
    assert.deepEqual(decoded(Lease, encodeProtobuf(Lease.schema, lease)), lease)
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user: 'u', extra: { scopes: ['a', 'b'] } },
    }
    const written = encodeProtobuf(SubjectAccessReview.schema, review)
    assert.ok(written.includes(field(5, field(1, 'scopes'), field(2, field(1, 'a'), field(1, 'b')))))
    assert.deepEqual(decoded(SubjectAccessReview, written).spec, review.spec)
    const revision = { apiVersion: 'apps/v1', kind: 'ControllerRevision', data: { args: ['a && b < c'] }, revision: 1 }
    const raw = encodeProtobuf(ControllerRevision.schema, revision)
    assert.ok(raw.includes('{"args":["a \\u0026\\u0026 b \\u003c c"]}'), 'as Go writes it, which compares the bytes')
    assert.deepEqual(decoded(ControllerRevision, raw).data, revision.data)
  })

  it('refuses what is malformed, with 400 and nothing else (property)', () => {
    assert.match(refusal(Pod, bytes('{"kind":"Pod"}')), /^400 provided data does not appear to be a protobuf message/)
    assert.equal(refusal(Pod, body('v1', 'Pod', bytes(0x0a, 0x7f))), '400 unexpected EOF')
    assert.equal(refusal(Pod, body('v1', 'Pod', bytes(0x0b))), '400 proto: illegal wireType 3')
    assert.match(refusal(Pod, body('v1', 'Pod', bytes(0x08, 1))), /^400 proto: wrong wireType = 0 for field metadata/)
    assert.match(
      refusal(Pod, body('v1', 'Service', bytes())),
      /^400 Service in version "v1" cannot be handled as a Pod/,
    )
    const good = encodeProtobuf(Pod.schema, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', labels: { a: 'b' } },
      spec: { containers: [{ name: 'c' }] },
    } as object)
    fc.assert(
      fc.property(fc.nat(good.length - 5), fc.uint8Array({ minLength: 1, maxLength: 4 }), (at, noise) => {
        const damaged = Buffer.concat([good.subarray(0, at + 4), noise, good.subarray(at + 4 + noise.length)])
        const result = decodeProtobuf(Pod, damaged, strict)
        if (E.isLeft(result)) assert.ok([400, 422].includes(statusOf(result.left).code))
      }),
      { numRuns: 300 },
    )
  })

  it('refuses types whose wire form is not known, rather than lose fields', () => {
    const { optional, string, struct } = schema
    const unnumbered = struct('example.Odd', {
      spec: optional(2, struct('example.OddSpec', { a: optional(undefined, string) })),
    })
    assert.equal(travelsAsProtobuf(unnumbered), false)
    const kind = { group: 'example.com', version: 'v1', kind: 'Odd', schema: unnumbered }
    const rest = { prune: (members: object) => members, openApi: { properties: {} } }
    const custom = struct('com.example.v1.Custom', { metadata: optional(1, ObjectMeta) }, { rest })
    assert.equal(travelsAsProtobuf(custom), false)
    assert.match(refusal(kind, body('example.com/v1', 'Odd', bytes())), /^415 /)
  })

  const kinds: readonly Kind[] = [
    ConfigMap,
    Deployment,
    Event,
    Job,
    Node,
    Pod,
    Secret,
    Service,
    TokenReview,
    ValidatingAdmissionPolicy,
  ]
  for (const kind of kinds)
    it(`agrees with another implementation of protobuf about every ${kind.kind} (property)`, () => {
      const type = messageTypeOf(kind.schema)
      fc.assert(
        fc.property(valueOf(kind.schema), value => {
          const object = conform(kind.schema, applyDefaults(kind.schema as never, value as never)).value as object
          const named = { ...object, apiVersion: groupVersion(kind), kind: kind.kind }
          const written = encodeMessage(kind.schema, named)
          const again = type.encode(type.decode(written)).finish()
          assert.deepEqual(decodeMessage(kind.schema, again), decodeMessage(kind.schema, written))
        }),
        { numRuns: 10 },
      )
    })
})
