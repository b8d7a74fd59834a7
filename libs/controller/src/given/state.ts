import { formatTime, groupVersion, toJson } from '@periplus/api'
import type { Kind, KubernetesObject, ObjectRef } from '@periplus/api'
import { builtinKinds } from '@periplus/kinds'
import { mutableCut } from '@periplus/projection'
import type { MutableCut } from '@periplus/projection'
import type { RecordedEvent } from '@periplus/log'

/** The moment at which what is given was created. */
export const startOfTime = Date.UTC(2026, 0, 1)

const kindsByName = new Map<string, Kind>(builtinKinds.map(kind => [`${groupVersion(kind)}/${kind.kind}`, kind]))

/** The built-in kind of an object. Throws for an object without one: that is a mistake in a test. */
export const kindOf = (object: KubernetesObject, extra: readonly Kind[] = []): Kind => {
  const { apiVersion, kind } = object
  const found =
    extra.find(one => groupVersion(one) === apiVersion && one.kind === kind) ?? kindsByName.get(`${apiVersion}/${kind}`)
  if (!found) throw new Error(`no kind ${String(apiVersion)} ${String(kind)}`)
  return found
}

/** The reference of an object of a kind. */
const refOf = (kind: Kind, object: KubernetesObject): ObjectRef => ({
  group: kind.group,
  resource: kind.resource,
  namespace: kind.namespaced ? (object.metadata?.namespace ?? '') : '',
  name: object.metadata?.name ?? '',
})

/** As the write path would have stored it: with an identity, where the test names none. */
export const completed = (kind: Kind, object: KubernetesObject): KubernetesObject => {
  const { metadata } = object
  return {
    ...object,
    metadata: {
      uid: `uid-${kind.singular}-${metadata?.name ?? ''}`,
      creationTimestamp: formatTime(startOfTime),
      ...(kind.generationOf ? { generation: 1 } : {}),
      ...metadata,
    },
  }
}

/** An event that makes `object` what it is, or ends it. */
export const eventOf = (
  sequence: number,
  kind: Kind,
  object: KubernetesObject,
  type: RecordedEvent['type'],
  previous: number,
): RecordedEvent => {
  const { resourceVersion: _, ...metadata } = object.metadata ?? {}
  return {
    id: `given-${sequence}`,
    type,
    ref: refOf(kind, object),
    uid: object.metadata?.uid ?? '',
    previous,
    origin: { actor: 'user:test', component: 'test', causes: [], correlationId: `given-${sequence}` },
    time: formatTime(startOfTime),
    body: Buffer.from(toJson({ ...object, metadata })),
    sequence,
  }
}

/** A cut that holds these objects and nothing else. */
export const cutOf = (objects: readonly KubernetesObject[], kinds: readonly Kind[] = []): MutableCut => {
  const cut = mutableCut()
  cut.apply(
    objects.map((object, i) => {
      const kind = kindOf(object, kinds)
      return eventOf(i + 1, kind, completed(kind, object), 'created', 0)
    }),
  )
  return cut
}
