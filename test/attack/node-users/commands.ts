import { toJson } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import { builtinKinds } from '@periplus/kinds'
import type { Random } from '@periplus/prelude'
import { plainObjects } from '../extreme/objects.ts'
import { extremeOf, pick } from '../extreme/values.ts'
import { mutatedText } from '../requests/text.ts'

const own = [
  'pods',
  'nodes',
  'leases',
  'events',
  'podmetrics',
  'nodemetrics',
  'secrets',
  'configmaps',
  'serviceaccounts',
]
const kindsOfNodes = builtinKinds.filter(({ resource }) => own.includes(resource))

const objectOf = (kind: Kind, random: Random, node: string): object => {
  const plain = plainObjects.find(one => one.kind === kind.kind)
  const name = pick(random, [node, 'other', 'alone', 'web', `${node}-1`])
  const metadata = { name, ...(kind.namespaced ? { namespace: pick(random, ['default', 'kube-node-lease']) } : {}) }
  const rest = plain && random() < 0.6 ? plain : (extremeOf(kind.schema, random, 3) as KubernetesObject)
  const spec =
    kind.kind === 'Pod' && random() < 0.5 ? { spec: { nodeName: node, containers: [{ name: 'c', image: 'i' }] } } : {}
  return { ...rest, ...spec, metadata: { ...metadata, annotations: { 'kubernetes.io/config.mirror': 'x' } } }
}

const patches = (random: Random): object =>
  pick<object>(random, [
    { type: 'merge', body: { status: { phase: 'Running', conditions: [null] } } },
    { type: 'strategic', body: { status: { conditions: [{ type: 'Ready', $patch: 'delete' }] } } },
    {
      type: 'strategic',
      body: { metadata: { labels: { 'kubernetes.io/os': 'x' }, '$deleteFromPrimitiveList/finalizers': [1] } },
    },
    { type: 'json', body: [{ op: 'replace', path: '/status', value: {} }] },
    {
      type: 'json',
      body: Array.from({ length: 10_000 }, () => ({ op: 'add', path: '/metadata/labels/a', value: 'b' })),
    },
  ])

/** A command as a node's agent sends it, with something in it that none would say. */
export const drawCommand = (random: Random, node: string, at: number): Buffer => {
  const kind = pick(random, random() < 0.7 ? kindsOfNodes : builtinKinds)
  const object = objectOf(kind, random, node) as KubernetesObject
  const { name, namespace = '' } = object.metadata ?? {}
  const ref = { group: kind.group, resource: kind.resource, namespace, name }
  const verb = pick(random, ['create', 'update', 'patch', 'delete', 'update'])
  const command = {
    verb,
    kind: { group: kind.group, version: kind.version, resource: kind.resource },
    ...(verb === 'create' || verb === 'update' ? { object } : { ref }),
    ...(verb === 'patch' ? { patch: patches(random) } : {}),
    ...(verb === 'delete' ? { options: { gracePeriodSeconds: pick(random, [0, -1, 2 ** 53]) } } : {}),
    ...(random() < 0.4 ? { subresource: 'status' } : {}),
  }
  const id = random() < 0.95 ? `attack.${at}` : pick(random, ['x', `attack.${at - 1}`, 'a'.repeat(300), '\u0000'])
  const text = toJson({ id, command, causes: random() < 0.97 ? [1] : [pick(random, [2 ** 53, -1])], correlationId: id })
  return Buffer.from(random() < 0.4 ? text : mutatedText(text, random, random() < 0.02))
}
