import { deepStrictEqual } from 'node:assert/strict'
import { statusOf } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import { at, patchOf, webhook, webhookWorld } from './webhook-world.ts'
import type { WebhookWorld } from './webhook-world.ts'
import { kindOf, kinds, object, ok, refusal } from './world.ts'

const group = 'admissionregistration.k8s.io'

const ruleFor = (resource: string, apiGroup = '', apiVersion = 'v1') => ({
  operations: ['CREATE', 'UPDATE'],
  apiGroups: [apiGroup],
  apiVersions: [apiVersion],
  resources: [resource],
})

const applies = (expression: string) => ({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } })
const patches = (expression: string) => ({ patchType: 'JSONPatch', jsonPatch: { expression } })

const policyOf = (name: string, spec: object) => ({
  metadata: { name },
  spec: { matchConstraints: { resourceRules: [ruleFor('configmaps')] }, reinvocationPolicy: 'Never', ...spec },
})

/** A policy, put to work. */
const policy = async (it: WebhookWorld, name: string, spec: object, binding: object = {}): Promise<void> => {
  await it.make(group, 'mutatingadmissionpolicies', policyOf(name, spec))
  await it.make(group, 'mutatingadmissionpolicybindings', {
    metadata: { name: `${name}-binding` },
    spec: { policyName: name, ...binding },
  })
}

const partOf = (made: KubernetesObject, part: string): unknown => (made as unknown as Record<string, unknown>)[part]

const deployment = (spec: object) => ({
  metadata: { name: 'd', namespace: 'default' },
  spec: {
    selector: { matchLabels: { a: 'b' } },
    template: {
      metadata: { labels: { a: 'b' } },
      spec: { containers: [{ name: 'a', image: 'a', args: ['x'] }], ...spec },
    },
  },
})

describe('mutating admission policies', () => {
  let it_: WebhookWorld & { close(): void }
  beforeEach(async () => {
    it_ = await webhookWorld()
  })
  afterEach(() => it_.close())

  const denialOf = async (name: string): Promise<unknown> => {
    const { code, reason, message } = statusOf(refusal(await it_.create(name)))
    return [code, reason, message]
  }

  it('apply configurations, element by element, once a binding puts them to work', async () => {
    await it_.make(
      group,
      'mutatingadmissionpolicies',
      policyOf('p', {
        matchConstraints: { resourceRules: [ruleFor('deployments', 'apps')] },
        variables: [{ name: 'tag', expression: "object.metadata.name + '-' + namespaceObject.metadata.name" }],
        mutations: [
          applies(`Object{
            metadata: Object.metadata{labels: {'tag': variables.tag, ?'none': optional.none()}},
            spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{
              containers: [
                Object.spec.template.spec.containers{name: 'a', imagePullPolicy: 'Never'},
                Object.spec.template.spec.containers{name: 'b', image: 'b', ports: [
                  Object.spec.template.spec.containers.ports{containerPort: 80}]}]}}}}`),
        ],
      }),
    )
    const before = await it_.make('apps', 'deployments', {
      ...deployment({}),
      metadata: { name: 'before', namespace: 'default' },
    })
    deepStrictEqual(before.object.metadata?.labels, undefined)
    await it_.make(group, 'mutatingadmissionpolicybindings', { metadata: { name: 'b' }, spec: { policyName: 'p' } })
    const { object: made, sequence } = await it_.make('apps', 'deployments', deployment({}))
    deepStrictEqual(made.metadata?.labels, { tag: 'd-default' })
    const { containers } = (partOf(made, 'spec') as { template: { spec: { containers: Record<string, unknown>[] } } })
      .template.spec
    deepStrictEqual(
      containers.map(({ name, image, args, imagePullPolicy, ports }) => [name, image, args, imagePullPolicy, ports]),
      [
        ['a', 'a', ['x'], 'Never', undefined],
        ['b', 'b', undefined, 'Always', [{ containerPort: 80, protocol: 'TCP' }]],
      ],
    )
    // Nothing was asked of anybody, so the event tells of nobody.
    deepStrictEqual(it_.log.slice(sequence)[0]?.admission, undefined)
  })

  it('make JSON patches, each on what the one before has left', async () => {
    await policy(it_, 'p', {
      mutations: [
        patches(`[
          JSONPatch{op: 'test', path: '/data/a', value: '1'},
          JSONPatch{op: 'add', path: '/metadata/labels', value: {'x': 'y'}},
          JSONPatch{op: 'copy', from: '/data/a', path: '/data/b'}]`),
        patches(`[JSONPatch{op: 'test', path: '/data/a', value: 'else'}, JSONPatch{op: 'remove', path: '/data/b'}]`),
        patches(`[JSONPatch{
          op: 'add', path: '/metadata/labels/' + jsonpatch.escapeKey('e.com/a.b'), value: object.metadata.labels.x}]`),
      ],
    })
    const { object: made } = ok(await it_.create('one'))
    deepStrictEqual(
      [partOf(made, 'data'), made.metadata?.labels],
      [
        { a: '1', b: '1' },
        { x: 'y', 'e.com/a.b': 'y' },
      ],
    )
  })

  it('look only at what their conditions, constraints and parameters let them', async () => {
    await it_.make('', 'configmaps', { metadata: { name: 'q', namespace: 'default' }, data: { label: 'z' } })
    const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' }
    await policy(
      it_,
      'p',
      {
        paramKind,
        matchConditions: [{ name: 'no-q', expression: "object.metadata.name != 'q' && params.data.label == 'z'" }],
        mutations: [applies("Object{metadata: Object.metadata{labels: {'l': params.data.label}}}")],
      },
      {
        paramRef: { name: 'q', parameterNotFoundAction: 'Deny' },
        matchResources: { objectSelector: { matchLabels: { want: 'it' } } },
      },
    )
    const labelsOf = async (name: string, labels: object) =>
      ok(await it_.create(name, { metadata: { name, namespace: 'default', labels } })).object.metadata?.labels
    deepStrictEqual(await labelsOf('plain', {}), {})
    deepStrictEqual(await labelsOf('wanted', { want: 'it' }), { want: 'it', l: 'z' })
  })

  it('say in Kubernetes words why they cannot change something, or ignore that', async () => {
    const failing = async (name: string, mutation: object, more: object = {}): Promise<unknown> => {
      await policy(it_, name, { mutations: [mutation], ...more })
      const denial = await denialOf(`of-${name}`)
      await it_.run({
        verb: 'delete',
        kind: kindOf(group, 'mutatingadmissionpolicies'),
        ref: { group, resource: 'mutatingadmissionpolicies', namespace: '', name },
        options: {},
      })
      it_.catchUp()
      return denial
    }
    const invalid = (name: string, why: string) => [
      403,
      'Invalid',
      `policy '${name}' with binding '${name}-binding' denied request: ${why}`,
    ]
    deepStrictEqual(
      await failing('a', applies('Object{data: Object.data{a: string(object.data.none)}}')),
      invalid(
        'a',
        "expression 'Object{data: Object.data{a: string(object.data.none)}}' resulted in error: no such key: none",
      ),
    )
    deepStrictEqual(
      await failing('b', applies("Object{dates: 1, data: {'a': 2}}")),
      invalid(
        'b',
        'error applying patch: failed to convert patch object to typed object: errors:\n  .dates: field not declared in schema\n  .data.a: expected string, got &{2}',
      ),
    )
    deepStrictEqual(
      await failing('c', applies('Object{metadata: Object.wrong{}}')),
      invalid(
        'c',
        'type mismatch: unexpected type name "Object.wrong", expected "Object.metadata", which matches field name path from root Object type',
      ),
    )
    deepStrictEqual(
      await failing('d', patches("[JSONPatch{op: 'remove', path: '/data/none'}]")),
      invalid('d', 'JSON Patch: remove operation does not apply: doc is missing path: "/data/none": missing value'),
    )
    deepStrictEqual(
      await failing('e', patches("[JSONPatch{op: 'add', path: '/dates', value: 1}]"), { failurePolicy: 'Ignore' }),
      [500, 'InternalError', 'Internal error occurred: strict decoding error: unknown field "dates"'],
    )
    await policy(it_, 'f', { failurePolicy: 'Ignore', mutations: [applies("Object{data: {'a': 2}}")] })
    deepStrictEqual(partOf(ok(await it_.create('f')).object, 'data'), { a: '1' })
  })

  it('do not touch what would be replaced as a whole', async () => {
    await policy(it_, 'p', {
      matchConstraints: { resourceRules: [ruleFor('deployments', 'apps')] },
      mutations: [
        applies(`Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{
          nodeSelector: {'a': 'b'}, containers: [Object.spec.template.spec.containers{name: 'a', args: ['y']}]}}}}`),
      ],
    })
    const kind = kindOf('apps', 'deployments')
    const { message } = statusOf(refusal(await it_.run({ verb: 'create', kind, object: object(deployment({})) })))
    deepStrictEqual(
      message?.replace(/^.*error applying/, 'error applying'),
      'error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.template.spec.nodeSelector, .spec.template.spec.containers[0].args',
    )
  })

  it('come before webhooks, and look again at what those changed where they ask to', async () => {
    const server = await webhook(({ object: shown }) =>
      shown?.data?.['hook'] === undefined
        ? patchOf({ op: 'add', path: '/data/hook', value: 'yes' })
        : { allowed: true },
    )
    await it_.make(group, 'mutatingwebhookconfigurations', {
      metadata: { name: 'w' },
      webhooks: [at(server, { reinvocationPolicy: 'IfNeeded' })],
    })
    // How often each has looked, and what it then saw of the webhook.
    const counting = (name: string) =>
      applies(
        `Object{data: {'${name}': object.data[?'${name}'].orValue('') + (has(object.data.hook) ? 'after ' : 'before ')}}`,
      )
    await policy(it_, 'once', { mutations: [counting('once')] })
    await policy(it_, 'twice', { reinvocationPolicy: 'IfNeeded', mutations: [counting('twice')] })
    const { object: made } = ok(await it_.create('one'))
    deepStrictEqual(partOf(made, 'data'), { a: '1', once: 'before ', twice: 'before after ', hook: 'yes' })
    // The policy that looked again changed it after the webhook had seen it.
    deepStrictEqual(server.requests.length, 2)
    await server.close()
  })

  it('are judged by what validates, and never asked about deletions or policies', async () => {
    await policy(it_, 'p', {
      matchConstraints: {
        resourceRules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }],
      },
      mutations: [applies("Object{metadata: Object.metadata{labels: {'a': 'no label!'}}}")],
    })
    deepStrictEqual(statusOf(refusal(await it_.create('one'))).reason, 'Invalid')
    ok(
      await it_.run({
        verb: 'delete',
        kind: kindOf('', 'serviceaccounts'),
        ref: { group: '', resource: 'serviceaccounts', namespace: 'default', name: 'default' },
        options: {},
      }),
    )
    await it_.make(group, 'mutatingadmissionpolicybindings', { metadata: { name: 'z' }, spec: { policyName: 'p' } })
  })

  it('stay within their cost, though values repeat themselves without end', async () => {
    const doubling = Array.from({ length: 60 }, (_, i) => ({
      name: `v${i}`,
      expression: i === 0 ? "['x']" : `[variables.v${i - 1}, variables.v${i - 1}]`,
    }))
    await policy(it_, 'p', {
      variables: doubling,
      mutations: [patches("[JSONPatch{op: 'add', path: '/data/x', value: variables.v59}]")],
    })
    deepStrictEqual(await denialOf('one'), [
      403,
      'Invalid',
      "policy 'p' with binding 'p-binding' denied request: JSONPath valueExpression evaluated to a type that could not marshal to JSON: the value is too large",
    ])
  })

  it('are refused where they are none', async () => {
    const errorsOf = async (version: string, spec: object): Promise<readonly string[]> => {
      const kind = kinds.byKind(group, version, 'MutatingAdmissionPolicy') ?? kindOf(group, 'mutatingadmissionpolicies')
      const refused = refusal(
        await it_.run({ verb: 'create', kind, object: object({ metadata: { name: 'p' }, spec }) }),
      )
      return refused.tag === 'Invalid'
        ? refused.causes.map(({ field, message }) => `${field}: ${message.split('\n')[0]}`)
        : []
    }
    deepStrictEqual(
      await errorsOf('v1beta1', {
        matchConstraints: { resourceRules: [{ ...ruleFor('pods'), operations: ['DELETE'] }] },
        mutations: [
          applies('object'),
          { ...patches('[1]'), applyConfiguration: { expression: 'Object{}' } },
          { patchType: 'JSONPatch' },
          { patchType: 'Merge' },
          patches("[JSONPatch{op: 1, none: 'x'}]"),
          applies(' '),
        ],
      }),
      [
        'spec.matchConstraints.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT", "CREATE", "UPDATE"',
        'spec.mutations[1].applyConfiguration: Invalid value: "{applyConfiguration}": must not be specified when patchType is JSONPatch',
        'spec.mutations[2].jsonPatch: Required value: must be specified when patchType is JSONPatch',
        'spec.mutations[3].patchType: Unsupported value: "Merge": supported values: "ApplyConfiguration", "JSONPatch"',
        'spec.reinvocationPolicy: Required value',
        'spec.mutations[0].applyConfiguration.expression: Invalid value: "object": must evaluate to Object but got dyn',
        'spec.mutations[1].jsonPatch.expression: Invalid value: "[1]": must evaluate to list(JSONPatch) but got list(int)',
        `spec.mutations[4].jsonPatch.expression: Invalid value: "[JSONPatch{op: 1, none: 'x'}]": compilation failed: ERROR: <input>:1:14: expected type of field 'op' is 'string' but provided type is 'int'`,
        'spec.mutations[5].applyConfiguration.expression: Required value',
      ],
    )
    const { object: made } = await it_.make(
      group,
      'mutatingadmissionpolicies',
      policyOf('whole', { mutations: [applies('Object{}')] }),
    )
    deepStrictEqual(partOf(made, 'spec'), {
      failurePolicy: 'Fail',
      matchConstraints: {
        matchPolicy: 'Equivalent',
        namespaceSelector: {},
        objectSelector: {},
        resourceRules: [{ ...ruleFor('configmaps'), scope: '*' }],
      },
      mutations: [applies('Object{}')],
      reinvocationPolicy: 'Never',
    })
  })

  it('warn of connections, which they do not change', async () => {
    const resourceRules = [{ ...ruleFor('pods/exec'), operations: ['CONNECT'] }]
    const made = await it_.make(
      group,
      'mutatingadmissionpolicies',
      policyOf('p', { matchConstraints: { resourceRules }, mutations: [applies('Object{}')] }),
    )
    deepStrictEqual(made.warnings, [
      'spec.matchConstraints.resourceRules: connections are not changed by policies here: CONNECT has no effect',
    ])
  })
})
