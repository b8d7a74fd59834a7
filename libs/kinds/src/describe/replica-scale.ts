import type { KubernetesObject, ScaleMapping } from '@periplus/api'

interface Replicated extends KubernetesObject {
  readonly spec?: { readonly replicas?: number }
  readonly status?: { readonly replicas?: number }
}

/** The Scale of kinds that keep their wish in `spec.replicas` and what is in `status.replicas`. */
export const replicaScale = <A extends Replicated>(selector: (object: A) => string): ScaleMapping<A> => ({
  replicas: object => object.spec?.replicas ?? 1,
  withReplicas: (object, replicas) => (object.spec ? { ...object, spec: { ...object.spec, replicas } } : object),
  statusReplicas: object => object.status?.replicas ?? 0,
  selector,
})
