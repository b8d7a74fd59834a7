import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { decodeJson, decodeValue, statusOf } from '@periplus/api'
import type { Decodable, FieldValidation } from '@periplus/api'
import {
  CertificateSigningRequest,
  ConfigMap,
  CustomResourceDefinition,
  DeleteOptions,
  Deployment,
  Event,
  PersistentVolumeClaim,
  Secret,
} from '@periplus/kinds'

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', creationTimestamp: null },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
  },
}
const withSpec = (change: object): object => ({ ...deployment, spec: { ...deployment.spec, ...change } })
const withContainer = (container: unknown): object => withSpec({ template: { spec: { containers: [container] } } })

const accepted = (
  body: unknown,
  mode: FieldValidation = 'Strict',
  kind: Decodable = Deployment,
): Record<string, unknown> => {
  const decoded = decodeJson(kind, JSON.stringify(body), { fieldValidation: mode })
  assert.ok(E.isRight(decoded), E.isLeft(decoded) ? statusOf(decoded.left).message : '')
  return decoded.right.object as Record<string, unknown>
}
const refused = (body: unknown, mode: FieldValidation = 'Strict', kind: Decodable = Deployment): string => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const decoded = decodeJson(kind, text, { fieldValidation: mode })
  assert.ok(E.isLeft(decoded), text)
  const status = statusOf(decoded.left)
  return `${status.code} ${status.message}`
}
const cannot = (why: string): string => `400 Deployment in version "v1" cannot be handled as a Deployment: ${why}`

describe('decoding', () => {
  it('reads a schema that stands for a list of schemas like any other: what is empty is absent', () => {
    // As a client with protobuf sends it: text that is no pointer is always there.
    const inner = {
      $schema: '',
      id: '',
      type: 'object',
      properties: { age: { type: 'string', $schema: '' } },
      mystery: 1,
    }
    const definition = (items: unknown, additionalProperties: unknown) => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'foos.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'foos', kind: 'Foo' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: { bars: { type: 'array', items }, bazs: { type: 'object', additionalProperties } },
              },
            },
          },
        ],
      },
    })
    const kept = { type: 'object', properties: { age: { type: 'string' } } }
    assert.deepEqual(accepted(definition(inner, inner), 'Strict', CustomResourceDefinition), definition(kept, kept))
    assert.deepEqual(
      accepted(definition([inner], false), 'Strict', CustomResourceDefinition),
      definition([kept], false),
    )
  })

  it('accepts what fits, without nulls, and says what it is', () => {
    assert.deepEqual(accepted({ ...deployment, apiVersion: undefined, kind: undefined }), {
      ...deployment,
      metadata: { name: 'web' },
    })
  })

  it('refuses wrong types in the words of Go', () => {
    const cases: readonly (readonly [object, string])[] = [
      [
        withSpec({ replicas: '3' }),
        'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
      ],
      [
        withSpec({ replicas: 1.5 }),
        'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
      ],
      [
        withSpec({ replicas: 3e9 }),
        'json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32',
      ],
      [
        withSpec({ paused: 'yes' }),
        'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.paused of type bool',
      ],
      [
        { ...deployment, spec: [] },
        'json: cannot unmarshal array into Go struct field Deployment.spec of type v1.DeploymentSpec',
      ],
      [
        { ...deployment, metadata: { labels: { a: 1 } } },
        'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
      ],
      [
        { ...deployment, metadata: { labels: [] } },
        'json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type map[string]string',
      ],
      [
        withContainer({ name: 'a', env: [{ name: 'A', value: 1 }] }),
        'json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string',
      ],
      [
        withContainer('a'),
        'json: cannot unmarshal string into Go struct field PodSpec.spec.template.spec.containers of type v1.Container',
      ],
      [
        withSpec({ template: { spec: { containers: {} } } }),
        'json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
      ],
      [
        withContainer({ name: 'a', resources: { limits: { cpu: 'much' } } }),
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
      ],
      [
        { ...deployment, metadata: { creationTimestamp: 'yesterday' } },
        'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
      ],
    ]
    for (const [body, why] of cases) assert.equal(refused(body), cannot(why))
  })

  it('names the first wrong type of the text', () => {
    const body = { ...deployment, spec: { template: { spec: { containers: {} } }, replicas: 'x', selector: 1 } }
    assert.match(refused(body), /containers of type \[\]v1\.Container$/)
  })

  it('names the first of as many wrong ones as a body may have, numbering them once', () => {
    const data = Object.fromEntries(Array.from({ length: 19_000 }, (_, at) => [`k${at}`, at]))
    const decoded = decodeJson(ConfigMap, JSON.stringify({ data }), { fieldValidation: 'Strict' })
    assert.ok(E.isLeft(decoded))
    assert.match(
      statusOf(decoded.left).message ?? '',
      /cannot unmarshal number into Go struct field ConfigMap\.data of type string$/,
    )
  })

  it('refuses unknown and repeated fields strictly, in the order of the text', () => {
    assert.equal(
      refused(
        '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","labels":{"a":"1","a":"2"}},"spec":{"unknownField":1,"unknownField":2,"replicas":1,"replicas":2,' +
          '"selector":{},"template":{"spec":{"containers":[{"name":"a","odd":{"x":1,"x":2},"image":"b","image":"c"}]}}}}',
      ),
      cannot(
        'strict decoding error: duplicate field "metadata.labels.a", unknown field "spec.unknownField", duplicate field "spec.replicas", ' +
          'unknown field "spec.template.spec.containers[0].odd", duplicate field "spec.template.spec.containers[0].image"',
      ),
    )
  })

  it('warns instead, or says nothing, and drops them', () => {
    const body = JSON.stringify(withSpec({ foo: 1 }))
    const warned = decodeJson(Deployment, body, { fieldValidation: 'Warn' })
    assert.ok(E.isRight(warned))
    assert.deepEqual(warned.right.warnings, ['unknown field "spec.foo"'])
    const ignored = decodeJson(Deployment, body, { fieldValidation: 'Ignore' })
    assert.ok(E.isRight(ignored))
    assert.deepEqual(ignored.right.warnings, [])
    assert.equal('foo' in (ignored.right.object.spec as object), false)
  })

  it('refuses what is not an object of the kind', () => {
    assert.match(
      refused('{"a":}'),
      /^400 the object provided is unrecognized \(must be of type Deployment\): couldn't get version\/kind; json parse error: invalid character '}' looking for beginning of value \({"a":}\)$/,
    )
    assert.match(refused(''), /unexpected end of JSON input \(<empty>\)$/)
    assert.match(refused('[1]'), /cannot unmarshal array/)
    assert.match(refused('null'), /cannot unmarshal null/)
    assert.equal(
      refused({ ...deployment, apiVersion: 'apps/v2' }),
      '400 the API version in the data (apps/v2) does not match the expected API version (apps/v1)',
    )
    assert.match(refused({ ...deployment, kind: 'Pod' }), /^400 Pod in version "v1" cannot be handled as a Deployment/)
    assert.match(
      refused({ ...deployment, kind: 1 }),
      /cannot unmarshal number into Go struct field \.kind of type string$/,
    )
  })

  it('asks for what is required, all at once', () => {
    assert.equal(
      refused({ metadata: { name: 'a' }, spec: { usages: ['any'] } }, 'Strict', CertificateSigningRequest),
      '422 CertificateSigningRequest.certificates.k8s.io "a" is invalid: [spec.request: Required value, spec.signerName: Required value]',
    )
  })

  it("leaves what is missing to the kind's own rules, where those know Kubernetes' words for it", () => {
    const template = { spec: { containers: [{ image: 'a' }, { env: [{}] }] } }
    assert.deepEqual(accepted({ ...deployment, spec: { template } }).spec, {
      template: {
        spec: {
          containers: [
            { name: '', image: 'a' },
            { name: '', env: [{ name: '' }] },
          ],
        },
      },
    })
  })

  it('takes a missing required number, flag or status as Go does', () => {
    const ports = JSON.stringify(accepted(withContainer({ name: 'a', ports: [{}] })))
    assert.match(ports, /"ports":\[{"containerPort":0}\]/)
    const status = accepted({ ...deployment, status: { conditions: [{ type: 'Available' }] } }).status
    assert.deepEqual(status, { conditions: [{ type: 'Available', status: '' }] })
  })

  it('keeps quantities and times in one form', () => {
    const object = accepted({
      ...deployment,
      metadata: { name: 'web', creationTimestamp: '2026-01-01T01:00:00.9+01:00' },
      spec: {
        ...deployment.spec,
        template: { spec: { containers: [{ name: 'a', resources: { limits: { cpu: 0.5, memory: '1024Mi' } } }] } },
      },
    })
    assert.match(JSON.stringify(object), /"cpu":"500m","memory":"1Gi"/)
    assert.match(JSON.stringify(object), /"creationTimestamp":"2026-01-01T00:00:00Z"/)
  })

  it('treats empty optional text, lists and maps as absent, and explicit zeros as what they are', () => {
    const object = accepted({
      ...deployment,
      metadata: { name: 'web', namespace: '', labels: {}, finalizers: [] },
      spec: { ...deployment.spec, replicas: 0, paused: false, minReadySeconds: 0 },
    })
    assert.deepEqual(object.metadata, { name: 'web' })
    assert.deepEqual(object.spec, { ...deployment.spec, replicas: 0 })
    const claim = accepted(
      { metadata: { name: 'x' }, spec: { storageClassName: '', volumeName: '' } },
      'Strict',
      PersistentVolumeClaim,
    )
    assert.deepEqual(claim.spec, { storageClassName: '' })
  })

  it('reads nulls in lists and maps as zero values', () => {
    assert.deepEqual(accepted({ metadata: { name: 'x' }, data: { a: null } }, 'Strict', ConfigMap).data, { a: '' })
    assert.match(JSON.stringify(accepted(withContainer(null))), /"containers":\[{"name":""}\]/)
  })

  it('checks base64', () => {
    assert.deepEqual(accepted({ metadata: { name: 'x' }, data: { a: 'aGk=\n' } }, 'Strict', Secret).data, { a: 'aGk=' })
    assert.match(
      refused({ metadata: { name: 'x' }, data: { a: 'a-b=' } }, 'Strict', Secret),
      /illegal base64 data at input byte 1$/,
    )
    // As long as a body may be: only what takes no longer than reading it is ever done with this.
    const long = `${'a'.repeat(3_000_000)}-`
    assert.match(
      refused({ metadata: { name: 'x' }, data: { a: long } }, 'Strict', Secret),
      /illegal base64 data at input byte 3000000$/,
    )
  })

  it('survives keys that mean something to JavaScript', () => {
    const object = decodeJson(
      ConfigMap,
      '{"metadata":{"name":"x","labels":{"__proto__":"a","constructor":"b"}},"__proto__":{"data":{}}}',
      { fieldValidation: 'Warn' },
    )
    assert.ok(E.isRight(object))
    assert.deepEqual(Object.keys(object.right.object.metadata?.labels ?? {}), ['__proto__', 'constructor'])
    assert.deepEqual(object.right.warnings, ['unknown field "__proto__"'])
  })

  it('takes DeleteOptions of any version, with a zero grace period', () => {
    const body = { group: '', version: 'v1', kind: 'DeleteOptions', schema: DeleteOptions }
    const decoded = decodeValue(
      body,
      { apiVersion: 'apps/v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 },
      { fieldValidation: 'Strict', anyVersion: true },
    )
    assert.ok(E.isRight(decoded))
    assert.deepEqual(decoded.right.object, { apiVersion: 'apps/v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 })
  })

  it('accepts an event whose involved object says little', () => {
    const object = accepted({ metadata: { name: 'e' }, reason: 'x' }, 'Strict', Event)
    assert.deepEqual(object.involvedObject, {})
  })
})
