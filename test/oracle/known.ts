import { compareQuantities, quantityOf } from '@periplus/api'
import { present } from './compare.ts'
import type { Difference } from './compare.ts'
import type { Question } from './judge.ts'

/** A difference that stands, and why. */
export interface Known {
  /** Absent: of every resource. */
  readonly resource?: string
  readonly sort?: Difference['sort']
  readonly field: RegExp
  readonly reason: string
  /** Whether it is this one after what was asked; absent: field and resource say enough. */
  readonly isOf?: (difference: Difference, question: Question) => boolean
}

/** What was written at the place that an error tells of: `only theirs spec.containers[0].ports (FieldValueForbidden): …`. */
const writtenAt = ({ detail }: Difference, { object }: Question): unknown => {
  const [, path = ''] = /^only (?:ours|theirs) (\S+) \(/.exec(detail) ?? []
  return path
    .split(/[.[\]]+/)
    .filter(step => step !== '')
    .reduce<unknown>((of, step) => (of as Readonly<Record<string, unknown>> | null | undefined)?.[step], object)
}

/** What an object asks for, but for what is empty. */
const specText = (object: unknown): string =>
  JSON.stringify(present((object as { readonly spec?: unknown } | undefined)?.spec))

/** How many claims a StatefulSet has. */
const claimsOf = (object: unknown): number =>
  (object as { readonly spec?: { readonly volumeClaimTemplates?: readonly unknown[] } } | undefined)?.spec
    ?.volumeClaimTemplates?.length ?? 0

/** An empty list, or resources of nothing else. */
const isOfEmptyLists = (difference: Difference, question: Question): boolean => {
  const written = writtenAt(difference, question)
  if (Array.isArray(written)) return written.length === 0
  const isResources = /\.resources FieldValueForbidden$/.test(difference.field)
  return isResources && written !== undefined && JSON.stringify(present(written)) === '{}'
}

/** As many thousand millionths as 64 bits hold. */
const leastDecimal = quantityOf('-9223372036854775808n')

/** An amount between two whole numbers, and of Kubernetes the one above it, or the one above that, or what overflowed. */
const isRoundedUp = ({ field, detail }: Difference, { texts: [text = ''] = [] }: Question): boolean => {
  const [, ours, theirs] = /^ours "(-\d+)", theirs "(-?\d+)"$/.exec(detail) ?? []
  if (ours === undefined || theirs === undefined) return false
  const amount = quantityOf(text)
  // Kubernetes holds an amount in decimals that has a fraction, is a multiple of a power of two, or has many digits.
  if (/[.i]|\d{19}/.test(text) && compareQuantities(amount, leastDecimal) < 0) return true
  const isBetween = compareQuantities(amount, quantityOf(field === 'milli' ? `${ours}m` : ours)) !== 0
  return isBetween && [1n, 2n].includes(BigInt(theirs) - BigInt(ours))
}

export const known: readonly Known[] = [
  {
    sort: 'default',
    field: /^status(\.(nodeInfo|daemonEndpoints|runtimeHandlers\[\]\.name) | ours absent, theirs \{"daemonEndpoints")/,
    reason: 'Go writes the empty texts of structs that it has by value; clients read the same',
  },
  {
    sort: 'default',
    field: /(lastTransitionTime|lastUpdateTime|lastPhaseTransitionTime) ours "2026-01-02T03:04:05Z"/,
    reason: 'each side has its own clock',
  },
  {
    resource: '/nodes/status',
    field: /metadata\.nodeSwapStatus\.capacity/,
    reason: 'Kubernetes takes swap of nothing in a status, and then refuses every other change of the node',
  },
  {
    resource: '/secrets',
    sort: 'cells',
    field: /^Data/,
    reason: 'the judge prints what was written, with stringData, and not what is stored',
  },
  {
    resource: '/services',
    sort: 'cells',
    field: /^Cluster-IP/,
    reason: 'the judge prints what was written, where clusterIPs does not follow from clusterIP yet',
  },
  {
    resource: 'quantities',
    field: /^(value|milli) ours "-/,
    isOf: isRoundedUp,
    reason:
      'Kubernetes rounds negative amounts away from zero, but upwards, one too far or beyond 64 bits where it holds them as decimals; here it is always away from zero',
  },
  {
    resource: 'quantities',
    field: /^(first|second|sum|difference) ours "(-?\d+?)(000)+E", theirs "\2"/,
    reason: 'Kubernetes spells from 1000E on without a suffix, which makes 1 of 1000E',
  },
  {
    sort: 'cells',
    field: /^TokenRequests ours "<unset>", theirs ""/,
    reason: 'an empty list is kept as none',
  },
  {
    field: /^ ours answered, theirs panic/,
    reason: 'Kubernetes does not survive printing what its validation refuses',
  },
  {
    sort: 'result',
    field: /\$(retainKeys|setElementOrder|deleteFromPrimitiveList)[^ ]* ours absent/,
    reason:
      'Kubernetes leaves what is said of merging in content that meets nothing to be merged into, and then refuses an unknown field',
  },
  {
    resource: '/nodes',
    sort: 'default',
    field:
      /^status ours absent, theirs \{"daemonEndpoints":\{"kubeletEndpoint":\{"Port":0\}\},"nodeInfo":\{("\w+":"",?)+\}\}$/,
    reason: 'Go writes the empty texts of structs that it has by value; clients read the same',
  },
  {
    sort: 'default',
    field: /schedulingGroup|nodeAllocatableResourceClaimStatuses/,
    reason: "a field of the version after the judge's, which it does not know",
  },
  {
    field:
      /(resources\.claims FieldValueForbidden|ephemeralContainers\[\]\.\w+ FieldValueForbidden|behavior\.scale(Up|Down)\.policies FieldValueRequired) only theirs/,
    isOf: isOfEmptyLists,
    reason: 'an empty list is kept as none, and Kubernetes refuses it where it has no place',
  },
  {
    resource: 'apps/daemonsets',
    sort: 'stored',
    field: /strconv\.ParseInt/,
    reason: 'Kubernetes cannot read a DaemonSet whose deprecated annotation is no number; here it counts as none',
  },
  {
    resource: '/nodes/status',
    field: /^status\.allocatable( ours .*, theirs absent|.* only ours)/,
    reason: 'an empty map is kept as none, so that what a node has is what pods can have',
  },
  {
    resource: 'apps/daemonsets/status',
    field: /^ ours answered, theirs strconv\.ParseInt/,
    reason:
      "the count of templates is not the writer's to set: here it stays, where Kubernetes cannot read the request",
  },
  {
    resource: 'apps/statefulsets',
    field: /^spec\.updateStrategy\.rollingUpdate(\.maxUnavailable)? /,
    reason: 'acted on; Kubernetes 1.35 has the feature off by default, and drops it without a word',
  },
  {
    resource: 'apps/statefulsets',
    field: /^metadata\.generation /,
    isOf: (_, { object }) => JSON.stringify(object).includes('"maxUnavailable"'),
    reason: 'likewise: what Kubernetes drops changes nothing there',
  },
  {
    resource: 'apps/statefulsets',
    field: /^spec\.template\.spec\.volumes\[\]\.(name|persistentVolumeClaim\.claimName) FieldValueRequired only/,
    isOf: (_, { object }) => claimsOf(object) > 1,
    reason: 'Kubernetes gives the volumes of claims to the template in the order of a Go map, another one each time',
  },
  {
    resource: 'networking.k8s.io/networkpolicies',
    field: /^metadata\.generation ours (\d+), theirs \d+$/,
    isOf: (_, { object, previous }) => specText(object) === specText(previous),
    reason: 'an empty list is kept as none, and so nothing changes',
  },
  {
    resource: '/replicationcontrollers',
    sort: 'warnings',
    field: /^spec\.template\./,
    isOf: (_, { op }) => op === 'update',
    reason: 'Kubernetes warns of the template that was there, as its strategy hands both over in the wrong order',
  },
  {
    field: /\.volumeMounts\[\]\.volumeStatus /,
    reason: 'a field of a feature that Kubernetes 1.35 has off by default, and drops without a word',
  },
  {
    field: /lifecycle\.stopSignal|\.lifecycle (FieldValueForbidden only ours|ours \{"stopSignal)/,
    reason: 'not dropped without a word, as Kubernetes does: the node refuses such pods and says so',
  },
  {
    resource: '/pods',
    field: /^spec FieldValueForbidden only ours/,
    isOf: (_, { op, object }) => op === 'update' && JSON.stringify(object).includes('"stopSignal"'),
    reason: 'likewise: it is a change of the pod that is not possible',
  },
]

/** Whether a difference in the answers to a question stands. */
export const isKnown = (resource: string, question: Question, difference: Difference): boolean =>
  known.some(
    one =>
      (one.resource === undefined || one.resource === resource) &&
      (one.sort === undefined || one.sort === difference.sort) &&
      one.field.test(`${difference.field} ${difference.detail}`) &&
      (one.isOf === undefined || one.isOf(difference, question)),
  )
