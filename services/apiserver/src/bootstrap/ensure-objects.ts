import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Kind, KubernetesObject, Refusal } from '@periplus/api'
import type { Commands } from '@periplus/commands'
import type { LiveCut } from '@periplus/projection'

export interface WantedObject {
  readonly kind: Kind
  readonly object: KubernetesObject
}

/**
 * Creates what is missing of the objects that a cluster begins with; what is there stays as it is. Waits until the cut holds
 * them. Left: the first refusal that isn't somebody else's having been quicker.
 */
export const ensureObjects = async (
  wanted: readonly WantedObject[],
  { cut, commands }: { cut: LiveCut; commands: Commands },
): Promise<Either<Refusal, void>> => {
  const missing = wanted.filter(({ kind, object }) => {
    const { namespace = '', name = '' } = object.metadata ?? {}
    return cut.entry({ group: kind.group, resource: kind.resource, namespace, name }) === undefined
  })
  const results = await Promise.all(
    missing.map(({ kind, object }) =>
      commands.execute(
        { verb: 'create', kind, object },
        { actor: 'user:system:apiserver', component: 'apiserver', causes: [], correlationId: 'bootstrap' },
      ),
    ),
  )
  for (const result of results) if (E.isLeft(result) && result.left.tag !== 'AlreadyExists') return result
  await cut.reached(Math.max(0, ...results.map(result => (E.isRight(result) ? result.right.sequence : 0))))
  return E.right(undefined)
}
