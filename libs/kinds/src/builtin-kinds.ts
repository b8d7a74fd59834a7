import type { Kind } from '@periplus/api'
import { Binding } from './core/v1/binding.ts'
import { ComponentStatus } from './core/v1/component-status.ts'
import { ConfigMap } from './core/v1/config-map/config-map.ts'
import { Endpoints } from './core/v1/endpoints/endpoints.ts'
import { Event } from './core/v1/event/event.ts'
import { LimitRange } from './core/v1/limit-range/limit-range.ts'
import { Namespace } from './core/v1/namespace/namespace.ts'
import { Node } from './core/v1/node/node.ts'
import { PersistentVolumeClaim } from './core/v1/persistent-volume-claim/persistent-volume-claim.ts'
import { PersistentVolume } from './core/v1/persistent-volume/persistent-volume.ts'
import { PodTemplate } from './core/v1/pod-template.ts'
import { Pod } from './core/v1/pod/pod.ts'
import { ReplicationController } from './core/v1/replication-controller.ts'
import { ResourceQuota } from './core/v1/resource-quota/resource-quota.ts'
import { Secret } from './core/v1/secret/secret.ts'
import { ServiceAccount } from './core/v1/service-account.ts'
import { Service } from './core/v1/service/service.ts'
import { ControllerRevision } from './apps/v1/controller-revision.ts'
import { DaemonSet } from './apps/v1/daemon-set/daemon-set.ts'
import { Deployment } from './apps/v1/deployment/deployment.ts'
import { ReplicaSet } from './apps/v1/replica-set/replica-set.ts'
import { StatefulSet } from './apps/v1/stateful-set/stateful-set.ts'
import {
  MutatingAdmissionPolicyBinding,
  MutatingAdmissionPolicyBindingV1alpha1,
  MutatingAdmissionPolicyBindingV1beta1,
} from './admissionregistration.k8s.io/v1/mutating-admission-policy-binding.ts'
import {
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyV1alpha1,
  MutatingAdmissionPolicyV1beta1,
} from './admissionregistration.k8s.io/v1/mutating-admission-policy.ts'
import { MutatingWebhookConfiguration } from './admissionregistration.k8s.io/v1/mutating-webhook-configuration.ts'
import { ValidatingAdmissionPolicyBinding } from './admissionregistration.k8s.io/v1/validating-admission-policy-binding.ts'
import { ValidatingAdmissionPolicy } from './admissionregistration.k8s.io/v1/validating-admission-policy.ts'
import { ValidatingWebhookConfiguration } from './admissionregistration.k8s.io/v1/validating-webhook-configuration.ts'
import { CustomResourceDefinition } from './apiextensions.k8s.io/v1/custom-resource-definition/custom-resource-definition.ts'
import { APIService } from './apiregistration.k8s.io/v1/api-service.ts'
import { SelfSubjectReview } from './authentication.k8s.io/v1/self-subject-review.ts'
import { TokenReview } from './authentication.k8s.io/v1/token-review.ts'
import { LocalSubjectAccessReview } from './authorization.k8s.io/v1/local-subject-access-review.ts'
import { SelfSubjectAccessReview } from './authorization.k8s.io/v1/self-subject-access-review.ts'
import { SelfSubjectRulesReview } from './authorization.k8s.io/v1/self-subject-rules-review.ts'
import { SubjectAccessReview } from './authorization.k8s.io/v1/subject-access-review.ts'
import { HorizontalPodAutoscaler as HorizontalPodAutoscalerV1 } from './autoscaling/v1/horizontal-pod-autoscaler/horizontal-pod-autoscaler.ts'
import { HorizontalPodAutoscaler } from './autoscaling/v2/horizontal-pod-autoscaler/horizontal-pod-autoscaler.ts'
import { CronJob } from './batch/v1/cron-job/cron-job.ts'
import { Job } from './batch/v1/job/job.ts'
import { CertificateSigningRequest } from './certificates.k8s.io/v1/certificate-signing-request.ts'
import { ClusterTrustBundleV1alpha1 } from './certificates.k8s.io/v1alpha1/cluster-trust-bundle.ts'
import { ClusterTrustBundle } from './certificates.k8s.io/v1beta1/cluster-trust-bundle.ts'
import { PodCertificateRequest } from './certificates.k8s.io/v1beta1/pod-certificate-request.ts'
import { Lease } from './coordination.k8s.io/v1/lease.ts'
import { LeaseCandidateV1alpha2 } from './coordination.k8s.io/v1alpha2/lease-candidate.ts'
import { LeaseCandidate } from './coordination.k8s.io/v1beta1/lease-candidate.ts'
import { EndpointSlice } from './discovery.k8s.io/v1/endpoint-slice/endpoint-slice.ts'
import { Event as EventsEvent } from './events.k8s.io/v1/event/event.ts'
import { FlowSchema } from './flowcontrol.apiserver.k8s.io/v1/flow-schema.ts'
import { PriorityLevelConfiguration } from './flowcontrol.apiserver.k8s.io/v1/priority-level-configuration.ts'
import { StorageVersion } from './internal.apiserver.k8s.io/v1alpha1/storage-version.ts'
import { IngressClass } from './networking.k8s.io/v1/ingress-class/ingress-class.ts'
import { Ingress } from './networking.k8s.io/v1/ingress/ingress.ts'
import { NodeMetrics } from './metrics.k8s.io/v1beta1/node-metrics.ts'
import { PodMetrics } from './metrics.k8s.io/v1beta1/pod-metrics.ts'
import { IPAddress } from './networking.k8s.io/v1/ip-address.ts'
import { NetworkPolicy } from './networking.k8s.io/v1/network-policy/network-policy.ts'
import { ServiceCIDR } from './networking.k8s.io/v1/service-cidr.ts'
import { IPAddressV1beta1, ServiceCIDRV1beta1 } from './networking.k8s.io/v1beta1/as-v1.ts'
import { RuntimeClass } from './node.k8s.io/v1/runtime-class/runtime-class.ts'
import { PodDisruptionBudget } from './policy/v1/pod-disruption-budget.ts'
import { ClusterRoleBinding } from './rbac.authorization.k8s.io/v1/cluster-role-binding.ts'
import { ClusterRole } from './rbac.authorization.k8s.io/v1/cluster-role.ts'
import { RoleBinding } from './rbac.authorization.k8s.io/v1/role-binding.ts'
import { Role } from './rbac.authorization.k8s.io/v1/role.ts'
import { DeviceClass } from './resource.k8s.io/v1/device-class.ts'
import { ResourceClaimTemplate } from './resource.k8s.io/v1/resource-claim-template.ts'
import { ResourceClaim } from './resource.k8s.io/v1/resource-claim.ts'
import { ResourceSlice } from './resource.k8s.io/v1/resource-slice.ts'
import { DeviceTaintRuleV1alpha3 } from './resource.k8s.io/v1alpha3/device-taint-rule.ts'
import { ResourcePoolStatusRequest } from './resource.k8s.io/v1alpha3/resource-pool-status-request.ts'
import { DeviceClassV1beta1 } from './resource.k8s.io/v1beta1/device-class.ts'
import { ResourceClaimTemplate as ResourceClaimTemplateV1beta1 } from './resource.k8s.io/v1beta1/resource-claim-template.ts'
import { ResourceClaim as ResourceClaimV1beta1 } from './resource.k8s.io/v1beta1/resource-claim.ts'
import { ResourceSlice as ResourceSliceV1beta1 } from './resource.k8s.io/v1beta1/resource-slice.ts'
import {
  DeviceClassV1beta2,
  ResourceClaimTemplateV1beta2,
  ResourceClaimV1beta2,
  ResourceSliceV1beta2,
} from './resource.k8s.io/v1beta2/as-v1.ts'
import { DeviceTaintRule } from './resource.k8s.io/v1beta2/device-taint-rule.ts'
import { PriorityClass } from './scheduling.k8s.io/v1/priority-class.ts'
import { PodGroup } from './scheduling.k8s.io/v1alpha2/pod-group.ts'
import { Workload } from './scheduling.k8s.io/v1alpha2/workload.ts'
import { CSIDriver } from './storage.k8s.io/v1/csi-driver/csi-driver.ts'
import { CSINode } from './storage.k8s.io/v1/csi-node.ts'
import { CSIStorageCapacity } from './storage.k8s.io/v1/csi-storage-capacity.ts'
import { StorageClass } from './storage.k8s.io/v1/storage-class/storage-class.ts'
import { VolumeAttachment } from './storage.k8s.io/v1/volume-attachment.ts'
import { VolumeAttributesClass } from './storage.k8s.io/v1/volume-attributes-class.ts'
import { VolumeAttributesClassV1beta1 } from './storage.k8s.io/v1beta1/volume-attributes-class.ts'
import { StorageVersionMigration } from './storagemigration.k8s.io/v1beta1/storage-version-migration.ts'

/** Every built-in kind in every version that is served; exactly one version of each resource is stored. */
export const builtinKinds: readonly Kind[] = [
  Binding,
  ComponentStatus,
  ConfigMap,
  Endpoints,
  Event,
  LimitRange,
  Namespace,
  Node,
  PersistentVolumeClaim,
  PersistentVolume,
  PodTemplate,
  Pod,
  ReplicationController,
  ResourceQuota,
  Secret,
  ServiceAccount,
  Service,
  ControllerRevision,
  DaemonSet,
  Deployment,
  ReplicaSet,
  StatefulSet,
  MutatingAdmissionPolicyBinding,
  MutatingAdmissionPolicy,
  MutatingWebhookConfiguration,
  ValidatingAdmissionPolicyBinding,
  ValidatingAdmissionPolicy,
  ValidatingWebhookConfiguration,
  MutatingAdmissionPolicyBindingV1alpha1,
  MutatingAdmissionPolicyV1alpha1,
  MutatingAdmissionPolicyBindingV1beta1,
  MutatingAdmissionPolicyV1beta1,
  CustomResourceDefinition,
  APIService,
  SelfSubjectReview,
  TokenReview,
  LocalSubjectAccessReview,
  SelfSubjectAccessReview,
  SelfSubjectRulesReview,
  SubjectAccessReview,
  HorizontalPodAutoscalerV1,
  HorizontalPodAutoscaler,
  CronJob,
  Job,
  CertificateSigningRequest,
  ClusterTrustBundleV1alpha1,
  ClusterTrustBundle,
  PodCertificateRequest,
  Lease,
  LeaseCandidateV1alpha2,
  LeaseCandidate,
  EndpointSlice,
  EventsEvent,
  FlowSchema,
  PriorityLevelConfiguration,
  StorageVersion,
  IngressClass,
  Ingress,
  IPAddress,
  NetworkPolicy,
  ServiceCIDR,
  IPAddressV1beta1,
  ServiceCIDRV1beta1,
  RuntimeClass,
  PodDisruptionBudget,
  ClusterRoleBinding,
  ClusterRole,
  RoleBinding,
  Role,
  DeviceClass,
  ResourceClaimTemplate,
  ResourceClaim,
  ResourceSlice,
  DeviceTaintRuleV1alpha3,
  ResourcePoolStatusRequest,
  DeviceClassV1beta1,
  ResourceClaimTemplateV1beta1,
  ResourceClaimV1beta1,
  ResourceSliceV1beta1,
  DeviceClassV1beta2,
  DeviceTaintRule,
  ResourceClaimTemplateV1beta2,
  ResourceClaimV1beta2,
  ResourceSliceV1beta2,
  PriorityClass,
  PodGroup,
  Workload,
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  StorageClass,
  VolumeAttachment,
  VolumeAttributesClass,
  VolumeAttributesClassV1beta1,
  StorageVersionMigration,
  NodeMetrics,
  PodMetrics,
]
