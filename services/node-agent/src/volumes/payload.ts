import type { ConfigMap, DownwardAPIVolumeFile, KeyToPath, Pod, Secret } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { podField } from '../env/field-ref.ts'
import type { PodPlace } from '../env/field-ref.ts'
import { resourceField } from '../env/resource-field.ts'
import type { NodeAllocatable } from '../env/resource-field.ts'
import { containersOf } from '../plan/containers.ts'
import type { Payload, VolumeFile } from './atomic-writer.ts'

export const defaultMode = 0o644

interface Selection {
  readonly items?: readonly KeyToPath[] | undefined
  readonly mode: number
  readonly optional: boolean
}

/** A ConfigMap's keys as files: all of them, or those that `items` names. The refusal is the kubelet's text. */
export const configMapFiles = (
  configMap: ConfigMap | undefined,
  name: string,
  selection: Selection,
): Either<string, Payload> => {
  if (!configMap) return selection.optional ? E.right(new Map()) : E.left(`configmap "${name}" not found`)
  const data = new Map([
    ...Object.entries(configMap.data ?? {}).map(([key, text]) => [key, Buffer.from(text)] as const),
    ...Object.entries(configMap.binaryData ?? {}).map(([key, base64]) => [key, Buffer.from(base64, 'base64')] as const),
  ])
  return chosen(data, selection, key => `configmap references non-existent config key: ${key}`)
}

export const secretFiles = (
  secret: Secret | undefined,
  name: string,
  selection: Selection,
): Either<string, Payload> => {
  if (!secret) return selection.optional ? E.right(new Map()) : E.left(`secret "${name}" not found`)
  const data = new Map(
    Object.entries(secret.data ?? {}).map(([key, base64]) => [key, Buffer.from(base64, 'base64')] as const),
  )
  return chosen(data, selection, key => `references non-existent secret key: ${key}`)
}

const chosen = (
  data: ReadonlyMap<string, Buffer>,
  { items, mode, optional }: Selection,
  missing: (key: string) => string,
): Either<string, Payload> => {
  const files = new Map<string, VolumeFile>()
  if (!items || items.length === 0) {
    for (const [key, bytes] of data) files.set(key, { data: bytes, mode })
    return E.right(files)
  }
  for (const item of items) {
    const bytes = data.get(item.key)
    if (bytes) files.set(item.path, { data: bytes, mode: item.mode ?? mode })
    else if (!optional) return E.left(missing(item.key))
  }
  return E.right(files)
}

/** The pod's own fields as files. */
export const downwardFiles = (
  pod: Pod,
  place: PodPlace,
  allocatable: NodeAllocatable,
  items: readonly DownwardAPIVolumeFile[],
  mode: number,
): Either<string, Payload> => {
  const files = new Map<string, VolumeFile>()
  for (const item of items) {
    const text = item.fieldRef
      ? podField(pod, place, item.fieldRef.fieldPath)
      : item.resourceFieldRef && resourceOf(pod, item.resourceFieldRef, allocatable)
    if (text === undefined)
      return E.left(`field path not supported: ${item.fieldRef?.fieldPath ?? item.resourceFieldRef?.resource}`)
    files.set(item.path, { data: Buffer.from(text), mode: item.mode ?? mode })
  }
  return E.right(files)
}

const resourceOf = (
  pod: Pod,
  selector: NonNullable<DownwardAPIVolumeFile['resourceFieldRef']>,
  allocatable: NodeAllocatable,
): string | undefined => {
  const container = containersOf(pod).find(({ name }) => name === selector.containerName)
  return container && resourceField(container, selector, allocatable)
}
