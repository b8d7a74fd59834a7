import type { Random } from '@periplus/prelude'
import { pick } from '../extreme/values.ts'
import { corpus, mutated, usualNames } from './bodies.ts'
import { drawTarget } from './target.ts'
import type { Operation } from './target.ts'

export interface HostileRequest {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
}

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

const odd: Readonly<Record<string, readonly string[]>> = {
  accept: [
    'application/json;as=Table;v=v1;g=meta.k8s.io',
    'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
    'application/vnd.kubernetes.protobuf',
    'application/yaml',
    '*/*;q=x',
    ','.repeat(200),
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
    Array.from({ length: Math.floor(random() * 1.5) }, () => {
      const name = pick(random, Object.keys(odd))
      return [name, pick(random, odd[name] ?? [])]
    }),
  )

/** Of all requests, those that are as large as they may be. */
const bigShare = 0.01
/** Of all bodies, those with nothing wrong in them: what is written after them must be there to be attacked. */
const plainShare = 0.3

/** Draws requests of somebody who means no good: an operation of the document, with something in it that it doesn't say. */
export const requestsOf = (operations: readonly Operation[], random: Random): (() => HostileRequest) => {
  const bodyOf = corpus()
  return () => {
    const operation = pick(random, operations)
    const { method } = operation
    const big = random() < bigShare
    const scale = big ? 'big' : 'small'
    const headers = drawHeaders(random)
    if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS')
      return {
        method,
        target: drawTarget(operation, usualNames(operation.kind), random, scale),
        headers,
        body: undefined,
      }
    const body = bodyOf(operation, random, big)
    const names = method === 'DELETE' ? usualNames(operation.kind) : [body.name]
    const target = drawTarget(operation, names, random, scale)
    const bytes = random() < plainShare ? body.bytes : mutated(body, random, big)
    const type = random() < 0.95 ? body.type : pick(random, oddTypes)
    const applied = type.includes('apply') && random() < 0.9
    return {
      method: random() < 0.98 ? method : pick(random, ['PUT', 'POST', 'DELETE', 'PATCH', 'TRACE']),
      target: applied ? `${target}${target.includes('?') ? '&' : '?'}fieldManager=x` : target,
      headers: { ...headers, 'content-type': type, 'content-length': String(bytes.length) },
      body: bytes,
    }
  }
}
