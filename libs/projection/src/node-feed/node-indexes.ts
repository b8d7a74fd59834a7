import type { ObjectRef } from '@periplus/api'
import {
  ConfigMap,
  NetworkPolicy,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  Secret,
  configMapsNamedBy,
  podClaims,
  secretsNamedBy,
} from '@periplus/kinds'
import type { Index } from '../indexes.ts'

type Named = Pick<ObjectRef, 'resource' | 'namespace' | 'name'>

const keyOf = ({ resource, namespace, name }: Named): string => `${resource}/${namespace}/${name}`

const mirrorAnnotation = 'kubernetes.io/config.mirror'

/** What a pod names in its namespace. The mirror of what a node runs of its own accord names nothing: no API stands behind such a pod. */
export const namedByPod = ({ metadata, spec }: Pick<Pod, 'metadata' | 'spec'>): readonly ObjectRef[] => {
  if (metadata?.annotations?.[mirrorAnnotation] !== undefined) return []
  const namespace = metadata?.namespace ?? ''
  const named = (resource: string, names: readonly string[]): readonly ObjectRef[] =>
    names.map(name => ({ group: '', resource, namespace, name }))
  const pod = { metadata: metadata ?? {}, ...(spec ? { spec } : {}) } as Pod
  return [
    ...named(ConfigMap.resource, configMapsNamedBy(pod)),
    ...named(Secret.resource, secretsNamedBy(pod)),
    ...named(PersistentVolumeClaim.resource, [...new Set(podClaims(pod).map(({ claimName }) => claimName))]),
  ]
}

/** Pods that have a node, by what they name in their namespace. */
const podsNaming: Index<Pod> = {
  kind: Pod,
  keysOf: one => {
    if (one.references.nodeName === '') return []
    const spec = one.member('spec') as Pod['spec']
    const annotations = one.member('metadata', 'annotations') as Readonly<Record<string, string>> | undefined
    const { namespace, name } = one.ref
    return namedByPod({
      metadata: { namespace, name, ...(annotations ? { annotations } : {}) },
      ...(spec ? { spec } : {}),
    }).map(keyOf)
  },
}

/** Claims by the volume that they say they have. */
const claimsNaming: Index<PersistentVolumeClaim> = {
  kind: PersistentVolumeClaim,
  keysOf: one => {
    const name = one.member('spec', 'volumeName')
    return typeof name === 'string' && name !== '' ? [name] : []
  },
}

type CsiSource = NonNullable<NonNullable<PersistentVolume['spec']>['csi']>

/** The Secrets that a node needs for a volume. */
export const namedByVolume = (csi: CsiSource | undefined): readonly ObjectRef[] => {
  const refs = [csi?.nodeStageSecretRef, csi?.nodePublishSecretRef, csi?.nodeExpandSecretRef]
  const places = refs.flatMap(ref => (ref?.name ? [{ namespace: ref.namespace ?? '', name: ref.name }] : []))
  return [...new Map(places.map(place => [`${place.namespace}/${place.name}`, place])).values()].map(place => ({
    ...{ group: '', resource: Secret.resource },
    ...place,
  }))
}

/** Volumes by the Secrets that a node needs for them. */
const volumesNaming: Index<PersistentVolume> = {
  kind: PersistentVolume,
  keysOf: one => namedByVolume(one.member('spec', 'csi') as CsiSource | undefined).map(keyOf),
}

/** Nodes by what they say of volumes that are on them. */
const nodesUsing: Index<Node> = {
  kind: Node,
  keysOf: one => [...new Set((one.member('status', 'volumesInUse') as readonly string[] | undefined) ?? [])],
}

/** Policies that let pods through by what they are, under one key. */
const policiesOfPods: Index<NetworkPolicy> = {
  kind: NetworkPolicy,
  keysOf: one => {
    const { ingress = [], egress = [] } = (one.member('spec') as NetworkPolicy['spec']) ?? {}
    const peers = [...ingress.map(({ from }) => from), ...egress.map(({ to }) => to)].flatMap(some => some ?? [])
    return peers.some(({ podSelector, namespaceSelector }) => podSelector ?? namespaceSelector) ? [ofPods] : []
  },
}
const ofPods = 'pods'

/** Constants, with the key that something is found by. */
export const nodeIndexes = {
  ...{ podsNaming, claimsNaming, volumesNaming, nodesUsing, policiesOfPods },
  ...{ keyOf, ofPods },
} as const
