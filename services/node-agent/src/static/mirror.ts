import type { Stored } from '@periplus/api'
import type { Node, Pod } from '@periplus/kinds'
import { hashAnnotation } from './manifest.ts'

const mirrorAnnotation = 'kubernetes.io/config.mirror'

/** An object that only shows what a node runs of its own accord. */
export const isMirrorPod = ({ metadata }: Pod): boolean => metadata?.annotations?.[mirrorAnnotation] !== undefined

/** What the API is to show of a static pod: the node's own, gone with it. The API gives it a uid of its own. */
export const mirrorOf = (pod: Pod, node: Stored<Node>): Pod => {
  const { uid, ...metadata } = pod.metadata ?? {}
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, [mirrorAnnotation]: metadata.annotations?.[hashAnnotation] ?? uid ?? '' },
      ownerReferences: [
        { apiVersion: 'v1', kind: 'Node', name: node.metadata.name, uid: node.metadata.uid, controller: true },
      ],
    },
    spec: pod.spec ?? { containers: [] },
  }
}

/** The mirror shows this very pod, and nobody has asked for it to go. */
export const mirrors = (mirror: Pod | undefined, pod: Pod): boolean =>
  mirror?.metadata?.deletionTimestamp === undefined &&
  mirror?.metadata?.annotations?.[mirrorAnnotation] === pod.metadata?.annotations?.[hashAnnotation]
