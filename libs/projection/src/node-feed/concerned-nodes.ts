import type { KubernetesObject, ObjectRef } from '@periplus/api'
import {
  CSINode,
  ConfigMap,
  Lease,
  Node,
  NodeMetrics,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodMetrics,
  Secret,
  VolumeAttachment,
  localPath,
  localPathInUse,
} from '@periplus/kinds'
import type { Change, Cut, Entry } from '../cut.ts'
import { namedByPod, namedByVolume, nodeIndexes } from './node-indexes.ts'

type Seen = Pick<Cut, 'by' | 'get'>

const { podsNaming, claimsNaming, volumesNaming, nodesUsing, keyOf } = nodeIndexes

const nameOf = ({ group, resource }: Pick<ObjectRef, 'group' | 'resource'>): string => `${resource}.${group}`

type NodesOf = (cut: Seen, ref: ObjectRef) => readonly (string | undefined)[]

const ofTheNode: NodesOf = (_cut, { name }) => [name]

const whosePodsName: NodesOf = (cut, ref) => cut.by(podsNaming, keyOf(ref)).map(({ spec }) => spec?.nodeName)

const ofVolume: NodesOf = (cut, { name }) => [
  ...cut.by(claimsNaming, name).flatMap(({ metadata }) =>
    whosePodsName(cut, {
      ...{ group: '', resource: PersistentVolumeClaim.resource },
      ...{ namespace: metadata.namespace ?? '', name: metadata.name },
    }),
  ),
  // Whose directory it is removes it when no pod names it any more.
  ...cut.by(nodesUsing, localPathInUse(name)).map(({ metadata }) => metadata.name),
]

const table: readonly (readonly [Pick<ObjectRef, 'group' | 'resource'>, NodesOf])[] = [
  [Pod, (cut, { namespace, name }) => [cut.get(Pod, namespace, name)?.spec?.nodeName]],
  [Node, ofTheNode],
  [CSINode, ofTheNode],
  [NodeMetrics, ofTheNode],
  [Lease, (_cut, { namespace, name }) => (namespace === 'kube-node-lease' ? [name] : [])],
  [PodMetrics, (cut, { namespace, name }) => [cut.get(Pod, namespace, name)?.spec?.nodeName]],
  [ConfigMap, whosePodsName],
  [PersistentVolumeClaim, whosePodsName],
  [PersistentVolume, ofVolume],
  [
    Secret,
    (cut, ref) => [
      ...whosePodsName(cut, ref),
      ...cut
        .by(volumesNaming, keyOf(ref))
        .flatMap(({ metadata: { name } }) => ofVolume(cut, { ...ref, namespace: '', name })),
    ],
  ],
  [VolumeAttachment, (cut, { name }) => [cut.get(VolumeAttachment, '', name)?.spec.nodeName]],
]

const rules = new Map(table.map(([kind, nodesOf]) => [nameOf(kind), nodesOf]))

/** Resources of which single nodes are told. */
export const resourcesOfNodes: readonly Pick<ObjectRef, 'group' | 'resource'>[] = table.map(([kind]) => kind)

/**
 * Pure. The nodes that an object concerns, each once and in order, whether it is there or not: those of pods, what their pods name, and what
 * says itself that it is theirs. Close to what Kubernetes' node authorizer lets a node read.
 */
export const concernedNodes = (cut: Seen, ref: ObjectRef): readonly string[] => {
  const nodes = rules.get(nameOf(ref))?.(cut, ref) ?? []
  return [...new Set(nodes.flatMap(node => (node ? [node] : [])))].sort()
}

const objectsOf = <A extends KubernetesObject>(...entries: readonly (Entry | undefined)[]): readonly A[] =>
  entries.flatMap(entry => (entry ? [entry.object() as KubernetesObject as A] : []))

const volumeRef = (name: string): ObjectRef => ({ group: '', resource: PersistentVolume.resource, namespace: '', name })

const withSecrets = (cut: Seen, name: string): readonly ObjectRef[] => [
  volumeRef(name),
  ...namedByVolume(cut.get(PersistentVolume, '', name)?.spec?.csi),
]

const withVolume = (cut: Seen, ref: ObjectRef): readonly ObjectRef[] => {
  if (ref.resource !== PersistentVolumeClaim.resource) return [ref]
  const volume = cut.get(PersistentVolumeClaim, ref.namespace, ref.name)?.spec?.volumeName
  return volume ? [ref, ...withSecrets(cut, volume)] : [ref]
}

const localVolume = (inUse: string): readonly string[] =>
  inUse.startsWith(`${localPath.provisioner}/`) ? [inUse.slice(localPath.provisioner.length + 1)] : []

/** Pure. The objects that may concern others than before, or in another form, after a change that `cut` shows. */
export const touchedBy = (cut: Seen, { event, before, after }: Change): readonly ObjectRef[] => {
  const { ref } = event
  switch (nameOf(ref)) {
    case nameOf(Pod): {
      // A status names nothing.
      if (event.type === 'status-changed') return [ref]
      const named = objectsOf<Pod>(before, after).flatMap(pod => (pod.spec?.nodeName ? namedByPod(pod) : []))
      const metrics = { ...ref, group: PodMetrics.group, resource: PodMetrics.resource }
      return [ref, metrics, ...named.flatMap(one => withVolume(cut, one))]
    }
    case nameOf(PersistentVolumeClaim):
      return [
        ref,
        ...objectsOf<PersistentVolumeClaim>(before, after).flatMap(({ spec }) =>
          spec?.volumeName ? withSecrets(cut, spec.volumeName) : [],
        ),
      ]
    case nameOf(PersistentVolume):
      return [ref, ...objectsOf<PersistentVolume>(before, after).flatMap(({ spec }) => namedByVolume(spec?.csi))]
    case nameOf(Node):
      return [
        ref,
        ...objectsOf<Node>(before, after).flatMap(({ status }) =>
          (status?.volumesInUse ?? []).flatMap(localVolume).flatMap(name => withSecrets(cut, name)),
        ),
      ]
    default:
      return [ref]
  }
}
