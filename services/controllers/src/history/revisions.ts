import { canonicalJson, controlledBy, predicateOf, refOf, successor, withSortedKeys } from '@periplus/api'
import type { Int64, Kind, KubernetesObject, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { ControllerRevision, PodTemplateSpec, podTemplateDefaults } from '@periplus/kinds'
import { fnv1, safeEncoded } from '@periplus/prelude'
import type { Cut } from '@periplus/projection'

/** On a revision: its hash. On a pod: what tells the revision that it was made from. */
export const revisionLabel = 'controller-revision-hash'

type Revision = Stored<ControllerRevision>

/** Whose history it is. */
export interface Owner {
  readonly kind: Kind
  readonly object: Stored<KubernetesObject>
  readonly template: PodTemplateSpec | undefined
}

/**
 * What takes an owner back to a template: a strategic merge patch, as `kubectl rollout undo` applies it. Its keys are in order: clients
 * of Go compare the bytes with what they would write themselves.
 */
const dataOf = (template: PodTemplateSpec | undefined) =>
  withSortedKeys({ spec: { template: { ...template, $patch: 'replace' } } })

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isTemplate = predicateOf(PodTemplateSpec)

/** The template that a revision records; `undefined` where its data, which anybody may have written, has none. */
export const templateOf = ({ data }: ControllerRevision): PodTemplateSpec | undefined => {
  const spec = isRecord(data) ? data['spec'] : undefined
  const template = isRecord(spec) ? spec['template'] : undefined
  if (!isRecord(template)) return undefined
  const { $patch: _, ...rest } = template
  return isTemplate(rest) ? (rest as PodTemplateSpec) : undefined
}

/** Whether revisions record this template, to the letter. */
export const recordsOf = (template: PodTemplateSpec | undefined): ((revision: ControllerRevision) => boolean) => {
  const text = canonicalJson(dataOf(template))
  return ({ data }) => canonicalJson(data ?? null) === text
}

/** The same, where fields that have defaults by now are not in the revision. */
export const recordsInEffect = (revision: ControllerRevision, template: PodTemplateSpec | undefined): boolean => {
  const recorded = templateOf(revision)
  return recorded !== undefined && canonicalJson(podTemplateDefaults(recorded)) === canonicalJson(template)
}

/** By number, then by age, then by name. */
export const inOrder = (revisions: readonly Revision[]): readonly Revision[] =>
  [...revisions].sort((a, b) => {
    if (a.revision !== b.revision) return a.revision < b.revision ? -1 : 1
    const [born, other] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '']
    if (born !== other) return born < other ? -1 : 1
    return a.metadata.name < b.metadata.name ? -1 : 1
  })

/** The number after the highest of these, which are in order; 1 after none. */
export const nextNumber = (revisions: readonly Revision[]): Int64 => {
  const last = revisions.at(-1)
  return last ? successor(last.revision) : 1
}

/** A revision that is to be made, and how often its name was taken by another on the way to it. */
export interface NewRevision {
  readonly revision: ControllerRevision
  readonly collisionCount: number
}

/** Of the owner's name, as much stands in its revisions', so that there is room for the hash. */
const longestOwner = 223

/**
 * A revision of the owner's template, named `<owner>-<hash>` by the hash that Kubernetes gives its StatefulSets' (32-bit FNV-1 of
 * the data and the count of collisions). A name that is taken raises the count.
 */
export const newRevision = (
  cut: Cut,
  { kind, object, template }: Owner,
  number: Int64,
  collisionCount: number,
): NewRevision => {
  const { namespace = '', annotations } = object.metadata
  const owner = object.metadata.name.slice(0, longestOwner)
  const text = canonicalJson(dataOf(template))
  let count = collisionCount
  let hash: string
  do hash = safeEncoded(String(fnv1(`${text}${count++}`)))
  while (cut.get(ControllerRevision, namespace, `${owner}-${hash}`) !== undefined)
  return {
    collisionCount: count - 1,
    revision: {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name: `${owner}-${hash}`,
        namespace,
        labels: { ...template?.metadata?.labels, [revisionLabel]: hash },
        ...(annotations ? { annotations } : {}),
        ownerReferences: [controlledBy(kind, object)],
      },
      data: dataOf(template),
      revision: number,
    },
  }
}

const ref = ({ metadata }: Revision) => refOf(ControllerRevision, metadata.namespace ?? '', metadata.name)

/** Gives a revision another number: what was rolled back to is the newest. */
export const renumber = (revision: Revision, number: Int64): Command => ({
  verb: 'patch',
  kind: ControllerRevision,
  ref: ref(revision),
  patch: { type: 'merge', body: { metadata: { uid: revision.metadata.uid }, revision: number } },
})

/** Removes a revision that nobody needs any more. */
export const forget = (revision: Revision): Command => ({
  verb: 'delete',
  kind: ControllerRevision,
  ref: ref(revision),
  options: { preconditions: { uid: revision.metadata.uid } },
})
