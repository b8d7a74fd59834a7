import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { fromJson } from '@periplus/api'
import type { KubernetesObject, ObjectRef, OwnerReference } from '@periplus/api'
import { builtinRegistry } from '@periplus/custom'
import type { EventLog, ReadRefusal, RecordedEvent } from '@periplus/log'
import { historyOf } from './history.ts'

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

/**
 * The creations of what controls an object, and of what controls that: why it is wanted at all. An owner whose creation the
 * log no longer has, or whose kind isn't built in, ends the chain.
 */
export const ownerBirths = async (
  log: EventLog,
  event: RecordedEvent,
): Promise<Either<ReadRefusal, readonly RecordedEvent[]>> => {
  const births: RecordedEvent[] = []
  let owner = ownerOf(event)
  while (owner && births.length < mostOwners) {
    const ref = refOf(owner, event.ref.namespace)
    if (!ref) break
    const history = await historyOf(log, ref)
    if (E.isLeft(history)) return history
    const { uid } = owner
    const birth = history.right.find(one => one.uid === uid && one.type === 'created')
    if (!birth) break
    births.push(birth)
    owner = ownerOf(birth)
  }
  return E.right(births)
}
