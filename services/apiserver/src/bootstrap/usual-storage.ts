import type { KubernetesObject } from '@periplus/api'
import { StorageClass, localPath, storageAnnotations } from '@periplus/kinds'
import type { WantedObject } from './ensure-objects.ts'

/** What claims are of that name no class: directories of the node that their first pod is on. */
export const usualStorage: WantedObject = {
  kind: StorageClass,
  object: {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: localPath.className, annotations: { [storageAnnotations.defaultClass]: 'true' } },
    provisioner: localPath.provisioner,
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
  } as KubernetesObject,
}
