import { podClaims } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import { containersOf } from '../plan/containers.ts'
import type { SecretPlace } from '../volumes/secret-source.ts'

/** The ConfigMaps, Secrets and claims that a pod's volumes and environment come from, as `<resource>/<name>`. */
export const sourcesOf = (pod: Pod): ReadonlySet<string> => {
  const configMap = (name: string | undefined) => (name ? [`configmaps/${name}`] : [])
  const secret = (name: string | undefined) => (name ? [`secrets/${name}`] : [])
  const volumes = (pod.spec?.volumes ?? []).flatMap(volume => [
    ...configMap(volume.configMap?.name),
    ...secret(volume.secret?.secretName),
    ...(volume.projected?.sources ?? []).flatMap(source => [
      ...configMap(source.configMap?.name),
      ...secret(source.secret?.name),
    ]),
  ])
  const environment = containersOf(pod).flatMap(container => [
    ...(container.envFrom ?? []).flatMap(source => [
      ...configMap(source.configMapRef?.name),
      ...secret(source.secretRef?.name),
    ]),
    ...(container.env ?? []).flatMap(({ valueFrom }) => [
      ...configMap(valueFrom?.configMapKeyRef?.name),
      ...secret(valueFrom?.secretKeyRef?.name),
    ]),
  ])
  const claims = podClaims(pod).map(({ claimName }) => `persistentvolumeclaims/${claimName}`)
  return new Set([...volumes, ...claims, ...environment])
}

const secretPrefix = 'secrets/'

/** The Secrets among these. */
export const secretsOf = (pod: Pod): readonly SecretPlace[] =>
  [...sourcesOf(pod)]
    .filter(source => source.startsWith(secretPrefix))
    .map(source => ({ namespace: pod.metadata?.namespace ?? '', name: source.slice(secretPrefix.length) }))
