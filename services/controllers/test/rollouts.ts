import type { Stored } from '@periplus/api'
import { formatTime, controlledBy } from '@periplus/api'
import { anHourLater, completed, deciding } from '@periplus/controller'
import { Deployment, ReplicaSet } from '@periplus/kinds'
import { deploymentController } from '../src/index.ts'
import { pod, template } from './objects.ts'

export const given = deciding(deploymentController)
export const now = anHourLater
export const key = 'default/web'

export const revision = 'deployment.kubernetes.io/revision'
export const desired = 'deployment.kubernetes.io/desired-replicas'
export const most = 'deployment.kubernetes.io/max-replicas'

export interface SetTraits {
  readonly image?: string
  readonly available?: number
  readonly revision?: number | bigint
  readonly desired?: number
  readonly most?: number
  readonly age?: number
  readonly owned?: boolean
}

export const setOf = (
  owner: Stored<Deployment>,
  hash: string,
  replicas: number,
  traits: SetTraits = {},
): Stored<ReplicaSet> => {
  const labels = { app: owner.metadata.name, 'pod-template-hash': hash }
  return completed(ReplicaSet, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${owner.metadata.name}-${hash}`,
      namespace: 'default',
      labels,
      creationTimestamp: formatTime(now - (traits.age ?? 1) * 60_000),
      annotations: {
        [revision]: String(traits.revision ?? 1),
        [desired]: String(traits.desired ?? owner.spec?.replicas),
        [most]: String(traits.most ?? 4),
      },
      ...((traits.owned ?? true) ? { ownerReferences: [controlledBy(Deployment, owner)] } : {}),
    },
    spec: { replicas, selector: { matchLabels: labels }, template: template(labels, traits.image) },
    status: {
      replicas,
      readyReplicas: traits.available ?? replicas,
      availableReplicas: traits.available ?? replicas,
      fullyLabeledReplicas: replicas,
      terminatingReplicas: 0,
      observedGeneration: 1,
    },
  } as ReplicaSet) as Stored<ReplicaSet>
}

export const podsOf = (set: Stored<ReplicaSet>) =>
  Array.from({ length: set.spec?.replicas ?? 0 }, (_, i) =>
    pod(`${set.metadata.name}-${i}`, set, { ready: i < (set.status?.availableReplicas ?? 0) }),
  )

/** The Deployment, its ReplicaSets and all of their pods. */
export const world = (owner: Deployment, ...sets: readonly Stored<ReplicaSet>[]) => [
  owner,
  ...sets,
  ...sets.flatMap(podsOf),
]

export const condition = (type: string, status: string, reason: string, ago = 0) => ({
  type,
  status,
  reason,
  message: '',
  lastUpdateTime: formatTime(now - ago),
  lastTransitionTime: formatTime(now - ago),
})

export const scaledTo = (name: string, replicas: number) => ({
  verb: 'patch' as const,
  kind: ReplicaSet,
  ref: { name },
  patch: { body: { spec: { replicas } } },
})
export const statusWith = (...conditions: readonly Record<string, unknown>[]) => ({
  verb: 'patch' as const,
  kind: Deployment,
  subresource: 'status',
  patch: { body: { status: conditions.length > 0 ? { conditions } : {} } },
})
