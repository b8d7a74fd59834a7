import { boundedSeconds } from '@periplus/prelude'
import type { Pod } from '@periplus/kinds'
import { graceAnnotation } from '@periplus/runtime'
import { podNameLabel, podNamespaceLabel } from '../runtime/labels.ts'
import type { PodRuntime } from '../runtime/view.ts'

/** What can be told of a pod that only the runtime remembers: enough to end it properly. */
export const orphanPod = (uid: string, { sandboxes, containers }: PodRuntime): Pod | undefined => {
  const [sandbox] = sandboxes
  const [container] = containers
  const name = sandbox?.pod.name ?? container?.labels[podNameLabel]
  const namespace = sandbox?.pod.namespace ?? container?.labels[podNamespaceLabel]
  if (!name || !namespace) return undefined
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid, deletionTimestamp: new Date(0).toISOString() },
    spec: {
      containers: [...new Set(containers.map(other => other.name))].map(containerName => ({ name: containerName })),
      terminationGracePeriodSeconds: boundedSeconds(Number(container?.annotations[graceAnnotation] ?? 30)),
    },
  }
}
