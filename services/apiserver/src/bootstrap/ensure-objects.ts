import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { deepEqual } from '@periplus/api'
import type { Kind, KubernetesObject, Refusal } from '@periplus/api'
import type { Commands } from '@periplus/commands'
import type { Entry, LiveCut } from '@periplus/projection'

export interface WantedObject {
  readonly kind: Kind
  readonly object: KubernetesObject
  /** What is there is brought to this where its data is other. */
  readonly keepsData?: true
}

/** Of what an API server writes at its start. */
export const bootstrapOrigin = {
  actor: 'user:system:apiserver',
  component: 'apiserver',
  causes: [],
  correlationId: 'bootstrap',
} as const

const dataOf = (object: KubernetesObject | undefined): unknown =>
  (object as { readonly data?: unknown } | undefined)?.data

/**
 * Creates what is missing of the objects that a cluster begins with; what is there stays as it is, but for what must not. Waits until the cut holds
 * them. Left: the first refusal that isn't somebody else's having been quicker.
 */
export const ensureObjects = async (
  wanted: readonly WantedObject[],
  { cut, commands }: { cut: LiveCut; commands: Commands },
): Promise<Either<Refusal, void>> => {
  const entryOf = ({ kind: { group, resource }, object }: WantedObject): Entry | undefined => {
    const { namespace = '', name = '' } = object.metadata ?? {}
    return cut.entry({ group, resource, namespace, name })
  }
  const missing = wanted.filter(one => entryOf(one) === undefined)
  const others = wanted.filter(one => {
    const there = one.keepsData ? entryOf(one) : undefined
    return there !== undefined && !deepEqual(dataOf(there.object()), dataOf(one.object))
  })
  const results = await Promise.all([
    ...missing.map(({ kind, object }) => commands.execute({ verb: 'create', kind, object }, bootstrapOrigin)),
    ...others.map(({ kind, object }) => commands.execute({ verb: 'update', kind, object }, bootstrapOrigin)),
  ])
  for (const result of results) if (E.isLeft(result) && result.left.tag !== 'AlreadyExists') return result
  await cut.reached(Math.max(0, ...results.map(result => (E.isRight(result) ? result.right.sequence : 0))))
  return E.right(undefined)
}
