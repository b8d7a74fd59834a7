import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { fromJson } from '@periplus/api'
import type { KubernetesObject, ObjectRef, OwnerReference } from '@periplus/api'
import { builtinRegistry } from '@periplus/custom'
import type { ReadRefusal, RecordedEvent } from '@periplus/log'
import type { RememberedEvents } from './remembered-events.ts'

const ownerOf = (event: RecordedEvent): OwnerReference | undefined =>
  (fromJson(Buffer.from(event.body).toString()) as KubernetesObject).metadata?.ownerReferences?.find(
    reference => reference.controller,
  )

const refOf = (owner: OwnerReference, namespace: string): ObjectRef | undefined => {
  const [version = '', group = ''] = owner.apiVersion.split('/').reverse()
  const kind = builtinRegistry.byKind(group, version, owner.kind)
  return kind && { group, resource: kind.resource, namespace: kind.namespaced ? namespace : '', name: owner.name }
}

/** A chain of owners longer than this is no chain of Kubernetes' controllers. */
const mostOwners = 8

/** Events of one owner that are looked through for its creation, from its newest one back. */
const mostLookedAt = 10_000

const birthOf = async (
  log: Pick<RememberedEvents, 'get' | 'last'>,
  ref: ObjectRef,
  uid: string,
): Promise<Either<ReadRefusal, RecordedEvent | undefined>> => {
  let found = await log.last(ref)
  for (let left = mostLookedAt; left > 0 && E.isRight(found) && found.right !== undefined; left--) {
    if (found.right.uid === uid && found.right.type === 'created') return found
    if (found.right.previous === 0) return E.right(undefined)
    found = await log.get(found.right.previous)
  }
  return E.isLeft(found) && found.left.tag === 'Unavailable' ? found : E.right(undefined)
}

/**
 * The creations of what controls an object, and of what controls that: why it is wanted at all. An owner whose creation the
 * log no longer has, or whose kind isn't built in, ends the chain.
 */
export const ownerBirths = async (
  log: Pick<RememberedEvents, 'get' | 'last'>,
  event: RecordedEvent,
): Promise<Either<ReadRefusal, readonly RecordedEvent[]>> => {
  const births: RecordedEvent[] = []
  let owner = ownerOf(event)
  while (owner && births.length < mostOwners) {
    const ref = refOf(owner, event.ref.namespace)
    if (!ref) break
    const birth = await birthOf(log, ref, owner.uid)
    if (E.isLeft(birth)) return birth
    if (!birth.right) break
    births.push(birth.right)
    owner = ownerOf(birth.right)
  }
  return E.right(births)
}
