import type { KubernetesObject, Stored } from '@periplus/api'
import type { Controller } from '@periplus/controller'
import { deploymentController } from '@periplus/controllers'
import { Deployment, ReplicaSet } from '@periplus/kinds'
import { CutView, byOwner } from '@periplus/projection'
import type { Cut, Index } from '@periplus/projection'

const release = (template: ReplicaSet['spec']): string =>
  JSON.stringify(template?.template?.metadata?.annotations ?? {})

/** A cut in which old ReplicaSets ask of their pods what the Deployment asks now, and say nothing of them themselves. */
class OneMeasure extends CutView {
  readonly #deployment: Stored<Deployment>

  constructor(cut: Cut, deployment: Stored<Deployment>) {
    super(cut)
    this.#deployment = deployment
  }

  override by<A extends KubernetesObject>(index: Index<A>, key: string): readonly Stored<A>[] {
    const owned = super.by(index, key)
    return (index as object) === byOwner(ReplicaSet)
      ? ((owned as readonly Stored<ReplicaSet>[]).map(this.#measured) as unknown as readonly Stored<A>[])
      : owned
  }

  readonly #measured = (set: Stored<ReplicaSet>): Stored<ReplicaSet> => {
    const { spec } = this.#deployment
    if (release(set.spec) === release(spec as ReplicaSet['spec'])) return set
    const { availableReplicas: _, ...status } = set.status ?? { replicas: 0 }
    return Object.assign({}, set, { spec: { ...set.spec, minReadySeconds: spec?.minReadySeconds }, status })
  }
}

/**
 * The Deployment controller with a fault that it had: it counted a pod of an old ReplicaSet as available when it had been ready for as long
 * as the Deployment asks, and took away what was not, though its own ReplicaSet, which may ask for less, called it available.
 */
export const measuresByDeployment: Controller = {
  ...deploymentController,
  decide: (cut, key, moment) => {
    const deployment = cut.get(Deployment, key.namespace, key.name)
    return deploymentController.decide(deployment ? new OneMeasure(cut, deployment) : cut, key, moment)
  },
}
