import { deepStrictEqual } from 'node:assert/strict'
import { E, atOnce } from '@periplus/prelude'
import { mutatingPolicy, mutatingPolicyErrors } from '../src/index.ts'
import type { AdmissionInput } from '../src/index.ts'

const request: AdmissionInput['request'] = {
  kind: { group: '', version: 'v1', kind: 'A' },
  resource: { group: '', version: 'v1', resource: 'as' },
  subResource: '',
  requestKind: { group: '', version: 'v1', kind: 'A' },
  requestResource: { group: '', version: 'v1', resource: 'as' },
  requestSubResource: '',
  name: 'a',
  namespace: '',
  operation: 'CREATE',
  userInfo: { username: 'alice' },
  dryRun: false,
}

const input = (object: unknown): AdmissionInput => ({
  object,
  oldObject: null,
  request,
  namespaceObject: null,
  authorize: () => ({ allowed: false, reason: '' }),
})

/** What one mutation makes of an object, or why it cannot be said. */
const made = (patchType: 'ApplyConfiguration' | 'JSONPatch', expression: string, object: unknown = {}): unknown => {
  const mutation = patchType === 'JSONPatch' ? { jsonPatch: { expression } } : { applyConfiguration: { expression } }
  const { mutators } = mutatingPolicy({ mutations: [{ patchType, ...mutation }] })
  const [mutator] = mutators()
  if (!mutator) return undefined
  const said = atOnce(mutator(input(object)))
  if (E.isLeft(said)) return said.left.split('\n')[0]
  return said.right.tag === 'JSONPatch' ? said.right.operations : said.right.configuration
}

describe('expressions of mutating policies', () => {
  it('write parts of objects by their paths, with fields of any type', () => {
    deepStrictEqual(
      made(
        'ApplyConfiguration',
        `Object{a: 1, b: 1.5, c: 'x', d: b'x', e: [1, 2], f: {'k': true}, g: null,
          ?h: optional.of('y'), ?i: optional.none(), j: duration('90s'), k: timestamp('2026-01-02T03:04:05Z'),
          l: Object.l{m: object.n}}`,
        { n: [{ o: 1 }] },
      ),
      {
        ...{ a: 1, b: 1.5, c: 'x', d: 'eA==', e: [1, 2], f: { k: true }, g: null },
        ...{ h: 'y', j: '90s', k: '2026-01-02T03:04:05Z', l: { m: [{ o: 1 }] } },
      },
    )
    const own = made('ApplyConfiguration', "Object{a: {'__proto__': 'x'}}") as { readonly a: object }
    deepStrictEqual(Object.keys(own.a), ['__proto__'])
  })

  it('write operations of JSON patches, which may be compared and looked at', () => {
    deepStrictEqual(
      made(
        'JSONPatch',
        `[JSONPatch{op: 'add', path: '/a', value: Object.a{b: string(JSONPatch{op: 'x'} == JSONPatch{op: 'x'})}}] +
         (has(JSONPatch{}.op) ? [] : [JSONPatch{op: 'move', from: '/' + jsonpatch.escapeKey('a/~b'), path: '/c'}])`,
      ),
      [
        { op: 'add', path: '/a', value: { b: 'true' } },
        { op: 'move', from: '/a~1~0b', path: '/c' },
      ],
    )
  })

  it('name the types of parts by the paths of their fields', () => {
    const wrong =
      'type mismatch: unexpected type name "Object.x", expected "Object.a.b", which matches field name path from root Object type'
    deepStrictEqual(made('ApplyConfiguration', 'Object{a: Object.a{b: Object.x{}}}'), wrong)
    deepStrictEqual(made('ApplyConfiguration', 'Object{a: Object.a{b: [Object.x{}]}}'), wrong)
    deepStrictEqual(made('ApplyConfiguration', "Object{a: Object.a{b: {'k': Object.x{}}}}"), wrong)
    // A part by itself is wherever its path leads; only what is within it has to fit.
    deepStrictEqual(
      made('JSONPatch', '[JSONPatch{value: Object.a{b: Object.a.c{}}}]'),
      wrong.replace('Object.x', 'Object.a.c'),
    )
    deepStrictEqual(made('JSONPatch', "[JSONPatch{op: 'add', path: '/a/b', value: Object.a.b{c: 1}}]"), [
      { op: 'add', path: '/a/b', value: { c: 1 } },
    ])
  })

  it('have no value where JSON has none, or where null stands for what they must give', () => {
    deepStrictEqual(made('ApplyConfiguration', 'Object{a: {1: 2}}'), 'map key 1 is of type int, not string')
    deepStrictEqual(
      made('ApplyConfiguration', 'Object{a: quantity("1")}'),
      "type conversion error from 'kubernetes.Quantity' to 'google.protobuf.Value'",
    )
    deepStrictEqual(
      made('JSONPatch', "[null, JSONPatch{op: 'a'}]"),
      'type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch',
    )
  })

  it('are not written anywhere else', () => {
    const [error, ...others] = mutatingPolicyErrors(
      {
        variables: [{ name: 'v', expression: 'Object{a: 1}' }],
        mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{a: variables.v}' } }],
      },
      'spec',
    )
    deepStrictEqual(
      [error?.field, error?.message.split('\n')[0], others],
      [
        'spec.variables[0].expression',
        `Invalid value: "Object{a: 1}": compilation failed: ERROR: <input>:1:7: undeclared reference to 'Object' (in container '')`,
        [],
      ],
    )
  })
})
