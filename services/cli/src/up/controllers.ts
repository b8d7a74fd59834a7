import {
  customResourceDefinitionController,
  deploymentController,
  disruptionController,
  endpointSliceController,
  endpointSliceMirroringController,
  endpointsController,
  eventExpiryController,
  garbageCollector,
  namespaceController,
  nodeLifecycleController,
  podGarbageController,
  replicaSetController,
  replicationControllerController,
  resourceQuotaController,
  rootCaPublisher,
  serviceAccountController,
  taintEvictionController,
} from '@periplus/controllers'
import type { Controller } from '@periplus/controller'
import { kindsAt } from '@periplus/custom'
import { scheduler } from '@periplus/scheduler'

/** Every controller of a cluster. `caPem` is what pods are given to trust. */
export const controllersOf = (caPem: string): readonly Controller[] => [
  deploymentController,
  replicaSetController,
  replicationControllerController,
  garbageCollector(kindsAt),
  namespaceController(kindsAt),
  customResourceDefinitionController,
  serviceAccountController,
  rootCaPublisher(caPem),
  eventExpiryController,
  nodeLifecycleController,
  taintEvictionController,
  podGarbageController,
  disruptionController,
  resourceQuotaController,
  endpointSliceController,
  endpointsController,
  endpointSliceMirroringController,
  scheduler,
]
