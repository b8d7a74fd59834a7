import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { annotationErrors, groupVersion, labelErrors } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'

type Json = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const record = (value: unknown): Json => (isRecord(value) ? value : {})

const longestMessage = 10_000

/** The objects in the answer of a conversion webhook; left: why there are none. */
export const convertedObjects = (answer: unknown, uid: string, version: string): Either<string, readonly unknown[]> => {
  const { kind, apiVersion, response } = record(answer)
  const expected = `apiextensions.k8s.io/${version}`
  // The older version checks neither.
  if (version === 'v1' && (kind !== 'ConversionReview' || apiVersion !== expected))
    return E.left(
      `expected webhook response of ${expected}, Kind=ConversionReview, got ${String(apiVersion)}, Kind=${String(kind)}`,
    )
  if (!isRecord(response)) return E.left('no response provided')
  if (version === 'v1' && response['uid'] !== uid)
    return E.left(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response['uid'] ?? '')}`)
  const { status, message } = record(response['result'])
  if (status !== 'Success')
    return E.left(
      typeof message === 'string' && message !== ''
        ? message.slice(0, longestMessage)
        : `response.result.status was '${String(status ?? '')}', not 'Success'`,
    )
  const objects = response['convertedObjects']
  return E.right(Array.isArray(objects) ? objects : [])
}

const textsFault = (metadata: Json): string | undefined => {
  for (const name of ['labels', 'annotations'] as const) {
    const texts = metadata[name]
    if (texts === undefined || texts === null) continue
    if (!isRecord(texts) || Object.values(texts).some(text => typeof text !== 'string'))
      return `metadata: metadata.${name} is no map of texts`
    const [fault] = (name === 'labels' ? labelErrors : annotationErrors)(
      texts as Readonly<Record<string, string>>,
      `metadata.${name}`,
    )
    if (fault) return `metadata: ${fault.field}: ${fault.message}`
  }
  return undefined
}

/** A converted object with the metadata that a webhook may not change; left: what is wrong with it. */
export const restored = (original: KubernetesObject, given: unknown, kind: Kind): Either<string, KubernetesObject> => {
  const object = record(given)
  const wanted = groupVersion(kind)
  if (object['apiVersion'] !== wanted)
    return E.left(
      `converted object: invalid groupVersion (expected ${wanted}, received ${String(object['apiVersion'])})`,
    )
  if (object['kind'] !== original.kind)
    return E.left(`converted object: invalid kind (expected ${original.kind}, received ${String(object['kind'])})`)
  const metadata = object['metadata']
  if (!isRecord(metadata)) return E.left('metadata: missing metadata in converted object')
  const before = original.metadata ?? {}
  for (const name of ['name', 'namespace', 'uid'] as const)
    if ((metadata[name] ?? '') !== (before[name] ?? ''))
      return E.left(
        `converted object: must have the same ${name}: ${before[name] ?? ''} != ${String(metadata[name] ?? '')}`,
      )
  const fault = textsFault(metadata)
  if (fault !== undefined) return E.left(fault)
  const { labels: _, annotations: __, ...kept } = before
  const { labels, annotations } = metadata
  return E.right({
    ...object,
    metadata: { ...kept, ...(isRecord(labels) ? { labels } : {}), ...(isRecord(annotations) ? { annotations } : {}) },
  } as KubernetesObject)
}
