import { structural } from '@periplus/api'
import type { KubernetesObject, ScaleMapping } from '@periplus/api'
import type { CustomResourceSubresourceScale } from '@periplus/kinds'

type Json = Readonly<Record<string, unknown>>

const at = (object: unknown, path: string | undefined): unknown =>
  path === undefined ? undefined : structural.jsonPath(path)?.find(object)[0]

const count = (value: unknown): number => (typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0)

const withValue = (object: unknown, [name, ...rest]: readonly string[], value: unknown): unknown => {
  if (name === undefined) return value
  const members = (object ?? {}) as Json
  return { ...members, [name]: withValue(Object.hasOwn(members, name) ? members[name] : undefined, rest, value) }
}

/** How the objects of a definition appear as `autoscaling/v1` Scale: its paths are names with dots between. */
export const scaleOf = (scale: CustomResourceSubresourceScale): ScaleMapping<KubernetesObject> => ({
  replicas: object => count(at(object, scale.specReplicasPath)),
  withReplicas: (object, replicas) =>
    withValue(object, scale.specReplicasPath.slice(1).split('.'), replicas) as KubernetesObject,
  statusReplicas: object => count(at(object, scale.statusReplicasPath)),
  selector: object => {
    const selector = at(object, scale.labelSelectorPath)
    return typeof selector === 'string' ? selector : ''
  },
})
