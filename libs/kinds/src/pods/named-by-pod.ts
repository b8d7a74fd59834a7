import type { Pod } from '../core/v1/pod/schema.ts'
import type { Volume } from '../core/v1/volumes.ts'

/** How volume plugins name the Secret that they need. */
interface VolumeSource {
  readonly secretName?: string
  readonly secretRef?: { readonly name?: string }
  readonly nodePublishSecretRef?: { readonly name?: string }
}

type Names = readonly (string | undefined)[]

const volumesOf = ({ spec }: Pick<Pod, 'spec'>): readonly Volume[] => spec?.volumes ?? []

const containersOf = ({ spec }: Pick<Pod, 'spec'>) => [
  ...(spec?.initContainers ?? []),
  ...(spec?.containers ?? []),
  ...(spec?.ephemeralContainers ?? []),
]

const sourcesOf = (volume: Volume) => volume.projected?.sources ?? []

const distinct = (names: Names): readonly string[] => [...new Set(names.flatMap(name => (name ? [name] : [])))]

/** The Secrets of its namespace that a pod names, each once: to pull images, in its environment and its volumes. */
export const secretsNamedBy = (pod: Pick<Pod, 'spec'>): readonly string[] =>
  distinct([
    ...(pod.spec?.imagePullSecrets ?? []).map(({ name }) => name),
    ...containersOf(pod).flatMap(({ env = [], envFrom = [] }) => [
      ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
      ...envFrom.map(({ secretRef }) => secretRef?.name),
    ]),
    ...volumesOf(pod).flatMap(volume => [
      ...sourcesOf(volume).map(({ secret }) => secret?.name),
      ...(Object.values(volume) as readonly unknown[]).flatMap(source => {
        if (typeof source !== 'object' || source === null) return []
        const { secretName, secretRef, nodePublishSecretRef } = source as VolumeSource
        return [secretName, secretRef?.name, nodePublishSecretRef?.name]
      }),
    ]),
  ])

/** The ConfigMaps of its namespace that a pod names, each once: in its environment and its volumes. */
export const configMapsNamedBy = (pod: Pick<Pod, 'spec'>): readonly string[] =>
  distinct([
    ...containersOf(pod).flatMap(({ env = [], envFrom = [] }) => [
      ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
      ...envFrom.map(({ configMapRef }) => configMapRef?.name),
    ]),
    ...volumesOf(pod).flatMap(volume => [
      volume.configMap?.name,
      ...sourcesOf(volume).map(({ configMap }) => configMap?.name),
    ]),
  ])
