import type { Random } from '@periplus/prelude'
import { pick } from '../extreme/values.ts'

/** An operation of our own OpenAPI document. */
export interface Operation {
  readonly method: string
  /** With `{namespace}`, `{name}` and the like in it. */
  readonly path: string
  readonly group: string
  readonly kind: string
}

interface Documented {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options']

/** What the document says that can be asked. */
export const operationsIn = (document: Documented): readonly Operation[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    methods
      .filter(method => item[method] !== undefined)
      .map(method => {
        const { 'x-kubernetes-group-version-kind': named } = item[method] as {
          'x-kubernetes-group-version-kind'?: { group: string; kind: string }
        }
        return { method: method.toUpperCase(), path, group: named?.group ?? '', kind: named?.kind ?? '' }
      }),
  )

const names = [
  'web',
  'alone',
  'map',
  'default',
  'kube-system',
  'node-a',
  'cluster-admin',
  'admin',
  'a'.repeat(63),
  'a'.repeat(254),
  'a'.repeat(5000),
  'constructor',
  '__proto__',
  '..',
  '%00',
  '%2e%2e',
  '%F0%9F%92%A5',
  '%ED%A0%80',
  'a:b',
  '*',
  '-',
  'Web',
]

const namespaces = [...Array<string>(12).fill('default'), 'kube-system', ...names.slice(8)]

const terms = [
  'a=b',
  'a',
  '!a',
  'a!=b',
  'a in (b,c)',
  'a notin ()',
  'a in (',
  'x'.repeat(400),
  'a/b/c=d',
  'a=b=c',
  ',,',
  'a>9223372036854775808',
  '\u{1F4A5}=1',
  'a==',
  '__proto__=x',
]
const fields = [
  'metadata.name=web',
  'metadata.namespace!=default',
  'spec.nodeName=',
  'status.phase=Running',
  'a=b',
  'a\\=b=c',
  '=',
  'metadata.name',
  'constructor=1',
  'spec.nodeName=a,'.repeat(300),
]

const many = (random: Random, of: readonly string[]): string =>
  Array.from({ length: pick(random, [1, 1, 2, 3, 400]) }, () => pick(random, of)).join(',')

const numbers = ['0', '1', '-1', '9223372036854775807', '9223372036854775808', '1.5', 'x', '', '00', '1e9']
const parameters: Readonly<Record<string, (random: Random) => string>> = {
  labelSelector: random => many(random, terms),
  fieldSelector: random => many(random, fields),
  limit: random => pick(random, numbers),
  continue: random =>
    pick(random, [
      'x',
      'e30=',
      'eyJydiI6LTF9',
      Buffer.from('{"v":"meta.k8s.io/v1","rv":9223372036854775807,"start":"a"}').toString('base64'),
      'a'.repeat(10_000),
    ]),
  resourceVersion: random => pick(random, numbers),
  resourceVersionMatch: random => pick(random, ['Exact', 'NotOlderThan', 'x']),
  timeoutSeconds: random => pick(random, ['0', '1', '-1', 'x', '9223372036854775807']),
  watch: random => pick(random, ['true', '1', 'x', '']),
  sendInitialEvents: random => pick(random, ['true', 'x']),
  allowWatchBookmarks: () => 'true',
  dryRun: random => pick(random, ['All', 'All', 'x', '']),
  fieldValidation: random => pick(random, ['Strict', 'Warn', 'Ignore', 'x']),
  fieldManager: random => pick(random, ['kubectl', 'x'.repeat(200), '\u0000']),
  pretty: random => pick(random, ['true', 'x']),
  force: () => 'true',
  gracePeriodSeconds: random => pick(random, numbers),
  propagationPolicy: random => pick(random, ['Background', 'Foreground', 'Orphan', 'x']),
  orphanDependents: random => pick(random, ['true', 'x']),
  includeObject: random => pick(random, ['None', 'Metadata', 'Object', 'x']),
  container: random => pick(random, names),
  tailLines: random => pick(random, numbers),
  sinceTime: random => pick(random, ['2025-01-01T00:00:00Z', 'x']),
  path: random => pick(random, names),
  ports: random => pick(random, numbers),
}
const parameterNames = Object.keys(parameters)

const drawQuery = (random: Random): string =>
  Array.from({ length: Math.floor(random() * 4) }, () => {
    const name = pick(random, parameterNames)
    const value = parameters[name]?.(random) ?? ''
    return `${name}=${random() < 0.95 ? encodeURIComponent(value) : value.replace(/[^\x21-\x7e]/g, '%')}`
  }).join('&')

/** The path and query of a request for what the operation does. */
export const drawTarget = ({ path }: Operation, random: Random): string => {
  const filled = path.replace(/\{(\w+)\}/g, (_, part: string) =>
    pick(random, part === 'namespace' ? namespaces : names),
  )
  const moment =
    random() < 0.03 ? `/at/${pick(random, ['1', '3', '9223372036854775807', '-1', '2025-01-01T00:00:00Z'])}` : ''
  const query = drawQuery(random)
  return `${moment}${filled}${query === '' ? '' : `?${query}`}`
}
