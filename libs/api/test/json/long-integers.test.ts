import assert from 'node:assert/strict'
import fc from 'fast-check'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicPatch,
  canonicalJson,
  decodeJson,
  deepEqual,
  encodeProtobuf,
  decodeProtobuf,
  fromJson,
  int64Of,
  parseInt64,
  parseJson,
  statusOf,
  successor,
  toJson,
} from '@periplus/api'
import type { Decodable } from '@periplus/api'
import { ControllerRevision, Pod } from '@periplus/kinds'

const beyond = 9007199254740993n
const greatest = 2n ** 63n - 1n

const long = fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(int64Of)
/** JSON values with integers of all lengths, as text of our own would be parsed. */
const anyValue = fc.letrec(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    long,
    fc.string(),
    fc.stringMatching(/^[0-9":\\,{]{0,40}$/),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter(value => !Number.isInteger(value)),
    fc.constantFrom(null, true, false, 0),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value

const pod = (spec: string): string =>
  `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"a","image":"a"}],${spec}}}`
const decoded = (kind: Decodable, text: string): unknown => {
  const answer = decodeJson(kind, text, { fieldValidation: 'Strict' })
  assert.ok(E.isRight(answer), E.isLeft(answer) ? statusOf(answer.left).message : '')
  return answer.right.object
}
const refusal = (text: string): string => {
  const answer = decodeJson(Pod, text, { fieldValidation: 'Strict' })
  assert.ok(E.isLeft(answer), text)
  return (statusOf(answer.left).message ?? '').replace(/^.*cannot be handled as a Pod: /, '')
}
const right = (answer: Either<unknown, unknown>): unknown => {
  assert.ok(E.isRight(answer))
  return answer.right
}

describe('integers beyond 2^53', () => {
  it('come out of JSON as they went in, digit for digit (property)', () => {
    fc.assert(
      fc.property(anyValue, fc.constantFrom(0, 2), (value, indent) => {
        const text = toJson(value, indent)
        assert.deepEqual(fromJson(text), value)
        const parsed = parseJson(text)
        assert.ok(E.isRight(parsed))
        assert.deepEqual(parsed.right.value, value)
        assert.ok(deepEqual(fromJson(text), value))
        assert.equal(canonicalJson(fromJson(text)), canonicalJson(value))
      }),
      { numRuns: 500 },
    )
  })

  it('are written as the native way writes everything else (property)', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        const members: unknown = { value, absent: undefined, list: [undefined], empty: [], none: {} }
        const text = toJson({ big: beyond, members }, indent)
        assert.equal(text.replace(String(beyond), '1'), JSON.stringify({ big: 1, members }, undefined, indent))
      }),
    )
  })

  it('are seen wherever they stand in the text', () => {
    for (let before = 0; before < 40; before++) {
      const text = `["${'x'.repeat(before)}",${beyond},-${beyond},1234567890123456]`
      assert.deepEqual(fromJson(text), ['x'.repeat(before), beyond, -beyond, 1234567890123456])
    }
  })

  it('keep their digits in fields, in free JSON and in protobuf', () => {
    const grace = decoded(Pod, pod(`"terminationGracePeriodSeconds":${greatest}`)) as Pod
    assert.equal(grace.spec?.terminationGracePeriodSeconds, greatest)
    const text = `{"apiVersion":"apps/v1","kind":"ControllerRevision","metadata":{"name":"a"},"data":{"n":${2n ** 80n}},"revision":${beyond}}`
    const revision = decoded(ControllerRevision, text) as ControllerRevision
    assert.deepEqual([revision.data?.n, revision.revision], [2n ** 80n, beyond])
    const wire = decodeProtobuf(ControllerRevision, encodeProtobuf(ControllerRevision.schema, revision), {
      fieldValidation: 'Strict',
    })
    assert.deepEqual(right(wire), { object: revision, warnings: [] })
  })

  it('keep their digits through patches', () => {
    const document = { spec: { revision: beyond, list: [beyond] } }
    assert.deepEqual(right(applyMergePatch(document, { spec: { other: greatest } })), {
      spec: { revision: beyond, list: [beyond], other: greatest },
    })
    const patch = [
      { op: 'test', path: '/spec/revision', value: beyond },
      { op: 'copy', from: '/spec/list', path: '/spec/again' },
      { op: 'replace', path: '/spec/revision', value: beyond + 1n },
    ]
    assert.deepEqual(right(applyJsonPatch(document, patch)), {
      spec: { revision: beyond + 1n, list: [beyond], again: [beyond] },
    })
    const strategic = applyStrategicPatch(Pod.schema, decoded(Pod, pod('"nodeName":"a"')), {
      spec: { terminationGracePeriodSeconds: greatest },
    }) as Either<unknown, Pod>
    assert.equal((right(strategic) as Pod).spec?.terminationGracePeriodSeconds, greatest)
  })

  it('are refused in the words of Go where they do not fit', () => {
    const field = (number: string, name: string, type: string): string =>
      `json: cannot unmarshal number ${number} into Go struct field PodSpec.spec.${name} of type ${type}`
    const cases: readonly (readonly [string, string, string])[] = [
      ['terminationGracePeriodSeconds', '9223372036854775808', 'int64'],
      ['terminationGracePeriodSeconds', '-9223372036854775809', 'int64'],
      ['terminationGracePeriodSeconds', '30.0', 'int64'],
      ['terminationGracePeriodSeconds', '1.5', 'int64'],
      ['terminationGracePeriodSeconds', '3e1', 'int64'],
      ['priority', '2147483648', 'int32'],
      ['priority', '9007199254740993', 'int32'],
      ['priority', '1E2', 'int32'],
    ]
    for (const [name, number, type] of cases)
      assert.equal(refusal(pod(`"${name}":${number}`)), field(number, name, type))
    assert.equal(
      refusal(pod('"readinessGates":[],"volumes":[{"name":"a","configMap":{"defaultMode":1.0}}]')),
      'json: cannot unmarshal number 1.0 into Go struct field ConfigMapVolumeSource.spec.volumes.configMap.defaultMode of type int32',
    )
    assert.match(refusal(pod(`"priority":1e999`)), /cannot unmarshal number 1e999 into Go value of type float64/)
    assert.match(refusal(pod(`"priority":01`)), /invalid character '1' after object key:value pair/)
    assert.match(refusal(pod(`"hostname":${beyond}`)), /cannot unmarshal number into .* of type string/)
    // An unknown field of a name that every object has, with a number whose spelling is looked at.
    assert.match(refusal(pod('"constructor":{"prototype":1.0}')), /unknown field "spec.constructor"/)
  })

  it('are counted on as Go counts', () => {
    assert.equal(successor(Number.MAX_SAFE_INTEGER), 2n ** 53n)
    assert.equal(successor(greatest), -(2n ** 63n))
    assert.equal(successor(-(2n ** 53n)), -Number.MAX_SAFE_INTEGER)
    assert.equal(parseInt64('3546343826724305832'), 3546343826724305832n)
    assert.deepEqual(
      [parseInt64('+7'), parseInt64('9223372036854775808'), parseInt64('1e3'), parseInt64('')],
      [7n, undefined, undefined, undefined],
    )
  })
})
