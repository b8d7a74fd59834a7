import { attack, onceOnly, rbac } from './attack.ts'
import type { HostileRequest } from '../../attack/requests/draw.ts'
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

/** As many values as a custom object may have, nearly. */
const most = 49_000
/** As many members as one object may have, nearly. */
const mostMembers = 19_000
const customObject = (kind: string, rest: object): HostileRequest =>
  posting(custom(`${kind}s`), { apiVersion: 'example.com/v1', kind: `K${kind}`, metadata: { name: fresh() }, ...rest })

const texts = { type: 'array', items: { type: 'string' } }
const schemas: Readonly<Record<string, object>> = {
  deep: deep(90),
  wide: {
    type: 'object',
    properties: members(
      mostMembers,
      at => `p${at}`,
      () => ({ type: 'string', default: 'x' }),
    ),
  },
  open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  pattern: {
    type: 'object',
    properties: { a: { type: 'array', items: { type: 'string', pattern: '^(([a-z])+.)+[A-Z]([a-z])+$' } } },
  },
  patterns: {
    type: 'object',
    properties: members(
      150,
      at => `p${at}`,
      at => ({ type: 'string', pattern: `${at}${'[a-z]'.repeat(1_900)}` }),
    ),
  },
  states: {
    type: 'object',
    properties: members(
      150,
      at => `p${at}`,
      at => ({ type: 'string', pattern: `${at}${'\\pL{1000}'.repeat(1_000)}` }),
    ),
  },
  alternative: {
    type: 'object',
    properties: { a: { type: 'array', items: { type: 'integer' } } },
    allOf: many(3_000, () => ({ anyOf: many(3, () => ({ properties: { a: { items: { minimum: 3 } } } })) })),
  },
  unique: { type: 'object', properties: { a: { ...texts, 'x-kubernetes-list-type': 'set' } } },
  enum: {
    type: 'object',
    properties: { a: { type: 'array', items: { type: 'string', enum: many(20_000, at => `e${at}`) } } },
  },
  need: {
    type: 'object',
    properties: { a: { type: 'array', items: { type: 'object', required: many(20_000, at => `r${at}`) } } },
  },
  standard: {
    type: 'object',
    properties: {
      a: {
        type: 'array',
        items: {
          type: 'object',
          properties: members(
            5_000,
            at => `p${at}`,
            () => ({ type: 'integer', default: 1 }),
          ),
        },
      },
    },
  },
  rule: {
    type: 'object',
    properties: {
      a: {
        ...{ type: 'array', maxItems: 400, items: { type: 'string', maxLength: 10 } },
        'x-kubernetes-validations': [{ rule: 'self.all(x, self.exists_one(y, x == y))' }],
      },
    },
  },
}

export const customs: readonly Attack[] = [
  ...Object.entries(schemas).map(([name, schema]) =>
    onceOnly(attack(`a definition: ${name}`, () => [posting(definitions, definition(name, schema))])),
  ),
  attack('19,000 members that no schema names', () => [
    customObject(
      'open',
      members(
        mostMembers,
        at => `k${at}`,
        () => 1,
      ),
    ),
  ]),
  attack('19,000 defaults', () => [customObject('wide', {})]),
  attack('1,000 texts for a bad pattern', () => [customObject('pattern', { a: many(1_000, () => 'a'.repeat(2_000)) })]),
  attack('a long text for a bad pattern', () => [customObject('pattern', { a: ['a'.repeat(170_000)] })]),
  attack('150 texts for patterns of 1,900 states', () => [
    customObject(
      'patterns',
      members(
        150,
        at => `p${at}`,
        () => 'x',
      ),
    ),
  ]),
  attack('49,000 numbers, each of 9,000 alternatives', () => [customObject('alternative', { a: many(most, () => 5) })]),
  attack('49,000 texts that are different', () => [customObject('unique', { a: many(most, at => `${at}`) })]),
  attack('49,000 texts that are none of 20,000', () => [customObject('enum', { a: many(most, () => 'none') })]),
  attack('24,000 objects that need 20,000 fields', () => [customObject('need', { a: many(most / 2, () => ({})) })]),
  attack('24,000 objects of 5,000 defaults', () => [customObject('standard', { a: many(most / 2, () => ({})) })]),
  attack('a rule that compares 400 texts with each other', () => [
    customObject('rule', { a: many(400, at => `${at}`) }),
  ]),
  attack('the documents of their API', () =>
    ['/openapi/v2', '/openapi/v3/apis/example.com/v1', '/apis'].map(path => reading(path)),
  ),
  attack('(takes the definitions away)', () =>
    Object.keys(schemas).map(name => removing(`${definitions}/${name}s.example.com`)),
  ),
]
