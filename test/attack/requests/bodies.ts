import { stringify } from 'yaml'
import { encodeProtobuf, toJson } from '@periplus/api'
import type { Kind } from '@periplus/api'
import { builtinKinds } from '@periplus/kinds'
import type { Random } from '@periplus/prelude'
import { plainObjects } from '../extreme/objects.ts'
import { extremeOf, pick } from '../extreme/values.ts'
import { customObjects } from './custom-kinds.ts'
import type { Operation } from './target.ts'
import { mutatedBytes, mutatedText } from './text.ts'

type Json = Readonly<Record<string, unknown>>

const kindOf = ({ group, kind }: Operation, path: string): Kind | undefined =>
  builtinKinds.find(one => one.kind === kind && one.group === group && path.includes(`/${one.version}/`))

const usual = [...plainObjects, ...customObjects]

/** The names that objects of a kind usually have. */
export const usualNames = (kind: string): readonly string[] =>
  usual.filter(one => one.kind === kind).map(({ metadata }) => metadata?.name ?? '')

/** An object for the operation: one as people have them, or one of the schema alone, at its limits. */
const drawObject = (operation: Operation, random: Random): Json => {
  const kind = kindOf(operation, operation.path)
  const apiVersion = kind ? (kind.group === '' ? kind.version : `${kind.group}/${kind.version}`) : 'v1'
  const plain = usual.filter(one => one.kind === operation.kind)
  if (!kind || (plain.length > 0 && random() < 0.6)) return pick(random, plain.length > 0 ? plain : usual) as Json
  const metadata = { name: `n${Math.floor(random() * 12)}`, ...(kind.namespaced ? { namespace: 'default' } : {}) }
  return { ...(extremeOf(kind.schema, random, 4) as Json), apiVersion, kind: kind.kind, metadata }
}

const asProtobuf = (operation: Operation, object: Json): Buffer | undefined => {
  const kind = kindOf(operation, operation.path)
  if (!kind) return undefined
  try {
    return encodeProtobuf(kind.schema, object)
  } catch {
    // A value at its limits that no client could send either.
    return undefined
  }
}

/** `{"a": 1}`, with the tag that says what it is. */
const cbor = Buffer.from([0xd9, 0xd9, 0xf7, 0xa1, 0x61, 0x61, 0x01])

const deletions = [
  {},
  { preconditions: { uid: 'x' } },
  { dryRun: ['All'] },
  { propagationPolicy: 'Foreground' },
  { propagationPolicy: 'Orphan', gracePeriodSeconds: 9007199254740991 },
]

const pointers = [
  '',
  '/',
  '/metadata',
  '/metadata/labels',
  '/metadata/labels/a',
  '/spec',
  '/spec/replicas',
  '/spec/containers/0/image',
  '/spec/containers/-',
  '/data',
  '/data/a~1b',
  '/__proto__/x',
  '/a/-1',
  '/metadata/resourceVersion',
]

const jsonPatch = (object: Json, random: Random, big: boolean): unknown =>
  Array.from({ length: pick(random, big ? [200, 2000] : [0, 1, 2, 5]) }, (_, at) => ({
    op: pick(random, ['add', 'add', 'remove', 'replace', 'move', 'copy', 'test', 'x']),
    path: random() < 0.3 ? `/data/k${at}` : pick(random, pointers),
    from: pick(random, pointers),
    value: pick(random, [object.spec ?? {}, object, 'x', 1, null, []]),
  }))

const mergePatch = (object: Json, random: Random): unknown =>
  pick<unknown>(random, [
    object,
    { metadata: { labels: { a: 'b' }, annotations: null } },
    { spec: object.spec },
    { spec: { template: { spec: { containers: [{ name: 'c', $patch: 'delete' }, { $patch: 'replace' }] } } } },
    { spec: { '$setElementOrder/containers': [{ name: 'c' }, { name: 'c' }], '$deleteFromPrimitiveList/x': ['a'] } },
    { $patch: pick(random, ['replace', 'delete', 'x']), spec: null, $retainKeys: ['a'] },
    { metadata: { ownerReferences: [{ uid: 'x' }], finalizers: ['a/b'], '$deleteFromPrimitiveList/finalizers': [1] } },
  ])

const patchTypes = {
  'application/json-patch+json': jsonPatch,
  'application/merge-patch+json': mergePatch,
  'application/strategic-merge-patch+json': mergePatch,
  'application/apply-patch+yaml': (object: Json): unknown => object,
} as const

/** What is sent in a request, before anything is wrong with it. */
export interface Body {
  readonly type: string
  readonly bytes: Buffer
  /** Of the object, which the target should have as well. */
  readonly name: string
}

const nameOf = (object: Json): string => String((object['metadata'] as Json | undefined)?.['name'] ?? 'n0')

const patchBody = (operation: Operation, random: Random, big: boolean): Body => {
  const type = pick(random, Object.keys(patchTypes) as (keyof typeof patchTypes)[])
  const object = drawObject(operation, random)
  return { type, bytes: Buffer.from(toJson(patchTypes[type](object, random, big))), name: nameOf(object) }
}

const objectBody = (operation: Operation, random: Random): Body => {
  const object =
    operation.method === 'DELETE' && random() < 0.97
      ? { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0, ...pick(random, deletions) }
      : drawObject(operation, random)
  const name = nameOf(object)
  const chance = random()
  if (chance < 0.25) {
    const bytes = asProtobuf(operation, object)
    if (bytes) return { type: 'application/vnd.kubernetes.protobuf', bytes, name }
  }
  if (chance < 0.92) return { type: 'application/json', bytes: Buffer.from(toJson(object)), name }
  if (chance < 0.94) return { type: 'application/cbor', bytes: cbor, name }
  // JSON is YAML too.
  const yaml = random() < 0.3 ? toJson(object) : stringify(object, { aliasDuplicateObjects: false })
  return { type: 'application/yaml', bytes: Buffer.from(yaml), name }
}

/** Of an operation, so many are kept, and changed each time that they are sent. */
const keptBodies = 6
const drawnAnew = 0.02

/** Bodies for operations. To write an object costs more than to change some bytes of one, so most are written once and used again. */
export const corpus = (): ((operation: Operation, random: Random, big: boolean) => Body) => {
  const kept = new Map<string, Body[]>()
  return (operation, random, big) => {
    const draw = (): Body =>
      operation.method === 'PATCH' ? patchBody(operation, random, big) : objectBody(operation, random)
    if (big) return draw()
    const name = `${operation.method} ${operation.path}`
    const bodies = kept.get(name) ?? []
    kept.set(name, bodies)
    const at = Math.floor(random() * keptBodies)
    const found = random() < drawnAnew ? undefined : bodies[at]
    return found ?? (bodies[at] = draw())
  }
}

/** The body with something in it that no client would say. */
export const mutated = ({ type, bytes }: Body, random: Random, mayGrow: boolean): Buffer =>
  type.includes('protobuf') || type.includes('cbor')
    ? mutatedBytes(bytes, random)
    : Buffer.from(mutatedText(bytes.toString(), random, mayGrow))
