import type { Schema } from './schema.ts'
import { shapeOf } from './shape.ts'
import type { StructShape } from './shape.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** Pointers in every type that has a field of this name. */
const everywhere = words(`
    $ref acquireTime activeDeadlineSeconds additionalItems additionalProperties adminAccess affinity aggregationRule
    allocatable allocateLoadBalancerNodePorts allocatedDevices allocation allocationTimestamp
    allowMultipleAllocations allowPrivilegeEscalation allowVolumeExpansion appArmorProfile appProtocol
    applyConfiguration assigned attachError attachRequired automountServiceAccountToken availableDevices
    averageUtilization averageValue awsElasticBlockStore azureDisk azureFile backoffLimit backoffLimitPerIndex basic
    beginRefreshAt behavior bindsToNode blockOwnerDeletion bool borrowingLimitPercent boundObjectRef cacheAuthorizedRequests
    cacheUnauthorizedRequests cachesize cachingMode
    capabilities capacity cel cephfs cinder claimRef clientIP clusterTrustBundle collisionCount
    commonEncodingVersion completionMode completionTime completions config configMap configMapKeyRef configMapRef
    configSource containerResource controllerExpandSecretRef controllerPublishSecretRef conversion csi
    currentCPUUtilizationPercentage currentVolumeAttributesClassName dataSource dataSourceRef default defaultBackend
    defaultMode deleteOptions deletionGracePeriodSeconds deletionTimestamp deprecationWarning detachError details
    deviceSelector distinctAttribute distinguisherMethod dnsConfig downwardAPI emptyDir enableServiceLinks endPort
    endpointsNamespace ephemeral errorCode exactly example exec exempt exitCodes expirationSeconds
    extendedResourceClaimStatus extendedResourceName external externalDocs failedIndexes failedJobsHistoryLimit
    failurePolicy fc features fieldSelector fieldsV1 fileKeyRef flexVolume flocker fsGroup fsGroupChangePolicy
    fsGroupPolicy gcePersistentDisk gitRepo glusterfs gmsaCredentialSpec gmsaCredentialSpecName gracePeriodSeconds
    grpc hints holderIdentity hostPath hostProcess hostUsers hostnameOverride http httpGet
    ignoreStoreReadErrorWithClusterBreakingPotential immutable ingressClassName initiatorName inlineVolumeSpec int
    internalTrafficPolicy ipBlock ipFamilyPolicy ipMode iscsi items jsonPatch labelSelector labelSelectorPath
    lastKnownGood lastPhaseTransitionTime lastScaleTime lastScheduleTime lastSuccessfulTime leaseDurationSeconds
    leaseTransitions lendablePercent lifecycle limit limited linux livenessProbe loadBalancerClass local
    localhostProfile managedBy manualSelector matchAttribute matchConstraints matchPolicy matchResources max
    maxExpirationSeconds maxFailedIndexes maxItems maxLength maxProperties maxSurge maxUnavailable maximum
    maximumVolumeSize min minAvailable minDomains minItems minLength minProperties minReplicas minimum mode
    modifyVolumeStatus mountPropagation multipleOf namespaceSelector networkData nfs nodeAffinity nodeAffinityPolicy
    nodeAllocatableUpdatePeriodSeconds nodeExpandSecretRef nodePublishSecretRef nodeSelector nodeStageSecretRef
    nodeTaintsPolicy nodeTopology nominalConcurrencyShares nonResourceAttributes not notAfter notBefore
    objectSelector onExitCodes opaque openAPIV3Schema optional optionalOldSelf ordinals orphanDependents os overhead
    parallelism paramKind paramRef parameterNotFoundAction parentRef pathType perDeviceNodeSelection
    persistentVolumeClaim persistentVolumeClaimRetentionPolicy persistentVolumeName photonPersistentDisk pingTime
    podAffinity podAntiAffinity podCertificate podFailurePolicy podGroupName podInfoOnMount podReplacementPolicy
    pods poolName portworxVolume postStart preStop preconditions preemptionPolicy preferredHolder
    preventPodSchedulingIfMissing privileged procMount progressDeadlineSeconds projected propagationPolicy queuing
    quobyte rbd readOnlyRootFilesystem readinessProbe reclaimPolicy recursiveReadOnly recursiveReadOnlyMounts
    related remainingItemCount renewTime requestPolicy required requiredDuringSchedulingIgnoredDuringExecution
    requiresRepublish resourceAttributes resourceClaimTemplateName resourceFieldRef revisionHistoryLimit
    rollingUpdate runAsGroup runAsNonRoot runAsUser runAsUserName running runtimeClassName scale scaleDown scaleIO
    scaleUp scheduling schedulingGroup schema scopeSelector seLinuxChangePolicy seLinuxMount seLinuxOptions
    seccompProfile secret secretKeyRef secretNamespace secretRef securityContext selectPolicy series service
    serviceAccountToken serviceAccountTokenInSecrets serving sessionAffinityConfig setHostnameAsFQDN shardInfo
    shareID shareProcessNamespace sideEffects sizeLimit sleep stabilizationWindowSeconds startTime started
    startingDeadlineSeconds startupProbe step stopSignal storageCapacity storageos string subresources
    succeededCount succeededIndexes successPolicy successfulJobsHistoryLimit supplementalGroupsPolicy suspend swap
    targetCPUUtilizationPercentage targetRef tcpSocket terminated terminating terminatingReplicas
    terminationGracePeriodSeconds timeAdded timeZone tolerance tolerationSeconds totalDevices trafficDistribution
    ttlSecondsAfterFinished typeChecking unavailableDevices uncountedTerminatedPods unhealthyPodEvictionPolicy
    userNamespaces validRange validationError valueFrom volumeAttributesClassName volumeBindingMode
    volumeClaimTemplate volumeMode volumeStatus vsphereVolume waiting webhook windowsOptions workloadRef
    x-kubernetes-list-type x-kubernetes-map-type x-kubernetes-preserve-unknown-fields zone
`)

/** Pointers in these types only; with the group and version where types of the same name differ. */
const inType = words(`
    AllocatedDeviceStatus.data AzureDiskVolumeSource.fsType AzureDiskVolumeSource.kind
    AzureDiskVolumeSource.readOnly BasicDevice.allNodes BasicDevice.nodeName CSIVolumeSource.fsType
    CSIVolumeSource.readOnly ClientIPConfig.timeoutSeconds ClusterTrustBundleProjection.name
    ClusterTrustBundleProjection.signerName Container.restartPolicy ContainerStatus.resources ContainerStatus.user
    CustomResourceSubresources.status DaemonSetSpec.selector DeploymentSpec.replicas DeploymentSpec.selector
    Device.allNodes Device.nodeName DeviceAttribute.version DeviceTaintSelector.device DeviceTaintSelector.driver
    DeviceTaintSelector.pool DownwardAPIVolumeFile.fieldRef Endpoint.hostname Endpoint.nodeName
    EndpointAddress.nodeName EndpointConditions.ready EnvVarSource.fieldRef EphemeralContainer.restartPolicy
    FCVolumeSource.lun HorizontalPodAutoscalerStatus.observedGeneration HostPathVolumeSource.type
    IngressBackend.resource IngressClassParametersReference.apiGroup IngressClassParametersReference.namespace
    IngressClassParametersReference.scope IngressClassSpec.parameters IngressPortStatus.error JobSpec.selector
    JobStatus.ready LeaseSpec.strategy LocalVolumeSource.fsType ManagedFieldsEntry.time MetricIdentifier.selector
    MetricSpec.object MetricSpec.resource MetricStatus.object MetricStatus.resource MetricTarget.value
    MetricValueStatus.value MutatingWebhook.reinvocationPolicy MutatingWebhook.timeoutSeconds
    NamedRuleWithOperations.scope NetworkPolicyPeer.podSelector NetworkPolicyPort.port NetworkPolicyPort.protocol
    NodeConfigStatus.active OwnerReference.controller ParamRef.selector PersistentVolumeClaimSpec.selector
    PersistentVolumeClaimSpec.storageClassName PodDNSConfigOption.value PodDisruptionBudgetSpec.selector
    PodFailurePolicyOnExitCodesRequirement.containerName PodResourceClaim.resourceClaimName
    PodResourceClaimStatus.resourceClaimName PodSpec.priority PodSpec.resources PodStatus.resources
    PolicyRule.omitManagedFields
    PoolStatus.nodeName PoolStatus.resourceSliceCount PortStatus.error Preconditions.resourceVersion
    PrefixedClaimOrExpression.prefix
    Preconditions.uid ReplicaSetSpec.replicas ReplicaSetSpec.selector ReplicationControllerSpec.replicas
    ReplicationControllerSpec.template ResourceHealth.message RollingUpdateStatefulSetStrategy.partition
    RuleWithOperations.scope ServiceReference.path ServiceReference.port StatefulSetSpec.replicas
    StatefulSetSpec.selector Subject.group Subject.serviceAccount Subject.user TypedLocalObjectReference.apiGroup
    TypedObjectReference.apiGroup TypedObjectReference.namespace ValidatingWebhook.timeoutSeconds Validation.reason
    ValidationRule.reason Volume.image VolumeNodeResources.count VolumeStatus.image WebhookClientConfig.url
    WebhookConversion.clientConfig discovery.v1.EndpointPort.name discovery.v1.EndpointPort.port
    discovery.v1.EndpointPort.protocol resource.v1.ResourceSliceSpec.allNodes resource.v1.ResourceSliceSpec.nodeName
    resource.v1beta2.ResourceSliceSpec.allNodes resource.v1beta2.ResourceSliceSpec.nodeName
`)

/**
 * Whether Go keeps the field in a pointer: an explicit zero in it means something, and protobuf leaves it out when it is nil;
 * whatever else is no list and no map protobuf writes always. Go's types say so and nothing that clients see does.
 */
export const isPointer = (struct: StructShape, name: string): boolean => {
  if (everywhere.has(name)) return true
  const [type = '', version = '', group = ''] = struct.name.split('.').reverse()
  return inType.has(`${type}.${name}`) || inType.has(`${group}.${version}.${type}.${name}`)
}

/** Whether Go holds the field as a struct of its own: it is there, if empty, as soon as what holds it is. */
export const isHeldByValue = (struct: StructShape, name: string, schema: Schema<unknown>): boolean =>
  struct.name.startsWith('io.k8s.') && shapeOf(schema).tag === 'struct' && !isPointer(struct, name)
