import { E } from '@periplus/prelude'
import { fromJson } from '@periplus/api'
import type { KubernetesObject, ObjectRef, Stored } from '@periplus/api'
import type { EventLog, RecordedEvent, Sequence } from '@periplus/log'
import type { Cut } from '@periplus/projection'
import { historyOf } from '@periplus/replay'
import type { OwnerName } from './line-query.ts'

/** An object from its creation to its end, of which a name may have had several. */
export interface Life {
  /** As it is, or as it was last. */
  readonly object: Stored<KubernetesObject>
  /** Of the event with which it ended; `undefined`: it goes on. */
  readonly endedAt: Sequence | undefined
}

export interface LivesDeps {
  readonly cut: Cut
  readonly log: Pick<EventLog, 'bounds' | 'last' | 'get'>
}

/** Of one name; more lives than that are not looked at. */
const mostEvents = 2_000

/** Finds lives of objects by their uids, in the present and then in the log. Each is looked for once. */
export const livesOf = ({ cut, log }: LivesDeps) => {
  const known = new Map<string, Promise<Life | undefined>>()
  const find = async (ref: ObjectRef, uid: string): Promise<Life | undefined> => {
    const present = cut.entry(ref)?.object()
    if (present?.metadata.uid === uid) return { object: present, endedAt: undefined }
    const history = await historyOf(log, ref, { events: mostEvents })
    const last = E.isRight(history) ? history.right.findLast(event => event.uid === uid) : undefined
    return last && { object: objectOf(last), endedAt: last.sequence }
  }
  const lifeOf = (ref: ObjectRef, uid: string): Promise<Life | undefined> => {
    const key = `${ref.group}/${ref.resource}/${uid}`
    const found = known.get(key) ?? find(ref, uid)
    known.set(key, found)
    return found
  }
  /** Whether an owner, or an owner of an owner, is the one that is named. */
  const isOwnedBy = async ({ object }: Life, owner: OwnerName, steps = 3): Promise<boolean> => {
    for (const { apiVersion, kind, name, uid, controller } of object.metadata.ownerReferences ?? []) {
      if (controller !== true) continue
      if (kind === owner.kind && name === owner.name) return true
      const resource = between[kind]
      if (resource === undefined || steps === 0) continue
      const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
      const life = await lifeOf({ group, resource, namespace: object.metadata.namespace ?? '', name }, uid)
      if (life && (await isOwnedBy(life, owner, steps - 1))) return true
    }
    return false
  }
  return { lifeOf, isOwnedBy }
}

/** Kinds that own pods and are owned themselves, and their resources. */
const between: Readonly<Partial<Record<string, string>>> = Object.assign(Object.create(null), {
  ReplicaSet: 'replicasets',
  Job: 'jobs',
})

const objectOf = ({ body, sequence }: RecordedEvent): Stored<KubernetesObject> => {
  const object = fromJson(Buffer.from(body).toString()) as Stored<KubernetesObject>
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(sequence) } }
}
