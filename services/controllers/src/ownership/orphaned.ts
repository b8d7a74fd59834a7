import { controllerOf, selects } from '@periplus/api'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import { keyOf } from '@periplus/controller'
import type { WatchOfKind } from '@periplus/controller'
import type { LabelSelector } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** Somebody who may adopt, and what it selects. */
interface Adopter {
  readonly object: Stored<KubernetesObject>
  readonly selector: LabelSelector | undefined
}

/** An object of the kind that nobody manages wakes all in its namespace that might adopt it. */
export const orphaned = (kind: Kind, adopters: (cut: Cut, namespace: string) => readonly Adopter[]): WatchOfKind => ({
  kind,
  keys: ({ after }, cut) =>
    after === undefined || controllerOf(after) !== undefined
      ? []
      : adopters(cut, after.metadata.namespace ?? '')
          .filter(({ selector }) => selects(selector, after.metadata.labels))
          .map(({ object }) => keyOf(object)),
})

interface Selecting extends KubernetesObject {
  readonly spec?: { readonly selector?: LabelSelector }
}

/** Those of a kind that say in their spec what they select. */
export const selectingOnes =
  (kind: Kind<Selecting>) =>
  (cut: Cut, namespace: string): readonly Adopter[] =>
    cut.list(kind, namespace).map(object => ({ object, selector: object.spec?.selector }))
