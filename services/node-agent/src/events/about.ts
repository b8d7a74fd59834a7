import type { ObjectReference, Pod } from '@periplus/kinds'
import { initContainersOf } from '../plan/containers.ts'

/** The pod, or one of its containers, as an event's `involvedObject`. */
export const aboutPod = (pod: Pod, container?: string): ObjectReference => ({
  kind: 'Pod',
  apiVersion: 'v1',
  ...(pod.metadata?.namespace ? { namespace: pod.metadata.namespace } : {}),
  ...(pod.metadata?.name ? { name: pod.metadata.name } : {}),
  ...(pod.metadata?.uid ? { uid: pod.metadata.uid } : {}),
  ...(pod.metadata?.resourceVersion ? { resourceVersion: pod.metadata.resourceVersion } : {}),
  ...(container === undefined ? {} : { fieldPath: `spec.${listOf(pod, container)}{${container}}` }),
})

/** Nodes are named by their name where a uid is expected: that is what `kubectl describe node` looks for. */
export const aboutNode = (nodeName: string): ObjectReference => ({
  kind: 'Node',
  apiVersion: 'v1',
  name: nodeName,
  uid: nodeName,
})

const listOf = (pod: Pod, container: string): string => {
  if (initContainersOf(pod).some(({ name }) => name === container)) return 'initContainers'
  return pod.spec?.ephemeralContainers?.some(({ name }) => name === container) ? 'ephemeralContainers' : 'containers'
}
