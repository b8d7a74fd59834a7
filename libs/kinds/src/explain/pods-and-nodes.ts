/** What `kubectl explain` says of pods, their containers, and nodes: `field` or `Type.field`, and a sentence. */
export const podsAndNodesWords = `
ContainerRestartRule.action: What happens when the container ends so: Restart or RestartAllContainers.
PodFailurePolicyRule.action: What a failure that matches does to the job: FailJob, FailIndex, Ignore or Count.
NodeConfigStatus.active: The configuration that the node uses.
add: Capabilities that the container gets besides the usual ones.
address: The address.
ContainerStatus.allocatedResources: What the node has set aside for the container.
PodStatus.allocatedResources: What the node has set aside for the pod.
allocatedResourcesStatus: How the container's devices are.
allowPrivilegeEscalation: Whether a process may gain more rights than its parent has.
appArmorProfile: The AppArmor profile of its processes.
architecture: What \`uname -m\` says, in Go's words.
args: Arguments of the entry point.
assigned: The configuration that the node is to use.
bootID: What changes at every start of the machine.
capabilities: Linux capabilities to add and to drop.
ResourceRequirements.claims: Claims of the pod whose devices the container uses.
ExecAction.command: The command and its arguments; no shell is asked.
command: The entry point, instead of the image's.
conditionType: The condition that must be True before the pod is ready.
NodeStatus.config: How dynamic configuration of the node stands.
NodeConfigSource.configMap: The ConfigMap with the configuration.
configMapKeyRef: A key of a ConfigMap.
configMapRef: All keys of a ConfigMap.
configSource: Where the node's configuration comes from. No longer in use.
ContainerResourceMetricSource.container: The container in the pods.
ContainerResourceMetricStatus.container: The container in the pods.
containerID: The container at the runtime, as type://id.
containerName: The container.
containerRuntimeVersion: The runtime and its version.
NodeAllocatableResourceClaimStatus.containers: The containers that use it.
currentHealthy: Pods that are healthy.
daemonEndpoints: Where the node's own servers listen.
declaredFeatures: Features that the node says it has.
desiredHealthy: The least number of healthy pods.
disruptedPods: Pods whose eviction was let through and that are not seen to go yet.
disruptionsAllowed: How many pods may be evicted now.
divisor: The unit in which it is shown. Default 1.
drop: Capabilities that are taken from the container.
env: Variables of the container's environment.
envFrom: Objects whose keys become variables.
ephemeralContainerStatuses: How ephemeral containers fare.
exec: A command in the container; 0 is success.
exitCode: What its process ended with.
ContainerRestartRule.exitCodes: With which codes the rule matches.
expectedPods: Pods that the budget counts.
extendedResourceClaimStatus: The claim made for extended resources that devices stand for.
externalID: No longer in use.
NodeRuntimeHandler.features: What the handler can do.
NodeStatus.features: What the runtime can do.
ObjectFieldSelector.fieldPath: The field, such as metadata.name.
fileKeyRef: A variable of a file in a volume.
finishedAt: When it ended.
fsGroup: A group that every container is in, and that volumes are given to.
fsGroupChangePolicy: When volumes are given to that group: Always, or OnRootMismatch.
gid: The group's number.
gmsaCredentialSpec: The text of a GMSA credential, on Windows.
gmsaCredentialSpecName: The name of a GMSA credential, on Windows.
grpc: The gRPC health service.
handler: What the runtime calls it.
health: Healthy, Unhealthy or Unknown.
HTTPGetAction.host: The host that is asked. Default the pod's address.
TCPSocketAction.host: The host that is dialled. Default the pod's address.
hostIP: The node's address to bind to. Default all.
hostIPs: Addresses of the node.
hostnameOverride: The host name in the pod, whatever its own name is.
hostnames: Names that resolve to the address.
hostProcess: Whether it runs as a process of the Windows host.
hostUsers: Whether the pod shares the node's user namespace. Default true.
httpGet: An HTTP request; 200 to 399 is success.
httpHeaders: Headers of the request.
imageID: The image that runs, by its digest.
imagePullPolicy: When the image is pulled: Always, Never or IfNotPresent.
imageRef: The image that is mounted, by its digest.
kernelVersion: What \`uname -r\` says.
kubeletConfigKey: The key of the ConfigMap.
kubeletEndpoint: Where the node's agent listens.
kubeletVersion: The version of the node's agent.
kubeProxyVersion: No longer written.
PodAffinityTerm.labelSelector: Labels of the other pods.
TopologySpreadConstraint.labelSelector: Labels of the pods that are counted.
lastHeartbeatTime: When the node last said so.
lastKnownGood: The configuration that is gone back to.
lastState: How the container ended last time.
level: SELinux level.
lifecycle: What is called after the start and before the stop.
ContainerUser.linux: User and groups on Linux.
linux: User and groups on Linux.
localhostProfile: The profile's file or name on the node.
machineID: The machine's id, of /etc/machine-id.
matchFields: What the node's own fields must be; only metadata.name.
matchLabelKeys: Labels of the pod itself whose values others must share.
maxSkew: By how many pods two domains may differ.
minAvailable: How many pods must stay available, or which part.
minDomains: The least number of domains; with fewer, the least loaded counts as empty.
mismatchLabelKeys: Labels of the pod itself whose values others must not share.
VolumeMountStatus.mountPath: Where it is mounted.
mountPropagation: Whether mounts made later are seen on the other side: None, HostToContainer or Bidirectional.
nameservers: Addresses of name servers, before those of the cluster.
PodAffinityTerm.namespaces: Namespaces of the other pods. Default the pod's own.
Affinity.nodeAffinity: Which nodes.
nodeAffinityPolicy: Whether nodes that the pod's affinity rules out count: Honor or Ignore.
nodeAllocatableResourceClaimStatuses: What claims have taken of the node's resources.
Scheduling.nodeSelector: Labels of the nodes that have the runtime.
nodeSelectorTerms: Of which one must hold.
nodeTaintsPolicy: Whether nodes whose taints it does not tolerate count: Honor or Ignore.
onExitCodes: Which exit codes match.
onPodConditions: Which conditions of the pod match.
operatingSystem: linux or windows.
PodDNSConfig.options: Options of the resolver.
os: The operating system that the pod is for.
osImage: What /etc/os-release calls the system.
overhead: What the runtime itself takes of a node, for each pod.
HTTPGetAction.path: The path that is asked for. Default /.
NodeStatus.phase: No longer in use.
podAffinity: Near which pods.
podAffinityTerm: Which pods, and how near.
podAntiAffinity: Away from which pods.
podCIDRs: Addresses of the node's pods.
podFixed: How much of each resource.
podGroupName: The group, in the pod's namespace.
Port: The port.
postStart: What is called when the container has started; it is not Running before that is done.
preference: What a node should fulfil.
preferredDuringSchedulingIgnoredDuringExecution: What counts for a node, by weight.
prefix: What the variables' names begin with.
preStop: What is called before the container is stopped.
priorityClassName: The class that its priority comes from.
privileged: Whether it may do what root may do on the node.
procMount: How /proc is mounted: Default or Unmasked.
providerID: What the cloud calls the machine.
readOnlyRootFilesystem: Whether the container's own files are read-only.
ContainerStatus.ready: Whether it takes requests.
recursiveReadOnlyMounts: Whether mounts below a read-only one can be made read-only.
requestMappings: Which request of the claim stands for which container's resource.
requestName: The request.
requiredDuringSchedulingIgnoredDuringExecution: What a node must fulfil when the pod is placed.
resize: How a resize stands. Replaced by conditions.
resizePolicy: Whether the container is restarted for which resource.
resourceClaimName: The claim.
resourceClaims: Claims of devices that the pod uses.
resourceClaimStatuses: Claims that were made for the pod.
resourceClaimTemplateName: The template that the claim is made from.
resourceID: The device.
resourceName: The resource.
NodeAllocatableResourceClaimStatus.resources: How much of each resource.
ResourceStatus.resources: The devices, and how each is.
restartCount: How many times it was started again.
ContainerResizePolicy.restartPolicy: NotRequired or RestartContainer.
restartPolicy: When it is started again.
restartPolicyRules: Exceptions from the policy, the first that matches.
role: SELinux role.
PodFailurePolicy.rules: The first rule that matches counts.
runAsGroup: The group of its processes.
runAsNonRoot: Whether it is refused to run as root.
runAsUser: The user of its processes.
runAsUserName: The user of its processes, on Windows.
running: It runs.
runtimeHandlers: Handlers of the runtime.
scheduling: Which nodes have the runtime.
schedulingGroup: The group that the pod is placed with.
scheme: HTTP or HTTPS.
searches: Search domains, before those of the cluster.
seccompProfile: The system calls that its processes may use.
seconds: How long.
secretKeyRef: A key of a Secret.
securityContext: Users, capabilities and the like.
PodDisruptionBudgetSpec.selector: Labels of the pods that are counted.
seLinuxChangePolicy: Whether volumes are relabelled file by file, or mounted with the label.
seLinuxOptions: The SELinux label of its processes.
GRPCAction.service: The service that is asked about; empty: the server as a whole.
setHostnameAsFQDN: Whether the pod's host name is its whole name in DNS.
signal: The signal that ended it.
sizeBytes: The image's size.
sleep: A pause.
started: Whether the startup probe has succeeded.
startedAt: When it started.
ContainerStatus.state: How the container fares.
stdin: Whether the container has a standard input.
stdinOnce: Whether that is closed when the first client leaves.
stopSignal: The signal that asks it to stop. Default the image's, else SIGTERM.
LinuxContainerUser.supplementalGroups: Further groups.
PodSecurityContext.supplementalGroups: Further groups of its processes.
NodeFeatures.supplementalGroupsPolicy: Whether the node knows the policy.
PodSecurityContext.supplementalGroupsPolicy: Whether the image's groups count, too: Merge or Strict.
swap: Swap of the machine.
sysctls: Kernel parameters of the pod.
systemUUID: The machine's id, of its firmware.
Binding.target: The node.
targetContainerName: The container whose processes it sees.
tcpSocket: A connection; opened is success.
terminated: It has ended.
Probe.terminationGracePeriodSeconds: How long the container has to stop when this probe fails.
terminationMessagePath: The file in which it leaves a last message.
terminationMessagePolicy: Where that comes from: File, or FallbackToLogsOnError.
Taint.timeAdded: Since when pods without toleration are evicted.
topologyKey: The label of nodes that makes a domain.
tty: Whether the container has a terminal.
AppArmorProfile.type: RuntimeDefault, Localhost or Unconfined.
NodeAddress.type: Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.
SELinuxOptions.type: SELinux type.
SeccompProfile.type: RuntimeDefault, Localhost or Unconfined.
LinuxContainerUser.uid: The user's number.
unhealthyPodEvictionPolicy: When pods that are not healthy may be evicted: IfHealthyBudget or AlwaysAllow.
ContainerStatus.user: User and groups that it runs as.
SELinuxOptions.user: SELinux user.
userNamespaces: Whether pods can have user namespaces of their own.
HTTPHeader.value: The header's value.
volumeMounts: How its volumes are mounted.
volumesAttached: Volumes that are attached to the node.
volumesInUse: Volumes that the node uses and that must not be taken away.
volumeStatus: More of an image volume.
waiting: It has not started.
weight: How much it counts, 1 to 100.
whenUnsatisfiable: What becomes of a pod that no node fits: DoNotSchedule or ScheduleAnyway.
windowsOptions: What counts on Windows.
workingDir: The working directory.
`
