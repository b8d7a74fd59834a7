import { attack, rbac } from './attack.ts'
import type { Attack } from './attack.ts'
import { fresh, many, members, posting, reading, removing } from './bodies.ts'

const role = (name: string, rules: readonly object[]): object => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name },
  rules,
})

export const rights: readonly Attack[] = [
  attack('a role of 400 x 400 x 20', () => [
    posting(
      `${rbac}/clusterroles`,
      role('wide', [
        { apiGroups: many(400, at => `g${at}`), resources: many(400, at => `r${at}`), verbs: many(20, at => `v${at}`) },
      ]),
    ),
    posting(
      `${rbac}/clusterroles`,
      role('wider', [
        {
          apiGroups: many(1_500, at => `g${at}`),
          resources: many(1_500, at => `r${at}`),
          verbs: many(20, at => `v${at}`),
        },
      ]),
    ),
  ]),
  attack('a role of 2,700 rules', () => [
    posting(
      `${rbac}/clusterroles`,
      role(
        'long',
        many(2_700, at => ({ apiGroups: [`g${at}`], resources: ['r'], verbs: ['get'] })),
      ),
    ),
  ]),
  attack('bindings of them', () =>
    ['wide', 'wider', 'long'].map(name =>
      posting(`${rbac}/clusterrolebindings`, {
        kind: 'ClusterRoleBinding',
        metadata: { name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
        subjects: [{ kind: 'User', name: 'eve', apiGroup: 'rbac.authorization.k8s.io' }],
      }),
    ),
  ),
  attack(
    'reads by whom they bind',
    () => many(20, () => ({ ...reading('/api/v1/pods?limit=1'), headers: { 'impersonate-user': 'eve' } })),
    4,
  ),
  attack('what whom they bind may do', () => [
    {
      ...posting('/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
        kind: 'SelfSubjectRulesReview',
        spec: { namespace: 'default' },
      }),
      headers: { 'impersonate-user': 'eve', 'content-type': 'application/json' },
    },
  ]),
  attack('a binding of 4,800 subjects', () => [
    posting(`${rbac}/clusterrolebindings`, {
      kind: 'ClusterRoleBinding',
      metadata: { name: 'crowd' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: many(4_800, at => ({ kind: 'User', name: `u${at}`, apiGroup: 'rbac.authorization.k8s.io' })),
    }),
  ]),
  attack('an aggregation of 5,000 selectors', () => [
    posting(`${rbac}/clusterroles`, {
      kind: 'ClusterRole',
      metadata: { name: 'sum' },
      aggregationRule: { clusterRoleSelectors: many(5_000, at => ({ matchLabels: { [`a${at}`]: 'b' } })) },
    }),
  ]),
  attack('(takes the roles away)', () =>
    ['wide', 'wider', 'long', 'crowd'].flatMap(name => [
      removing(`${rbac}/clusterrolebindings/${name}`),
      removing(`${rbac}/clusterroles/${name}`),
    ]),
  ),
]

const definition = (name: string, schema: object): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${name}s.example.com` },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: `${name}s`, singular: name, kind: `K${name}`, listKind: `K${name}List` },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
  },
})

const deep = (depth: number): object =>
  depth === 0 ? { type: 'string' } : { type: 'object', properties: { a: deep(depth - 1) } }
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const custom = (plural: string): string => `/apis/example.com/v1/namespaces/default/${plural}`

export const customs: readonly Attack[] = [
  attack('definitions of the worst schemas', () => [
    posting(definitions, definition('deep', deep(400))),
    posting(
      definitions,
      definition('wide', {
        type: 'object',
        properties: members(
          30_000,
          at => `p${at}`,
          () => ({ type: 'string', default: 'x' }),
        ),
      }),
    ),
    posting(definitions, definition('open', { type: 'object', 'x-kubernetes-preserve-unknown-fields': true })),
    posting(
      definitions,
      definition('pattern', {
        type: 'object',
        properties: { a: { type: 'array', items: { type: 'string', pattern: '^(([a-z])+.)+[A-Z]([a-z])+$' } } },
      }),
    ),
    posting(
      definitions,
      definition('alternative', {
        type: 'object',
        properties: { a: { type: 'array', items: { type: 'integer' } } },
        allOf: many(3_000, () => ({ anyOf: many(10, () => ({ properties: { a: { items: { minimum: 3 } } } })) })),
      }),
    ),
    posting(
      definitions,
      definition('unique', {
        type: 'object',
        properties: { a: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' } },
      }),
    ),
    posting(
      definitions,
      definition('enum', {
        type: 'object',
        properties: { a: { type: 'array', items: { type: 'string', enum: many(20_000, at => `e${at}`) } } },
      }),
    ),
  ]),
  attack('custom objects of 2.5 MB', () => [
    posting(custom('opens'), {
      apiVersion: 'example.com/v1',
      kind: 'Kopen',
      metadata: { name: fresh() },
      ...members(
        200_000,
        at => `k${at}`,
        () => 1,
      ),
    }),
    posting(custom('wides'), { apiVersion: 'example.com/v1', kind: 'Kwide', metadata: { name: fresh() } }),
    posting(custom('patterns'), {
      apiVersion: 'example.com/v1',
      kind: 'Kpattern',
      metadata: { name: fresh() },
      a: many(1_000, () => 'a'.repeat(2_000)),
    }),
    posting(custom('patterns'), {
      apiVersion: 'example.com/v1',
      kind: 'Kpattern',
      metadata: { name: fresh() },
      a: ['a'.repeat(2_000_000)],
    }),
    posting(custom('alternatives'), {
      apiVersion: 'example.com/v1',
      kind: 'Kalternative',
      metadata: { name: fresh() },
      a: many(100_000, () => 1),
    }),
    posting(custom('uniques'), {
      apiVersion: 'example.com/v1',
      kind: 'Kunique',
      metadata: { name: fresh() },
      a: many(200_000, at => `${at}`),
    }),
    posting(custom('enums'), {
      apiVersion: 'example.com/v1',
      kind: 'Kenum',
      metadata: { name: fresh() },
      a: many(200_000, () => 'none'),
    }),
  ]),
  attack('the documents of their API', () =>
    ['/openapi/v2', '/openapi/v3/apis/example.com/v1', '/apis'].map(path => reading(path)),
  ),
  attack('(takes the definitions away)', () =>
    ['deep', 'wide', 'open', 'pattern', 'alternative', 'unique', 'enum'].map(name =>
      removing(`${definitions}/${name}s.example.com`),
    ),
  ),
]
