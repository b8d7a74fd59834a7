import type { KubernetesObject, ObjectMeta, OwnerReference } from '@periplus/api'
import { withoutUndefined } from '@periplus/kinds'
import type { Restorable } from './restorable.ts'

/** Who owns what from now on, by the uid of then; whoever is missing is gone. */
export type Owners = ReadonlyMap<string, string>

type Json = Readonly<Record<string, unknown>>

/** What controllers note down of the object that it is now, and what was bound to it. */
const isOfThisLife = (annotation: string): boolean =>
  /^(pv\.kubernetes\.io\/|volume\.kubernetes\.io\/selected-node$|volume\.(beta\.)?kubernetes\.io\/storage-provisioner$|[a-z]+\.periplus\.io\/)/.test(
    annotation,
  )

/** The same of an object that goes on; one that is made anew may begin where the other was. */
const isNote = (annotation: string): boolean =>
  isOfThisLife(annotation) || annotation.startsWith('deployment.kubernetes.io/')

const picked = (from: Json | undefined, choose: (key: string) => boolean): Json =>
  Object.fromEntries(Object.entries(from ?? {}).filter(([key]) => choose(key)))

const without = (from: unknown, ...keys: readonly string[]): Json =>
  picked(from as Json | undefined, key => !keys.includes(key))

const orNothing = (value: Json): Json | undefined => (Object.keys(value).length === 0 ? undefined : value)

/** Owners of then as they are now; those that are gone own nothing, or what they owned would be collected at once. */
const ownersNow = (
  references: readonly OwnerReference[] = [],
  owners: Owners,
): readonly OwnerReference[] | undefined => {
  const kept = references.flatMap(reference => {
    const uid = owners.get(reference.uid)
    return uid === undefined ? [] : [{ ...reference, uid }]
  })
  return kept.length === 0 ? undefined : kept
}

/** The object of then as a creation makes it: without what only the server, a scheduler or a binder says of it. */
export const made = ({ group, resource, object }: Restorable, owners: Owners): KubernetesObject => {
  const { name, namespace, labels, annotations, ownerReferences, finalizers } = object.metadata ?? {}
  const rest = without(object, 'metadata', 'status')
  const metadata = withoutUndefined({
    ...{ name, namespace, labels, finalizers },
    annotations: orNothing(picked(annotations, key => !isOfThisLife(key))),
    ownerReferences: ownersNow(ownerReferences, owners),
  })
  return asMade(`${group}/${resource}`, { ...rest, metadata } as KubernetesObject)
}

/** Fields that are given to an object once in its life. */
const lasting: Readonly<Record<string, readonly string[]>> = {
  '/pods': ['nodeName', 'ephemeralContainers'],
  '/persistentvolumeclaims': ['volumeName'],
  '/persistentvolumes': ['claimRef'],
  '/namespaces': ['finalizers'],
}

const asMade = (place: string, object: KubernetesObject): KubernetesObject => {
  const { spec } = object as { readonly spec?: Json }
  switch (place) {
    case '/pods':
    case '/persistentvolumeclaims':
      return { ...object, spec: without(spec, ...(lasting[place] ?? [])) } as KubernetesObject
    case '/namespaces':
      return without(object, 'spec') as KubernetesObject
    case 'batch/jobs':
      return spec?.['manualSelector'] === true ? object : unselected(object, spec ?? {})
    default:
      return object
  }
}

const byUid = ['controller-uid', 'batch.kubernetes.io/controller-uid']

/** A job selects its pods by its own uid, which is another one. */
const unselected = (job: KubernetesObject, spec: Json): KubernetesObject => {
  const template = (spec['template'] ?? {}) as { readonly metadata?: ObjectMeta }
  const labels = orNothing(without(template.metadata?.labels, ...byUid))
  const metadata = withoutUndefined({ ...template.metadata, labels })
  return {
    ...job,
    metadata: withoutUndefined({ ...job.metadata, labels: orNothing(without(job.metadata?.labels, ...byUid)) }),
    spec: { ...without(spec, 'selector'), template: { ...template, metadata } },
  } as KubernetesObject
}

/** What an update makes of the object as it is now: all of what it was then, but what belongs to this life of it. */
export const revised = (then: Restorable, now: Restorable, owners: Owners): KubernetesObject => {
  const was = then.object.metadata ?? {}
  const is = now.object.metadata ?? {}
  const annotations = { ...picked(was.annotations, key => !isNote(key)), ...picked(is.annotations, isNote) }
  const metadata = withoutUndefined({
    ...is,
    labels: was.labels,
    annotations: orNothing(annotations),
    ownerReferences: ownersNow(was.ownerReferences, owners),
  })
  const { status } = now.object as { readonly status?: unknown }
  const rest = without(then.object, 'metadata', 'status')
  return asRevised(
    `${then.group}/${then.resource}`,
    withoutUndefined({ ...rest, metadata, status }) as KubernetesObject,
    now.object,
  )
}

const asRevised = (place: string, object: KubernetesObject, now: KubernetesObject): KubernetesObject => {
  const keys = lasting[place]
  if (!keys) return object
  const [was, is] = [object, now].map(one => (one as { readonly spec?: Json }).spec)
  return { ...object, spec: { ...without(was, ...keys), ...picked(is, key => keys.includes(key)) } } as KubernetesObject
}
