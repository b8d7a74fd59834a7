import { controllerOf } from '@periplus/api'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { Cut } from '@periplus/projection'
import type { Key, WatchOfKind, WatchedChange } from './controller.ts'

const bothStates = ({ before, after }: WatchedChange): readonly Stored<KubernetesObject>[] =>
  [before, after].filter(object => object !== undefined)

/** The key of an object itself. */
export const keyOf = (object: Stored<KubernetesObject>): Key => ({
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name,
})

/** A change of an object of this kind wakes the key of the same name: what every controller has for its primary kind. */
export const itself = (kind: Kind, wakes: (change: WatchedChange, cut: Cut) => boolean = () => true): WatchOfKind => ({
  kind,
  keys: (change, cut) => (wakes(change, cut) ? bothStates(change).slice(-1).map(keyOf) : []),
})

/** A change of an object that `owner` controls wakes its controller, before and after (an orphaned one wakes the old one). */
export const owned = (kind: Kind, owner: Kind): WatchOfKind => ({
  kind,
  keys: change =>
    bothStates(change).flatMap(object => {
      const reference = controllerOf(object)
      if (reference?.kind !== owner.kind || reference.apiVersion.split('/')[0] !== (owner.group || owner.version))
        return []
      return [{ namespace: owner.namespaced ? (object.metadata.namespace ?? '') : '', name: reference.name }]
    }),
})
