import type { KubernetesObject, Stored } from '@periplus/api'
import type { PersistentVolumeClaim } from '../core/v1/persistent-volume-claim/schema.ts'
import type { PersistentVolume } from '../core/v1/persistent-volume/schema.ts'
import type { StorageClass } from '../storage.k8s.io/v1/storage-class/schema.ts'
import { storageAnnotations } from './annotations.ts'

const { betaClass, betaDefaultClass, defaultClass } = storageAnnotations

/** Whether a claim says of which class it is to be; `""` is an answer too: of none. */
export const hasClass = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  metadata?.annotations?.[betaClass] !== undefined || spec?.storageClassName !== undefined

/** The class that a claim asks for; `''`: none. */
export const classOfClaim = ({ metadata, spec }: PersistentVolumeClaim): string =>
  metadata?.annotations?.[betaClass] ?? spec?.storageClassName ?? ''

/** The class of a volume; `''`: none. */
export const classOfVolume = ({ metadata, spec }: PersistentVolume): string =>
  metadata?.annotations?.[betaClass] ?? spec?.storageClassName ?? ''

/** Whether claims that name no class are of this one. */
export const isDefaultClass = ({ metadata }: StorageClass): boolean =>
  metadata?.annotations?.[defaultClass] === 'true' || metadata?.annotations?.[betaDefaultClass] === 'true'

/** The one that was made last; of several of one second, the first by name. */
export const newestOf = <A extends KubernetesObject>(objects: readonly Stored<A>[]): Stored<A> | undefined => {
  const made = ({ metadata }: Stored<A>): number => Date.parse(metadata.creationTimestamp ?? '') || 0
  return [...objects].sort((a, b) => made(b) - made(a) || (a.metadata.name < b.metadata.name ? -1 : 1))[0]
}

/** The class of claims that name none: of several the youngest, of equally old ones the first by name. */
export const defaultClassOf = (classes: readonly Stored<StorageClass>[]): Stored<StorageClass> | undefined =>
  newestOf(classes.filter(isDefaultClass))
