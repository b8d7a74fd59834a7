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

/** Where the document lists objects of all namespaces. */
export const listsIn = (operations: readonly Operation[]): readonly string[] =>
  operations
    .filter(({ method, path, kind }) => method === 'GET' && kind !== '' && !/[{]|\/watch\//.test(path))
    .map(({ path }) => path)

/** How much a request may ask for: most of those who attack ask for little, many times. */
export type Scale = 'small' | 'big'

const oddNames = [
  'default',
  'node-a',
  'cluster-admin',
  'a'.repeat(63),
  'a'.repeat(254),
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
/** Those that are made up as one goes. */
const newNames = Array.from({ length: 12 }, (_, at) => `n${at}`)

const namespaces = [...Array<string>(40).fill('default'), 'kube-system', ...oddNames.slice(3)]

const drawName = (known: readonly string[], scale: Scale, random: Random): string => {
  if (scale === 'big' && random() < 0.3) return 'a'.repeat(5000)
  const chance = random()
  if (chance < 0.8 && known.length > 0) return pick(random, known)
  return pick(random, chance < 0.95 ? newNames : oddNames)
}

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

const many = (of: readonly string[], random: Random, scale: Scale): string =>
  Array.from({ length: scale === 'big' ? 400 : pick(random, [1, 1, 2, 3]) }, () => pick(random, of)).join(',')

const numbers = ['0', '1', '-1', '9223372036854775807', '9223372036854775808', '1.5', 'x', '', '00', '1e9']
const parameters: Readonly<Record<string, (random: Random, scale: Scale) => string>> = {
  labelSelector: (random, scale) => many(terms, random, scale),
  fieldSelector: (random, scale) => many(fields, random, scale),
  limit: random => pick(random, numbers),
  continue: (random, scale) =>
    scale === 'big'
      ? 'a'.repeat(10_000)
      : pick(random, [
          'x',
          'e30=',
          'eyJydiI6LTF9',
          Buffer.from('{"v":"meta.k8s.io/v1","rv":9223372036854775807,"start":"a"}').toString('base64'),
          Buffer.from('{"v":"meta.k8s.io/v1","rv":20,"start":"default/map\\u0000"}').toString('base64'),
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
  container: random => pick(random, oddNames),
  tailLines: random => pick(random, numbers),
  sinceTime: random => pick(random, ['2025-01-01T00:00:00Z', 'x']),
  path: random => pick(random, oddNames),
  ports: random => pick(random, numbers),
}
const parameterNames = Object.keys(parameters)

const drawQuery = (random: Random, scale: Scale): string =>
  Array.from({ length: Math.floor(random() * 3.3) }, () => {
    const name = pick(random, parameterNames)
    const value = parameters[name]?.(random, scale) ?? ''
    return `${name}=${random() < 0.95 ? encodeURIComponent(value) : value.replace(/[^\x21-\x7e]/g, '%')}`
  }).join('&')

/** The path and query of a request for what the operation does, to one of the `known` objects most often. */
export const drawTarget = ({ path }: Operation, known: readonly string[], random: Random, scale: Scale): string => {
  const filled = path.replace(/\{(\w+)\}/g, (_, part: string) =>
    part === 'namespace' ? pick(random, namespaces) : drawName(known, scale, random),
  )
  const moment =
    random() < 0.004 ? `/at/${pick(random, ['1', '3', '9223372036854775807', '-1', '2025-01-01T00:00:00Z'])}` : ''
  const query = drawQuery(random, scale)
  return `${moment}${filled}${query === '' ? '' : `?${query}`}`
}
