import { stringify } from 'yaml'
import { encodeProtobuf, toJson } from '@periplus/api'
import type { Kind } from '@periplus/api'
import { builtinKinds } from '@periplus/kinds'
import type { Random } from '@periplus/prelude'
import { plainObjects } from '../extreme/objects.ts'
import { extremeOf, pick } from '../extreme/values.ts'
import { drawTarget } from './target.ts'
import type { Operation } from './target.ts'
import { mutatedBytes, mutatedText } from './text.ts'

export interface HostileRequest {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
}

type Json = Readonly<Record<string, unknown>>

const kindOf = ({ group, kind }: Operation, path: string): Kind | undefined =>
  builtinKinds.find(one => one.kind === kind && one.group === group && path.includes(`/${one.version}/`))

/** An object for the operation: one as people have them, or one of the schema alone, at its limits. */
const drawObject = (operation: Operation, random: Random): Json => {
  const kind = kindOf(operation, operation.path)
  const apiVersion = kind ? (kind.group === '' ? kind.version : `${kind.group}/${kind.version}`) : 'v1'
  const plain = plainObjects.filter(one => one.kind === kind?.kind)
  if (!kind || (plain.length > 0 && random() < 0.6))
    return pick(random, plain.length > 0 ? plain : plainObjects) as Json
  const metadata = { name: `n${Math.floor(random() * 1000)}`, ...(kind.namespaced ? { namespace: 'default' } : {}) }
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

const jsonPatch = (object: Json, random: Random): unknown =>
  Array.from({ length: pick(random, [0, 1, 2, 5, 200, 2000]) }, (_, at) => ({
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

const oddTypes = [
  '',
  'text/plain',
  'application/json; charset=latin1',
  'application/cbor',
  'application/json;;;=',
  'multipart/form-data',
  '*/*',
  'constructor',
]

interface Body {
  readonly type: string
  readonly bytes: Buffer
}

const patchBody = (operation: Operation, random: Random): Body => {
  const type = pick(random, Object.keys(patchTypes) as (keyof typeof patchTypes)[])
  const text = toJson(patchTypes[type](drawObject(operation, random), random))
  return { type, bytes: Buffer.from(random() < 0.5 ? text : mutatedText(text, random)) }
}

const objectBody = (operation: Operation, random: Random): Body => {
  const object =
    operation.method === 'DELETE' && random() < 0.7
      ? { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'x' }, gracePeriodSeconds: 0, dryRun: ['All'] }
      : drawObject(operation, random)
  const chance = random()
  if (chance < 0.25) {
    const bytes = asProtobuf(operation, object)
    if (bytes)
      return {
        type: 'application/vnd.kubernetes.protobuf',
        bytes: random() < 0.3 ? bytes : mutatedBytes(bytes, random),
      }
  }
  const text = chance < 0.4 ? toJson(object) : mutatedText(toJson(object), random)
  if (chance < 0.75) return { type: 'application/json', bytes: Buffer.from(text) }
  // JSON is YAML too.
  const yaml = random() < 0.5 ? text : mutatedText(stringify(object, { aliasDuplicateObjects: false }), random)
  return { type: 'application/yaml', bytes: Buffer.from(yaml) }
}

const odd: Readonly<Record<string, readonly string[]>> = {
  accept: [
    'application/json;as=Table;v=v1;g=meta.k8s.io',
    'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
    'application/vnd.kubernetes.protobuf',
    'application/yaml',
    '*/*;q=x',
    ','.repeat(5000),
    'constructor',
  ],
  'impersonate-user': ['bob', 'system:serviceaccount:default:x', 'a'.repeat(5000)],
  'accept-encoding': ['gzip', 'x'],
  authorization: ['Bearer x', 'Bearer a.b.c', `Bearer ${'a'.repeat(8000)}`, 'Basic eDp5'],
  'audit-id': ['x', 'a'.repeat(500)],
  'user-agent': ['curl/8', 'kubectl/v1.35.4 (linux/amd64) kubernetes/x', 'a'.repeat(3000)],
  'x-forwarded-for': ['1.2.3.4'],
  expect: ['100-continue'],
  'periplus-read': ['x', '1'],
}

const drawHeaders = (random: Random): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Array.from({ length: Math.floor(random() * 2.4) }, () => {
      const name = pick(random, Object.keys(odd))
      return [name, pick(random, odd[name] ?? [])]
    }),
  )

/** One request of somebody who means no good: an operation of the document, with something in it that it doesn't say. */
export const drawRequest = (operations: readonly Operation[], random: Random): HostileRequest => {
  const operation = pick(random, operations)
  const target = drawTarget(operation, random)
  const { method } = operation
  const headers = drawHeaders(random)
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return { method, target, headers, body: undefined }
  const { type, bytes } = method === 'PATCH' ? patchBody(operation, random) : objectBody(operation, random)
  const stated = random() < 0.95 ? type : pick(random, oddTypes)
  return {
    method: random() < 0.98 ? method : pick(random, ['PUT', 'POST', 'DELETE', 'PATCH', 'TRACE']),
    target,
    headers: { ...headers, 'content-type': stated, 'content-length': String(bytes.length) },
    body: bytes,
  }
}
