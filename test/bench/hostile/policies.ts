import { attack, maps, onceOnly } from './attack.ts'
import type { Attack } from './attack.ts'
import { fresh, posting, removing } from './bodies.ts'

const registration = '/apis/admissionregistration.k8s.io/v1'
const policies = `${registration}/validatingadmissionpolicies`
const bindings = `${registration}/validatingadmissionpolicybindings`
const names = ['slow-0', 'slow-1']
const many = 60

/** Looks at each pair of an object's keys. */
const pairs = (at: number): string => `object.data.all(k, object.data.all(j, (k + j).contains('${at}') || true))`

const policy = (name: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name },
  spec: {
    failurePolicy: 'Ignore',
    matchConstraints: {
      resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE'] }],
    },
    matchConditions: Array.from({ length: many }, (_, at) => ({ name: `c${at}`, expression: pairs(at) })),
    variables: Array.from({ length: many }, (_, at) => ({ name: `v${at}`, expression: pairs(at) })),
    validations: Array.from({ length: many }, (_, at) => ({ expression: `variables.v${at}` })),
  },
})
const binding = (name: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name },
  spec: { policyName: name, validationActions: ['Deny'] },
})

export const slowPolicies: readonly Attack[] = [
  onceOnly(
    attack('policies of 60 conditions and 60 variables', () =>
      names.flatMap(name => [posting(policies, policy(name)), posting(bindings, binding(name))]),
    ),
  ),
  attack('what they look at, of 200 keys', () => [
    posting(maps, {
      metadata: { name: fresh() },
      data: Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`k${at}`, 'x'])),
    }),
  ]),
  attack('(takes the policies away)', () =>
    names.flatMap(name => [removing(`${bindings}/${name}`), removing(`${policies}/${name}`)]),
  ),
]
