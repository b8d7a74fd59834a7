import { statusOf } from '@periplus/api'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { EventDraft, Moment } from '@periplus/controller'

/** What refused the decision before, in words, where that was about an object of the kind. */
export const refusalOf = (
  verb: 'create' | 'delete' | 'patch',
  kind: Kind,
  refused: Moment['refused'],
): string | undefined =>
  refused?.verb === verb && refused.resource === kind.resource ? statusOf(refused.refusal).message : undefined

/** Something that went as it should. */
export const normal = (regarding: Stored<KubernetesObject>, reason: string, message: string): EventDraft => ({
  regarding,
  type: 'Normal',
  reason,
  message,
})

/** Something that people should look at. */
export const warning = (regarding: Stored<KubernetesObject>, reason: string, message: string): EventDraft => ({
  regarding,
  type: 'Warning',
  reason,
  message,
})

/** The first three names, and how many more there are. */
export const someNames = (objects: readonly Stored<KubernetesObject>[]): string =>
  objects
    .slice(0, 3)
    .map(object => object.metadata.name)
    .join(', ') + (objects.length > 3 ? ` and ${objects.length - 3} more` : '')
