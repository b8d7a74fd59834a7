import { deepStrictEqual, ok as holds } from 'node:assert/strict'
import { statusOf } from '@periplus/api'
import { kindOf, object, ok, refusal, world } from './world.ts'
import type { World } from './world.ts'

const group = 'admissionregistration.k8s.io'

const make = async (it: World, kind: readonly [string, string], fields: object) => {
  const outcome = ok(await it.run({ verb: 'create', kind: kindOf(...kind), object: object(fields) }))
  it.catchUp()
  return outcome
}

const rules = [{ operations: ['CREATE', 'UPDATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }]

const policy = (it: World, name: string, spec: object) =>
  make(it, [group, 'validatingadmissionpolicies'], {
    metadata: { name },
    spec: { matchConstraints: { resourceRules: rules }, ...spec },
  })

const binding = (it: World, policyName: string, more: object = {}) =>
  make(it, [group, 'validatingadmissionpolicybindings'], {
    metadata: { name: `${policyName}-binding` },
    spec: { policyName, validationActions: ['Deny'], ...more },
  })

const withNamespace = async (): Promise<World> => {
  const it = world({
    authorize:
      ({ username }) =>
      attributes => ({
        allowed: username === 'alice' && 'resource' in attributes && attributes.resource === 'secrets',
        reason: '',
      }),
  })
  await make(it, ['', 'namespaces'], { metadata: { name: 'n', labels: { env: 'test' } } })
  return it
}

const create = (it: World, name: string, data: object, namespace = 'n') =>
  it.run({ verb: 'create', kind: kindOf('', 'configmaps'), object: object({ metadata: { name, namespace }, data }) })

const denialOf = async (it: World, name: string, data: object): Promise<unknown> => {
  const { code, reason, message } = statusOf(refusal(await create(it, name, data)))
  return [code, reason, message]
}

describe('validating admission policies', () => {
  it('deny what an expression is false of, once a binding puts them to work', async () => {
    const it = await withNamespace()
    await policy(it, 'p', {
      variables: [{ name: 'size', expression: 'int(object.data.size)' }],
      validations: [
        { expression: 'variables.size > 1', messageExpression: "'wants more than 1, got ' + string(variables.size)" },
        { expression: "namespaceObject.metadata.labels['env'] == 'test'", message: 'elsewhere' },
        { expression: "authorizer.group('').resource('secrets').check('get').allowed()", reason: 'Forbidden' },
      ],
    })
    ok(await create(it, 'before', { size: '1' }))
    await binding(it, 'p')
    deepStrictEqual(await denialOf(it, 'small', { size: '1' }), [
      422,
      'Invalid',
      `configmaps "small" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p-binding' denied request: wants more than 1, got 1`,
    ])
    ok(await create(it, 'large', { size: '2' }))
    deepStrictEqual(await denialOf(it, 'none', {}), [
      422,
      'Invalid',
      `configmaps "none" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p-binding' denied request: expression 'variables.size > 1' resulted in error: composited variable "size" fails to evaluate: no such key: size`,
    ])
  })

  it('leave others their turn before each of their expressions, with each of their parameters', async () => {
    let [asked, taken] = [0, 0]
    const turn = { isOver: () => (asked++, true), next: () => (taken++, Promise.resolve()) }
    const it = world({ turn })
    await make(it, ['', 'namespaces'], { metadata: { name: 'n' } })
    const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' }
    const secrets = [{ ...rules[0], resources: ['secrets'] }]
    await policy(it, 'p', {
      paramKind,
      matchConstraints: { resourceRules: secrets },
      validations: [{ expression: 'true' }, { expression: 'true' }],
    })
    await binding(it, 'p', { paramRef: { selector: {}, namespace: 'n', parameterNotFoundAction: 'Deny' } })
    const parameters = 20
    for (let i = 0; i < parameters; i++) ok(await create(it, `param-${i}`, {}))
    it.catchUp()
    const before = taken
    ok(
      await it.run({
        verb: 'create',
        kind: kindOf('', 'secrets'),
        object: object({ metadata: { name: 's', namespace: 'n' } }),
      }),
    )
    holds(taken - before > parameters * 3, `${taken - before} turns`)
  })

  it('let pass what they fail on, where their policy is to ignore that', async () => {
    const it = await withNamespace()
    await policy(it, 'p', { failurePolicy: 'Ignore', validations: [{ expression: 'object.data.size == "1"' }] })
    await binding(it, 'p')
    ok(await create(it, 'none', {}))
    holds(refusal(await create(it, 'two', { size: '2' })))
  })

  it('warn and tell of what they would deny, in the answer and in the event', async () => {
    const it = await withNamespace()
    await policy(it, 'p', {
      validations: [{ expression: "object.data.a == 'b'" }],
      auditAnnotations: [{ key: 'data', valueExpression: "'a is ' + object.data.a" }],
    })
    await binding(it, 'p', { validationActions: ['Warn', 'Audit'] })
    const { warnings, sequence } = ok(await create(it, 'one', { a: 'c' }))
    deepStrictEqual(warnings, [
      `Validation failed for ValidatingAdmissionPolicy 'p' with binding 'p-binding': failed expression: object.data.a == 'b'`,
    ])
    const notes = JSON.parse(it.log.slice(sequence)[0]?.admission ?? '[]') as { by: string; annotations: object }[]
    deepStrictEqual(
      notes.map(({ by, annotations }) => [by, Object.keys(annotations)]),
      [
        ['p/p-binding', ['validation.policy.admission.k8s.io/validation_failure']],
        ['p/p-binding', ['p/data']],
      ],
    )
  })

  it('are evaluated with each parameter that a binding names', async () => {
    const it = await withNamespace()
    const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' }
    await policy(it, 'p', {
      paramKind,
      matchConstraints: {
        resourceRules: rules,
        objectSelector: { matchExpressions: [{ key: 'param', operator: 'DoesNotExist' }] },
      },
      validations: [{ expression: 'object.data.size == params.data.size' }],
    })
    await binding(it, 'p', {
      paramRef: { selector: { matchLabels: { param: 'yes' } }, parameterNotFoundAction: 'Deny' },
    })
    deepStrictEqual(await denialOf(it, 'a', { size: '1' }), [
      422,
      'Invalid',
      `configmaps "a" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p-binding' denied request: failed to configure binding: no params found for policy binding with \`Deny\` parameterNotFoundAction`,
    ])
    await make(it, ['', 'configmaps'], {
      metadata: { name: 'q', namespace: 'n', labels: { param: 'yes' } },
      data: { size: '1' },
    })
    ok(await create(it, 'a', { size: '1' }))
    holds(refusal(await create(it, 'b', { size: '2' })))
  })

  it('hold for what controllers and nodes write, and never for policies', async () => {
    const it = await withNamespace()
    await policy(it, 'p', {
      matchConstraints: {
        resourceRules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }],
      },
      validations: [{ expression: 'false' }],
    })
    await binding(it, 'p')
    const command = {
      verb: 'create',
      kind: kindOf('', 'pods'),
      object: object({ metadata: { name: 'x', namespace: 'n' }, spec: { containers: [{ name: 'c', image: 'i' }] } }),
    } as const
    const refused = refusal(
      await it.commands.execute(command, {
        actor: 'controller:replicaset',
        component: 'test',
        causes: [],
        correlationId: 'r',
      }),
    )
    deepStrictEqual(statusOf(refused).code, 422)
    ok(
      await it.run({
        verb: 'delete',
        kind: kindOf(group, 'validatingadmissionpolicybindings'),
        ref: { group, resource: 'validatingadmissionpolicybindings', namespace: '', name: 'p-binding' },
        options: {},
      }),
    )
  })

  it('are refused where an expression is none', async () => {
    const it = await withNamespace()
    const kind = kindOf(group, 'validatingadmissionpolicies')
    const spec = {
      matchConstraints: { resourceRules: rules },
      variables: [{ name: 'a-b', expression: '1 +' }],
      validations: [{ expression: 'object.a', messageExpression: '1' }, { expression: 'variables.x == 1' }],
    }
    const refused = refusal(await it.run({ verb: 'create', kind, object: object({ metadata: { name: 'p' }, spec }) }))
    deepStrictEqual(
      refused.tag === 'Invalid' && refused.causes.map(({ field, message }) => `${field}: ${message.split('\n')[0]}`),
      [
        'spec.variables[0].name: Invalid value: "a-b": must be a valid CEL identifier',
        `spec.variables[0].expression: Invalid value: "1 +": compilation failed: ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}`,
        'spec.validations[0].expression: Invalid value: "object.a": must evaluate to bool but got dyn',
        'spec.validations[0].messageExpression: Invalid value: "1": must evaluate to string but got int',
        `spec.validations[1].expression: Invalid value: "variables.x == 1": compilation failed: ERROR: <input>:1:10: undefined field 'x'`,
      ],
    )
  })

  it('have conditions like webhooks, which are refused where an expression is none', async () => {
    const it = await withNamespace()
    const webhook = {
      name: 'a.example.com',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      clientConfig: { url: 'https://a.example.com/' },
      matchConditions: [{ name: 'c', expression: 'object.a && params == null' }],
    }
    const kind = kindOf(group, 'validatingwebhookconfigurations')
    const refused = refusal(
      await it.run({ verb: 'create', kind, object: object({ metadata: { name: 'w' }, webhooks: [webhook] }) }),
    )
    deepStrictEqual(
      refused.tag === 'Invalid' && refused.causes.map(({ field, message }) => [field, message.split('\n')[0]]),
      [
        [
          'webhooks[0].matchConditions[0].expression',
          `Invalid value: "object.a && params == null": compilation failed: ERROR: <input>:1:13: undeclared reference to 'params' (in container '')`,
        ],
      ],
    )
  })
})
