import assert from 'node:assert/strict'
import type { KubernetesObject } from '@periplus/api'
import { deciding } from '@periplus/controller'
import { kindsAt } from '@periplus/custom'
import { validatingPolicyStatusController } from '../src/index.ts'

const rule = (apiGroup: string, apiVersion: string, ...resources: readonly string[]) => ({
  operations: ['CREATE'],
  apiGroups: [apiGroup],
  apiVersions: [apiVersion],
  resources,
})

const policy = (spec: object, more: object = {}): KubernetesObject =>
  ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'p', generation: 2 },
    spec: { matchConstraints: { resourceRules: [rule('apps', 'v1', 'deployments')] }, ...spec },
    ...more,
  }) as KubernetesObject

const boats = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'boats.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'boats', kind: 'Boat', singular: 'boat', listKind: 'BoatList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { oars: { type: 'integer' } } } },
          },
        },
      },
    ],
  },
  status: {
    acceptedNames: { plural: 'boats', kind: 'Boat', singular: 'boat', listKind: 'BoatList' },
    storedVersions: ['v1'],
    conditions: [
      { type: 'Established', status: 'True', reason: 'a', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
    ],
  },
} as KubernetesObject

const given = deciding(validatingPolicyStatusController(kindsAt))

const statusOf = (object: KubernetesObject, ...others: readonly KubernetesObject[]): unknown => {
  const [command] = given(object, ...others).when('p').commands
  assert.ok(command?.verb === 'patch' && command.patch.type === 'merge' && command.subresource === 'status')
  return (command.patch.body as { readonly status: unknown }).status
}

/** Without the lines that show where in the expression it is. */
const warningsOf = (object: KubernetesObject, ...others: readonly KubernetesObject[]): unknown => {
  const status = statusOf(object, ...others) as {
    typeChecking: { expressionWarnings?: readonly { fieldRef: string; warning: string }[] }
  }
  return (status.typeChecking.expressionWarnings ?? []).map(({ fieldRef, warning }) => [
    fieldRef,
    warning.split('\n').filter(line => line !== '' && !line.startsWith(' |')),
  ])
}

describe('the controller of the status of validating policies', () => {
  it('says once for each generation that expressions fit, where they do', () => {
    const fits = {
      validations: [
        {
          expression:
            "object.spec.replicas > 1 && object.metadata.creationTimestamp < timestamp('2030-01-01T00:00:00Z')",
        },
      ],
    }
    assert.deepEqual(statusOf(policy(fits)), { observedGeneration: 2, typeChecking: {} })
    assert.deepEqual(given(policy(fits, { status: { observedGeneration: 2 } })).when('p').commands, [])
    assert.deepEqual(given().when('p').commands, [])
  })

  it('tells what does not fit, of each kind that the policy names, as Kubernetes does', () => {
    const status = statusOf(
      policy({
        matchConstraints: { resourceRules: [rule('apps', 'v1', 'replicasets', 'deployments', '*/scale', 'pods')] },
        validations: [
          { expression: "object.spec.replicas > '1'", messageExpression: 'string(object.spec.nothing)' },
          { expression: 'object.spec.template.spec.containers.all(c, c.image != oldObject.spec.selector)' },
        ],
      }),
    )
    const wrong = (kind: string, name: string): string =>
      `apps/v1, Kind=${kind}: ERROR: <input>:1:${name === 'nothing' ? 19 : 22}: ${
        name === 'nothing'
          ? "undefined field 'nothing'"
          : "found no matching overload for '_>_' applied to '(int, string)'"
      }\n | ${
        name === 'nothing'
          ? 'string(object.spec.nothing)\n | ..................^'
          : "object.spec.replicas > '1'\n | .....................^"
      }\n`
    assert.deepEqual(status, {
      observedGeneration: 2,
      typeChecking: {
        expressionWarnings: [
          {
            fieldRef: 'spec.validations[0].expression',
            warning: `${wrong('Deployment', 'replicas')}\n${wrong('ReplicaSet', 'replicas')}`,
          },
          {
            fieldRef: 'spec.validations[0].messageExpression',
            warning: `${wrong('Deployment', 'nothing')}\n${wrong('ReplicaSet', 'nothing')}`,
          },
          {
            fieldRef: 'spec.validations[1].expression',
            warning: ['Deployment', 'ReplicaSet']
              .map(
                kind =>
                  `apps/v1, Kind=${kind}: ERROR: <input>:1:53: found no matching overload for '_!=_' applied to '(string, v1.LabelSelector)'\n | object.spec.template.spec.containers.all(c, c.image != oldObject.spec.selector)\n | ....................................................^\n`,
              )
              .join('\n'),
          },
        ],
      },
    })
  })

  it('knows variables, custom kinds and parameters, and lets pass what may be anything', () => {
    const custom = {
      matchConstraints: { resourceRules: [rule('example.com', 'v1', 'boats')] },
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      variables: [
        { name: 'oars', expression: 'object.spec.oars' },
        { name: 'wrong', expression: 'object.spec.sails' },
      ],
      validations: [
        { expression: 'variables.oars == int(params.data.oars)' },
        { expression: 'variables.wrong == 1 && params.dates.a == "b"' },
        { expression: 'variables.oars.contains("x")' },
      ],
    }
    assert.deepEqual(warningsOf(policy(custom), boats), [
      ['spec.validations[1].expression', ["example.com/v1, Kind=Boat: ERROR: <input>:1:31: undefined field 'dates'"]],
      [
        'spec.validations[2].expression',
        [
          "example.com/v1, Kind=Boat: ERROR: <input>:1:24: found no matching overload for 'contains' applied to 'int.(string)'",
        ],
      ],
    ])
    const open = {
      matchConstraints: { resourceRules: [rule('', 'v1', 'pods', 'services')] },
      validations: [
        {
          expression:
            "object.kind == 'Pod' ? quantity(object.spec.containers[0].resources.limits['cpu']).isInteger() : true",
        },
      ],
    }
    assert.deepEqual(warningsOf(policy(open)), [
      ['spec.validations[0].expression', ["/v1, Kind=Service: ERROR: <input>:1:44: undefined field 'containers'"]],
    ])
    const everything = {
      matchConstraints: { resourceRules: [rule('*', 'v1', 'pods')] },
      validations: [{ expression: 'object.x' }],
    }
    assert.deepEqual(warningsOf(policy(everything)), [])
  })

  it('looks at so many expressions, and says of which it looked at no more', () => {
    const validations = Array.from({ length: 1_200 }, () => ({ expression: 'object.spec.replicas > 1' }))
    assert.deepEqual(warningsOf(policy({ validations })), [
      [
        'spec.validations[1000].expression',
        ['neither this expression nor those after it are checked: there are more than 1000 for all kinds together'],
      ],
    ])
  })
})
