import type { KubernetesObject, ObjectMeta } from '@periplus/api'
import { kindOf } from '@periplus/controller'
import type { Random } from '@periplus/prelude'
import { atLimits, readable } from './mutate.ts'
import { plainObjects } from './objects.ts'
import { pick } from './values.ts'

type Json = Readonly<Record<string, unknown>>

/** Names as long as they may be, where what is made of them has names as well. */
const longest = 253
const longestLabel = 63
const longestOf: Readonly<Record<string, number>> = {
  // Its sets have a hash behind its name, and of the other its pods' hosts have a number.
  Deployment: 242,
  StatefulSet: 52,
  CronJob: 52,
  Job: longestLabel,
  Service: longestLabel,
}

const labelSets: readonly ((random: Random) => Readonly<Record<string, string>>)[] = [
  () => ({}),
  () => Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`key-${at}`, 'x'.repeat(longestLabel)])),
  () => ({ app: 'witness', [`${'a'.repeat(longest)}/${'b'.repeat(longestLabel)}`]: '' }),
  () => ({ 'pod-template-hash': 'x', 'controller-revision-hash': 'y', 'batch.kubernetes.io/job-name': 'job' }),
  () => ({ 'kubernetes.io/hostname': 'node-a', 'topology.kubernetes.io/zone': '', constructor: 'x', __proto__: 'y' }),
  random => ({ app: pick(random, ['web', 'again', 'set', 'daemons', 'stateful']) }),
]

/** What every pod of the namespace fits. */
const everything = { matchExpressions: [{ key: 'nobody-has-it', operator: 'DoesNotExist' }] }

const greedy = (object: KubernetesObject, random: Random): KubernetesObject => {
  const { spec } = object as { spec?: Json }
  if (!spec || !('selector' in spec)) return object
  const old = spec['selector'] as Json
  const selector = 'matchLabels' in old || 'matchExpressions' in old ? pick(random, [{}, everything]) : {}
  return { ...object, spec: { ...spec, selector } } as KubernetesObject
}

const nameOf = (kind: string, plain: string, at: number, random: Random): string => {
  const name = `${plain}-${at}`
  const chance = random()
  if (chance > 0.1) return name
  return name.padEnd(Math.min(chance > 0.05 ? longestLabel : longest, longestOf[kind] ?? longest), '0')
}

/** Each quota of a namespace is reckoned with whatever is written there, so that few of them are enough. */
const weighed = plainObjects.flatMap(one => (one.kind === 'ResourceQuota' ? [one] : [one, one, one, one]))

/** An object of the kinds that controllers look after, at the limits of what the API takes; `undefined` where it cannot be read. */
export const drawHostile = (namespace: string, at: number, random: Random): KubernetesObject | undefined => {
  const plain = pick(random, weighed)
  const kind = kindOf(plain)
  const name = nameOf(kind.kind, plain.metadata?.name ?? '', at, random)
  const meta = plain.metadata as ObjectMeta
  const metadata = {
    ...meta,
    name,
    ...(kind.namespaced ? { namespace } : {}),
    ...(random() < 0.3 ? { labels: pick(random, labelSets)(random) } : {}),
    ...(random() < 0.05 ? { finalizers: ['example.com/never'] } : {}),
  }
  let object: KubernetesObject = { ...plain, metadata }
  if (random() < 0.1) object = greedy(object, random)
  for (const part of ['spec', 'status', 'metadata'] as const)
    if (random() < 0.6) object = atLimits(kind, object, part, random, pick(random, [1, 1, 2]))
  return readable(kind, object)
}

/** The object with one of the `others` as its owner, or itself: circles come of it. */
export const ownedBy = (object: KubernetesObject, owner: KubernetesObject, random: Random): KubernetesObject => ({
  ...object,
  metadata: {
    ...(object.metadata as ObjectMeta),
    ownerReferences: [
      {
        apiVersion: owner.apiVersion ?? 'v1',
        kind: owner.kind ?? 'ConfigMap',
        name: owner.metadata?.name ?? 'x',
        uid: random() < 0.9 ? (owner.metadata?.uid ?? 'x') : 'of-nobody',
        controller: random() < 0.5,
        blockOwnerDeletion: random() < 0.5,
      },
    ],
  },
})
