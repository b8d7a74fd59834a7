import {
  clusterDnsController,
  cronJobController,
  csrCleaner,
  customResourceDefinitionController,
  daemonSetController,
  deploymentController,
  disruptionController,
  endpointSliceController,
  endpointSliceMirroringController,
  endpointsController,
  eventExpiryController,
  garbageCollector,
  ipAddressController,
  horizontalPodAutoscalerController,
  jobController,
  jobOrphanController,
  loadBalancerController,
  kubernetesServiceController,
  namespaceController,
  nodeIpamController,
  nodeLifecycleController,
  podGarbageController,
  replicaSetController,
  replicationControllerController,
  resourceQuotaController,
  rootCaPublisher,
  serviceAccountController,
  serviceCidrController,
  statefulSetController,
  storageControllers,
  taintEvictionController,
  tokenCleaner,
  ttlAfterFinishedController,
  validatingPolicyStatusController,
} from '@periplus/controllers'
import type { ApiServerPlace } from '@periplus/controllers'
import type { Controller } from '@periplus/controller'
import { kindsAt } from '@periplus/custom'
import { scheduler } from '@periplus/scheduler'

/** What joined nodes' pods get their addresses from; the first node's are chosen by its host, mostly out of the same. */
const clusterCidr = '10.244.0.0/16'

/** For deciding again: where the API server was, each record says. */
const recorded: ApiServerPlace = { serviceIp: '', port: 0, address: undefined }

/**
 * Every controller of a cluster but the scheduler. `caPem` is what pods are given to trust, `place` where they find the API server,
 * `lbPool` the addresses that load balancers are given.
 */
export const controlLoopsOf = (caPem: string, place: ApiServerPlace, lbPool?: string): readonly Controller[] => [
  deploymentController,
  replicaSetController,
  replicationControllerController,
  cronJobController,
  daemonSetController,
  statefulSetController,
  horizontalPodAutoscalerController(kindsAt),
  jobController,
  jobOrphanController,
  ttlAfterFinishedController,
  garbageCollector(kindsAt),
  namespaceController(kindsAt),
  customResourceDefinitionController,
  validatingPolicyStatusController(kindsAt),
  serviceAccountController,
  rootCaPublisher(caPem),
  kubernetesServiceController(place),
  clusterDnsController,
  loadBalancerController(lbPool),
  eventExpiryController,
  nodeIpamController(clusterCidr),
  nodeLifecycleController,
  taintEvictionController,
  tokenCleaner,
  csrCleaner,
  podGarbageController,
  disruptionController,
  resourceQuotaController,
  endpointSliceController,
  endpointsController,
  endpointSliceMirroringController,
  serviceCidrController,
  ipAddressController,
  ...storageControllers,
]

/** Everything that decides in a cluster, for deciding again. */
export const controllersOf = (caPem: string, place: ApiServerPlace = recorded): readonly Controller[] => [
  ...controlLoopsOf(caPem, place),
  scheduler,
]
