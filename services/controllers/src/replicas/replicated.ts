import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { LabelSelector, PodTemplateSpec, ReplicaSetStatus } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** What keeps a number of pods alive, in whichever form it is written: a ReplicaSet or a ReplicationController. */
export interface Replicated {
  readonly object: Stored<KubernetesObject>
  readonly replicas: number
  readonly minReadySeconds: number
  /** Absent: it selects nothing. */
  readonly selector: LabelSelector | undefined
  readonly template: PodTemplateSpec | undefined
  readonly status: ReplicaSetStatus | undefined
}

/** A kind that can be read as something replicated. */
export interface ReplicatedKind {
  readonly kind: Kind
  /** What its Events come from, such as `replicaset-controller`. */
  readonly component: string
  /** Whether its status has `terminatingReplicas`. */
  readonly countsTerminating: boolean
  readonly get: (cut: Cut, namespace: string, name: string) => Replicated | undefined
  readonly list: (cut: Cut, namespace: string) => readonly Replicated[]
}

export const replicatedKind = <A extends KubernetesObject>(form: {
  readonly kind: Kind<A>
  readonly component: string
  readonly countsTerminating: boolean
  readonly read: (object: Stored<A>) => Replicated
}): ReplicatedKind => ({
  kind: form.kind,
  component: form.component,
  countsTerminating: form.countsTerminating,
  get: (cut, namespace, name) => {
    const object = cut.get(form.kind, namespace, name)
    return object && form.read(object)
  },
  list: (cut, namespace) => cut.list(form.kind, namespace).map(form.read),
})
