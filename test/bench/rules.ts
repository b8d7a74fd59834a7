/**
 * What rules in CEL cost a write: creations of a custom object through the whole write path over a log in memory, without rules, with
 * ten of them, and with one ValidatingAdmissionPolicy besides. Run: `npx tsx test/bench/main.ts rules.ts`.
 */
import { builtInAdmission, createCommands } from '@periplus/commands'
import { kindsAt } from '@periplus/custom'
import {
  CustomResourceDefinition,
  Namespace,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '@periplus/kinds'
import { memoryEventLog } from '@periplus/log'
import type { Origin } from '@periplus/log'
import type { Kind, KubernetesObject } from '@periplus/api'
import { mutableCut } from '@periplus/projection'
import { bestOf, right, table } from './measure.ts'

const writes = 300
const runs = 3
const origin: Origin = { actor: 'user:bench', component: 'bench', causes: [], correlationId: 'bench' }

const tenRules = [
  'self.min <= self.max',
  'self.replicas >= self.min && self.replicas <= self.max',
  "self.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
  'self.ports.all(p, p.port > 0 && p.port < 65536)',
  'self.ports.all(p, self.ports.exists_one(q, q.name == p.name))',
  "!has(self.image) || self.image.contains(':')",
  'size(self.ports) <= 10',
  "quantity(self.memory).isGreaterThan(quantity('1Mi'))",
  "self.hosts.all(h, isURL('https://' + h))",
  "self.labels.all(k, self.labels[k] != '')",
].map(rule => ({ rule }))

const text = { type: 'string', maxLength: 100 }
const schemaWith = (rules: readonly object[]) => ({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['min', 'max', 'replicas', 'name', 'ports', 'memory', 'hosts', 'labels'],
      properties: {
        ...{ min: { type: 'integer' }, max: { type: 'integer' }, replicas: { type: 'integer' } },
        ...{ name: text, image: text, memory: text },
        hosts: { type: 'array', maxItems: 10, items: text },
        labels: { type: 'object', maxProperties: 10, additionalProperties: text },
        ports: {
          type: 'array',
          maxItems: 10,
          items: { type: 'object', required: ['name', 'port'], properties: { name: text, port: { type: 'integer' } } },
        },
      },
      ...(rules.length > 0 ? { 'x-kubernetes-validations': rules } : {}),
    },
  },
})

const definition = (rules: readonly object[]) => ({
  metadata: { name: 'boats.bench.example.com' },
  spec: {
    group: 'bench.example.com',
    names: { plural: 'boats', singular: 'boat', kind: 'Boat', listKind: 'BoatList' },
    scope: 'Namespaced',
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schemaWith(rules) } }],
  },
  status: {
    conditions: [
      { type: 'Established', status: 'True' },
      { type: 'NamesAccepted', status: 'True' },
    ],
  },
})

const policy = {
  metadata: { name: 'bench' },
  spec: {
    matchConstraints: {
      resourceRules: [
        { operations: ['CREATE'], apiGroups: ['bench.example.com'], apiVersions: ['v1'], resources: ['boats'] },
      ],
    },
    variables: [{ name: 'size', expression: 'size(object.spec.ports)' }],
    validations: [
      { expression: 'variables.size > 1 && object.spec.replicas < 100' },
      { expression: "namespaceObject.metadata.name == 'n' && request.operation == 'CREATE'" },
    ],
  },
}
const binding = { metadata: { name: 'bench' }, spec: { policyName: 'bench', validationActions: ['Deny'] } }

const boat = (name: string) => ({
  metadata: { name, namespace: 'n' },
  spec: {
    ...{ min: 1, max: 5, replicas: 3, name: 'web', image: 'web:1', memory: '64Mi' },
    hosts: ['a.example.com', 'b.example.com'],
    labels: { app: 'web', tier: 'front' },
    ports: [
      { name: 'http', port: 80 },
      { name: 'https', port: 443 },
      { name: 'metrics', port: 9090 },
    ],
  },
})

const measured = async (rules: readonly object[], withPolicy: boolean): Promise<number> => {
  const [log, cut] = [memoryEventLog(), mutableCut()]
  const commands = createCommands({ cut, log, kindsAt, admission: builtInAdmission })
  const create = async (kind: Kind, fields: object): Promise<void> => {
    right(await commands.execute({ verb: 'create', kind, object: fields as KubernetesObject }, origin))
  }
  const seen = (): void => cut.apply(log.slice(cut.sequence + 1))
  await create(Namespace, { metadata: { name: 'n' } })
  await create(CustomResourceDefinition, definition(rules))
  seen()
  const { status } = definition(rules)
  const object = { ...cut.get(CustomResourceDefinition, '', 'boats.bench.example.com'), status } as KubernetesObject
  right(
    await commands.execute({ verb: 'update', kind: CustomResourceDefinition, object, subresource: 'status' }, origin),
  )
  if (withPolicy) {
    await create(ValidatingAdmissionPolicy, policy)
    await create(ValidatingAdmissionPolicyBinding, binding)
  }
  seen()
  const kind = kindsAt(cut).byResource('bench.example.com', 'v1', 'boats')
  if (!kind) throw new Error('the definition is not established')
  let made = 0
  const { cpu } = await bestOf(runs, writes, async () => {
    for (let i = 0; i < writes; i++) await create(kind, boat(`boat-${made++}`))
  })
  return cpu
}

const plain = await measured([], false)
const ruled = await measured(tenRules, false)
const both = await measured(tenRules, true)
const row = (what: string, cpu: number) => [what, cpu.toFixed(0), (cpu / plain).toFixed(2)] as const
table(
  ['a creation', 'CPU µs', 'of the one without'],
  [row('without rules', plain), row('with ten rules', ruled), row('and one policy', both)],
)
