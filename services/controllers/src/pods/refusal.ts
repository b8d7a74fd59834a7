import { statusOf } from '@periplus/api'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { Moment } from '@periplus/controller'

/** What refused the decision before, in words, where that was about an object of the kind. */
export const refusalOf = (
  verb: 'create' | 'delete' | 'patch',
  kind: Kind,
  refused: Moment['refused'],
): string | undefined =>
  refused?.verb === verb && refused.resource === kind.resource ? statusOf(refused.refusal).message : undefined

/** The first three names, and how many more there are. */
export const someNames = (objects: readonly Stored<KubernetesObject>[]): string =>
  objects
    .slice(0, 3)
    .map(object => object.metadata.name)
    .join(', ') + (objects.length > 3 ? ` and ${objects.length - 3} more` : '')
