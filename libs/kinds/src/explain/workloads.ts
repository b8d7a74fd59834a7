/** What `kubectl explain` says of workloads, services and policies about them: `field` or `Type.field`, and a sentence. */
export const workloadsWords = `
CronJobStatus.active: Jobs of it that run.
JobStatus.active: Pods that have not ended.
Endpoint.addresses: Addresses of the endpoint; all of them lead to the same.
EndpointSubset.addresses: Addresses that are ready.
addressType: What the addresses are: IPv4, IPv6 or FQDN.
allocateLoadBalancerNodePorts: Whether a service of type LoadBalancer gets node ports, too. Default true.
appProtocol: What is spoken on the port, such as http or kubernetes.io/h2c.
automountServiceAccountToken: Whether pods get a token of this account without asking.
availableReplicas: Pods that have been ready for long enough.
averageUtilization: Per cent of what the pods ask for, on average.
averageValue: The average over the pods.
backend: Where it leads.
backoffLimitPerIndex: How many failures one index may have.
behavior: How fast it scales up and down.
cidr: The range of addresses.
cidrs: Ranges of addresses for services.
clientIP: How affinity by client address works.
collisionCount: How many times a name's hash was taken already.
completedIndexes: Indexes that have succeeded, such as 1,3-5.
completionMode: NonIndexed, where any pod counts, or Indexed, where each index needs one.
completionTime: When it succeeded.
containerResource: What one container of every pod uses of a resource.
IngressClassSpec.controller: Who serves ingresses of the class.
current: What was read.
currentCPUUtilizationPercentage: Per cent of the CPU that pods ask for, on average.
currentMetrics: The metrics as last read.
currentNumberScheduled: Nodes that run a pod which they should run.
HorizontalPodAutoscalerStatus.currentReplicas: Replicas when it last looked.
StatefulSetStatus.currentReplicas: Pods of the current revision.
currentRevision: The revision that pods have which are not updated yet.
ControllerRevision.data: What was revised, as it was then.
deprecatedTopology: Labels of the endpoint's node. No longer written.
describedObject: The object that the metric tells of.
desiredNumberScheduled: Nodes that should run a pod.
desiredReplicas: How many replicas it wants.
egress: What selected pods may open connections to.
EndpointSlice.endpoints: The endpoints; a hundred at most, as written here.
endPort: The last port of a range that begins with \`port\`.
except: Ranges within it that do not count.
external: A metric that belongs to no object of the cluster.
JobStatus.failed: Pods that have failed.
UncountedTerminatedPods.failed: Uids of failed pods that are not counted yet.
failedIndexes: Indexes that have failed for good.
fieldRef: A field of the pod.
firstAvailable: Requests of which the first that can be had is taken.
forNodes: Nodes whose traffic should come here.
forZones: Zones whose traffic should come here.
from: Who is let in; empty: everybody.
fullyLabeledReplicas: Pods with all labels of the template.
healthCheckNodePort: The port at which a node tells whether it has endpoints, for externalTrafficPolicy Local.
hints: Whom the endpoint is meant for.
IngressRule.host: The host, perhaps with a * in front; empty: any.
IngressLoadBalancerIngress.hostname: The balancer's name.
LoadBalancerIngress.hostname: The balancer's name.
hostname: The name of the endpoint's host.
IngressTLS.hosts: Names that the certificate is for.
IngressRule.http: Paths, and where they lead.
image: The image.
IngressLoadBalancerStatus.ingress: Addresses of the balancer.
LoadBalancerStatus.ingress: Addresses of the balancer.
NetworkPolicySpec.ingress: Who may open connections to selected pods.
ip: The address.
ipBlock: Addresses outside the cluster.
ipFamilies: IPv4, IPv6 or both, the first one first.
ipFamilyPolicy: SingleStack, PreferDualStack or RequireDualStack.
ipMode: VIP, where nodes keep the traffic, or Proxy, where it goes through the balancer.
lastProbeTime: When it was last looked at.
lastScaleTime: When it last changed the number of replicas.
lastScheduleTime: When a job of it was last due.
lastSuccessfulTime: When a job of it last succeeded.
IngressStatus.loadBalancer: Where the ingress is reached.
ServiceStatus.loadBalancer: Where the service is reached from outside.
loadBalancerClass: Which balancer is meant; without one, the cloud's.
loadBalancerIP: The address that is asked for. Deprecated.
loadBalancerSourceRanges: Clients that the balancer lets in.
managedBy: Who manages the job, if not the cluster's controller.
manualSelector: Whether the selector was written by hand and may be somebody else's, too.
maxFailedIndexes: How many indexes may fail before the job does.
maxReplicas: The most replicas.
maxSurge: How many pods there may be besides the old one of a node, or which part.
maxUnavailable: How many pods may be unavailable at once, or which part.
metric: Which metric.
metrics: What it goes by; the metric that wants most replicas wins.
minReadySeconds: How long a pod must be ready before it counts as available.
minReplicas: The least replicas. Default 1.
namespaceSelector: Labels of the namespaces.
nodeName: The node.
notReadyAddresses: Addresses that are not ready.
ServiceBackendPort.number: The port's number.
numberAvailable: Nodes whose pod has been ready for long enough.
numberMisscheduled: Nodes that run a pod which they should not run.
numberReady: Nodes whose pod is ready.
numberUnavailable: Nodes whose pod is not available.
MetricSpec.object: A metric of one object.
MetricStatus.object: A metric of one object.
observedGeneration: The generation that this was said of.
ordinals: How pods are numbered.
IngressClassSpec.parameters: An object with more settings of the class.
parentRef: The object that has the address.
RollingUpdateStatefulSetStrategy.partition: Pods of this number and above are updated.
HTTPIngressPath.path: The path.
paths: Paths of the host, and where they lead.
pathType: How the path matches: Exact, Prefix or ImplementationSpecific.
HPAScalingPolicy.periodSeconds: Over how long it is counted.
persistentVolumeClaimRetentionPolicy: What becomes of the pods' claims.
NamespaceStatus.phase: Active or Terminating.
podFailurePolicy: What becomes of the job for which failures.
podReplacementPolicy: When a pod is replaced: TerminatingOrFailed, or only when Failed.
MetricSpec.pods: A metric of every pod, averaged.
MetricStatus.pods: A metric of every pod, averaged.
NetworkPolicyPeer.podSelector: Labels of the pods.
NetworkPolicySpec.podSelector: Labels of the pods that the policy is about; empty: all in the namespace.
policies: What may change in a period.
policyTypes: Whether the policy is about Ingress, Egress or both.
port: The port.
EndpointSlice.ports: Ports that all endpoints have.
EndpointSubset.ports: Ports that all addresses have.
NetworkPolicyEgressRule.ports: Ports that may be reached; empty: all.
NetworkPolicyIngressRule.ports: Ports that may be reached; empty: all.
ports: Ports, and how each fares.
preemptionPolicy: Whether pods of the class make room for themselves: PreemptLowerPriority or Never.
CustomResourceColumnDefinition.priority: 0 for the usual table, more for \`-o wide\`.
priority: How important it is; the greater, the more.
protocol: TCP, UDP or SCTP.
EndpointConditions.ready: Whether it takes requests.
JobStatus.ready: Pods that are ready.
readyReplicas: Pods that are ready.
ReplicationControllerSpec.replicas: How many pods. Default 1.
replicas: Pods.
IngressBackend.resource: An object of another kind, in the ingress' namespace.
resourceFieldRef: What a container asks for of a resource.
ControllerRevision.revision: The number of the revision.
revisionHistoryLimit: How many old revisions are kept. Default 10.
rollingUpdate: How many pods at once.
SuccessPolicy.rules: Of which one must hold.
scaleDown: How fast it may become less.
scaleTargetRef: What is scaled.
scaleUp: How fast it may become more.
IngressClassParametersReference.scope: Cluster or Namespace.
IngressTLS.secretName: The Secret with the certificate and its key.
JobSpec.selector: Labels of the job's pods; made by the cluster.
MetricIdentifier.selector: Labels of the metric.
ReplicationControllerSpec.selector: Labels of the pods.
selectPolicy: Which of several policies counts: Max, Min, or Disabled for none.
IngressBackend.service: The service, in the ingress' namespace.
serving: Whether it answers, also while it terminates.
sessionAffinityConfig: How affinity works.
stabilizationWindowSeconds: How far back the greatest, or least, recommendation counts.
start: The first number.
JobStatus.startTime: When it was begun, or resumed.
subsets: Addresses and ports, by readiness.
JobStatus.succeeded: Pods that have succeeded.
UncountedTerminatedPods.succeeded: Uids of pods that have succeeded and are not counted yet.
succeededCount: How many indexes must succeed.
succeededIndexes: Which indexes must succeed, such as 0,2-4.
successPolicy: When an indexed job has succeeded before all of it has.
target: The value that is aimed at.
targetCPUUtilizationPercentage: Per cent of the CPU that pods ask for. Default 80.
targetRef: The pod behind the address.
template: What pods are made from.
EndpointConditions.terminating: Whether it is going.
JobStatus.terminating: Pods that are going.
terminatingReplicas: Pods that are going.
ClientIPConfig.timeoutSeconds: How long a client keeps its endpoint. Default 10800.
to: Where connections may go; empty: everywhere.
tolerance: By which part the metric may miss its target before anything is done.
trafficDistribution: Which endpoints are preferred, such as PreferSameZone.
HPAScalingPolicy.type: Pods or Percent.
MetricSpec.type: Resource, ContainerResource, Pods, Object or External.
MetricStatus.type: Resource, ContainerResource, Pods, Object or External.
MetricTarget.type: Utilization, Value or AverageValue.
type: What it is.
uncountedTerminatedPods: Pods that have ended and are not counted yet, so that none counts twice.
updatedNumberScheduled: Nodes whose pod is of the newest template.
updatedReplicas: Pods of the newest revision.
updateRevision: The revision that pods get.
HPAScalingPolicy.value: How many pods, or which part.
values: The values; empty for operators that need none.
whenDeleted: What becomes of claims when the set is deleted: Retain or Delete.
whenScaled: What becomes of claims when there are fewer pods: Retain or Delete.
zone: The endpoint's zone.
`
