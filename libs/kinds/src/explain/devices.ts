/** What `kubectl explain` says of devices, claims of them, and groups of pods: `field` or `Type.field`, and a sentence. */
export const devicesWords = `
adminAccess: Whether it is for watching a device that others use.
allNodes: Whether every node can reach it.
allocatedDevices: Devices that are in use.
allocation: What was allocated.
allocationMode: ExactCount, or All that fit.
allocationMultiplier: How much of the node's resource one unit takes.
allocationTimestamp: When it was allocated.
allowMultipleAllocations: Whether several claims may share the device.
attributes: What the device is like.
availableDevices: Devices that are free.
Device.basic: The device; what newer versions write beside its name.
PodGroupSchedulingPolicy.basic: Its pods are placed one by one.
bindingConditions: Conditions that must hold before a pod is bound.
bindingFailureConditions: Conditions that say that it failed.
bindsToNode: Whether the claim is for the chosen node alone.
bool: The attribute's value, of this type.
bools: The attribute's values, of this type.
capacityKey: The capacity that it comes from.
cel: An expression that a device must fulfil.
constraints: What the devices must have in common.
consumedCapacity: How much of the device's capacity it takes.
consumesCounters: What it takes of shared counters.
controllerRef: What the group belongs to.
DeviceRequest.count: How many devices. Default 1.
DeviceSubRequest.count: How many devices. Default 1.
ExactDeviceRequest.count: How many devices. Default 1.
counters: The counters, by name.
counterSet: The set of counters.
AllocatedDeviceStatus.data: What the driver says of it.
device: The device.
deviceClassName: The class of the device.
devices: The devices.
deviceSelector: Which devices.
disruptionMode: Whether its pods may be evicted one by one, or only together.
distinctAttribute: An attribute in which all devices must differ.
effect: What the taint does, or which effect is tolerated: NoSchedule, NoExecute or None.
exactly: What is asked for.
extendedResourceName: The extended resource that pods may ask for instead of a claim.
gang: Its pods are placed together or not at all.
generation: Of which writing of the pool it is.
hardwareAddress: The interface's hardware address.
int: The attribute's value, of this type.
interfaceName: The interface.
ints: The attribute's values, of this type.
ips: Its addresses.
limit: How many at most.
matchAttribute: An attribute in which all devices must be alike.
minCount: How many pods must fit at once.
networkData: How the device is reached over the network.
nodeAllocatableResourceMappings: What it takes of the node's own resources.
opaque: Settings that only the driver reads.
OpaqueDeviceConfiguration.parameters: The settings.
perDeviceNodeSelection: Whether each device says by itself which nodes reach it.
podGroupTemplateName: The template's name.
podGroupTemplateRef: The template that it was made from.
podGroupTemplates: Groups of pods that the workload has.
poolCount: How many pools.
poolName: The pool.
pools: The pools.
requestPolicy: How much of it may be taken.
CapacityRequirements.requests: How much of each capacity.
reservedFor: Who may use it, mostly pods.
resourceSliceCount: How many slices the pool has.
results: The devices.
schedulingConstraints: How its pods must lie to each other.
schedulingPolicy: How its pods are placed.
selectors: What a device must fulfil.
sharedCounters: Counters that several devices draw from.
shareID: Which part of a device that several share.
step: Between least and most, it grows by this much.
string: The attribute's value, of this type.
strings: The attribute's values, of this type.
taint: The taint.
taints: What keeps claims away that do not tolerate it.
tolerations: Taints that are tolerated.
tolerationSeconds: How long it is tolerated.
topology: Labels of nodes in which its pods must agree.
totalDevices: All devices.
unavailableDevices: Devices that cannot be used.
validationError: What is wrong with the pool.
validRange: What may be taken.
validValues: How much may be taken.
DeviceAttribute.version: The attribute's value, a semantic version.
DeviceAttribute.versions: The attribute's values, semantic versions.
workload: The workload that it comes from.
workloadName: The workload.
`
