import type { ConfigMap, Container, EnvFromSource, EnvVar, Pod, Secret } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { containersOf } from '../plan/containers.ts'
import { expand } from './expand.ts'
import { podField } from './field-ref.ts'
import type { PodPlace } from './field-ref.ts'
import { resourceField } from './resource-field.ts'
import type { NodeAllocatable } from './resource-field.ts'

export interface EnvSources {
  readonly configMap: (name: string) => ConfigMap | undefined
  readonly secret: (name: string) => Secret | undefined
  readonly services: ReadonlyMap<string, string>
  readonly place: PodPlace
  readonly allocatable: NodeAllocatable
}

/**
 * A container's environment: what it takes whole from ConfigMaps and Secrets, its own variables over that, services where
 * nothing else is named so. The refusal is the text of a CreateContainerConfigError.
 */
export const containerEnv = (
  pod: Pod,
  container: Container,
  sources: EnvSources,
): Either<string, ReadonlyMap<string, string>> => {
  const env = new Map<string, string>()
  const services = new Map(sources.services)
  for (const source of container.envFrom ?? []) {
    const data = wholeOf(source, sources)
    if (E.isLeft(data)) return data
    for (const [key, value] of data.right) env.set(`${source.prefix ?? ''}${key}`, value)
  }
  for (const variable of container.env ?? []) {
    const value = valueOf(pod, container, variable, sources, name => env.get(name) ?? services.get(name))
    if (E.isLeft(value)) return value
    services.delete(variable.name)
    if (value.right !== undefined) env.set(variable.name, value.right)
  }
  for (const [name, value] of services) if (!env.has(name)) env.set(name, value)
  return E.right(env)
}

/** A Secret's data as text; ConfigMaps hold text already. */
const secretText = (secret: Secret, key: string): string | undefined => {
  const base64 = secret.data?.[key]
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString()
}

const wholeOf = (
  source: EnvFromSource,
  sources: EnvSources,
): Either<string, readonly (readonly [string, string])[]> => {
  if (source.configMapRef) {
    const { name = '', optional } = source.configMapRef
    const found = sources.configMap(name)
    if (!found) return optional ? E.right([]) : E.left(`configmap "${name}" not found`)
    return E.right(Object.entries(found.data ?? {}).filter(([key]) => isVariableName(key)))
  }
  if (source.secretRef) {
    const { name = '', optional } = source.secretRef
    const found = sources.secret(name)
    if (!found) return optional ? E.right([]) : E.left(`secret "${name}" not found`)
    return E.right(
      Object.keys(found.data ?? {})
        .filter(isVariableName)
        .map(key => [key, secretText(found, key) ?? ''] as const),
    )
  }
  return E.right([])
}

/** Any printable ASCII but `=`. */
const isVariableName = (key: string): boolean => /^[ -<>-~]+$/.test(key)

const valueOf = (
  pod: Pod,
  container: Container,
  variable: EnvVar,
  sources: EnvSources,
  lookup: (name: string) => string | undefined,
): Either<string, string | undefined> => {
  const { valueFrom } = variable
  if (variable.value || !valueFrom) return E.right(expand(variable.value ?? '', lookup))
  if (valueFrom.fieldRef) {
    const { fieldPath } = valueFrom.fieldRef
    const value = podField(pod, sources.place, fieldPath)
    return value === undefined ? E.left(`field path not supported: ${fieldPath}`) : E.right(value)
  }
  if (valueFrom.resourceFieldRef) {
    const { containerName, resource } = valueFrom.resourceFieldRef
    const about = containersOf(pod).find(({ name }) => name === containerName) ?? container
    const value = resourceField(about, valueFrom.resourceFieldRef, sources.allocatable)
    return value === undefined ? E.left(`unsupported container resource : ${resource}`) : E.right(value)
  }
  const namespace = pod.metadata?.namespace
  if (valueFrom.configMapKeyRef) {
    const { name = '', key, optional } = valueFrom.configMapKeyRef
    const found = sources.configMap(name)
    const value = found?.data?.[key]
    if (value !== undefined || optional) return E.right(value)
    return E.left(
      found ? `couldn't find key ${key} in ConfigMap ${namespace}/${name}` : `configmap "${name}" not found`,
    )
  }
  if (valueFrom.secretKeyRef) {
    const { name = '', key, optional } = valueFrom.secretKeyRef
    const found = sources.secret(name)
    const value = found && secretText(found, key)
    if (value !== undefined || optional) return E.right(value)
    return E.left(found ? `couldn't find key ${key} in Secret ${namespace}/${name}` : `secret "${name}" not found`)
  }
  return E.left(`environment variable ${variable.name}: this source is not supported by this node`)
}
