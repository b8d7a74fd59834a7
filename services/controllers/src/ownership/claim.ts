import { controlledBy, controllerOf, refOf, selects } from '@periplus/api'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import type { LabelSelector } from '@periplus/kinds'
import { byOwner } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { fittingOrphans } from './orphans.ts'

/** The objects that are somebody's, and what it takes to make them so. */
export interface Claim<A extends KubernetesObject> {
  readonly objects: readonly Stored<A>[]
  readonly commands: readonly Command[]
  readonly adopted: number
  readonly released: number
}

/** Who claims: an object, its kind, and the selector that says what it wants. */
export interface Claimant {
  readonly kind: Kind
  readonly object: Stored<KubernetesObject>
  /** Absent: it selects nothing. */
  readonly selector: LabelSelector | undefined
  /** Given to what is adopted and taken from what is released. */
  readonly finalizer?: string
}

/**
 * Own objects whose labels no longer fit are released; fitting ones that nobody manages, and that `adoptable` does not turn
 * down, are adopted (client-go's `ControllerRefManager`). What is being deleted neither adopts nor is adopted.
 */
export const claim = <A extends KubernetesObject>(
  cut: Cut,
  kind: Kind<A>,
  { kind: ownerKind, object: owner, selector, finalizer }: Claimant,
  adoptable: (object: Stored<A>) => boolean = () => true,
): Claim<A> => {
  const { uid, namespace = '', deletionTimestamp } = owner.metadata
  const leaving = deletionTimestamp !== undefined
  const kept: Stored<A>[] = []
  const released: Stored<A>[] = []
  for (const object of cut.by(byOwner(kind), uid)) {
    if (controllerOf(object)?.uid !== uid) continue
    if (selects(selector, object.metadata.labels)) kept.push(object)
    else if (!leaving && object.metadata.deletionTimestamp === undefined) released.push(object)
  }
  const adopted = leaving
    ? []
    : fittingOrphans(cut, kind, namespace, selector).filter(
        object => object.metadata.deletionTimestamp === undefined && adoptable(object),
      )
  const reference = controlledBy(ownerKind, owner)
  const given = finalizer === undefined ? {} : { finalizers: [finalizer] }
  const taken = finalizer === undefined ? {} : { '$deleteFromPrimitiveList/finalizers': [finalizer] }
  return {
    objects: [...kept, ...adopted.map(object => withFinalizer(object, finalizer))],
    commands: [
      ...released.map(object => patchOwners(kind, object, { ownerReferences: [{ $patch: 'delete', uid }], ...taken })),
      ...adopted.map(object => patchOwners(kind, object, { ownerReferences: [reference], ...given })),
    ],
    adopted: adopted.length,
    released: released.length,
  }
}

const patchOwners = (kind: Kind, object: Stored<KubernetesObject>, metadata: object): Command => ({
  verb: 'patch',
  kind,
  ref: refOf(kind, object.metadata.namespace ?? '', object.metadata.name),
  // The uid keeps an object that took the name meanwhile from being meant.
  patch: { type: 'strategic', body: { metadata: { uid: object.metadata.uid, ...metadata } } },
})

/** An object as it is once it is adopted. */
const withFinalizer = <A extends KubernetesObject>(object: Stored<A>, finalizer: string | undefined): Stored<A> => {
  const { finalizers = [] } = object.metadata
  return finalizer === undefined || finalizers.includes(finalizer)
    ? object
    : { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } }
}
