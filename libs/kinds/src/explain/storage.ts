/** What `kubectl explain` says of volumes, claims, their classes and drivers: `field` or `Type.field`, and a sentence. */
export const storageWords = `
PersistentVolumeClaimStatus.accessModes: How the bound volume may be mounted.
accessModes: How it may be mounted: ReadWriteOnce, ReadOnlyMany, ReadWriteMany, ReadWriteOncePod.
allocatable: How many volumes of the driver the node can hold.
PersistentVolumeClaimStatus.allocatedResources: Sizes that a resize under way has been given.
allocatedResourceStatuses: How far the resizing of each resource has come.
allowedTopologies: Where volumes of the class may be made; empty: anywhere.
allowVolumeExpansion: Whether claims of the class may grow.
VolumeAttachmentStatus.attached: Whether the volume is attached.
attacher: The driver that attaches it.
attachError: The last failure to attach the volume.
attachmentMetadata: What the driver told of the attachment, for those that mount it.
attachRequired: Whether the driver attaches volumes to nodes before they are mounted. Default true.
awsElasticBlockStore: A disk of AWS, for its CSI driver.
azureDisk: A disk of Azure, for its CSI driver.
azureFile: A share of Azure Files, for its CSI driver.
cachingMode: How the host caches the disk: None, ReadOnly or ReadWrite.
CSIStorageCapacity.capacity: How much is left there.
PersistentVolumeClaimStatus.capacity: What the bound volume really holds.
PersistentVolumeSpec.capacity: How large the volume is, as a quantity of storage.
cephfs: A CephFS mount.
certificateChainPath: Where the certificates lie in the volume.
chapAuthDiscovery: Whether discovery authenticates itself with CHAP.
chapAuthSession: Whether the session authenticates itself with CHAP.
cinder: A disk of OpenStack, for its CSI driver.
claimName: The claim, in the pod's namespace.
claimRef: The claim that the volume is bound to, or kept for.
clusterTrustBundle: Certificates of a ClusterTrustBundle, as one file.
configMap: Keys of a ConfigMap as files.
controllerExpandSecretRef: The Secret that the driver needs to grow the volume.
controllerPublishSecretRef: The Secret that the driver needs to attach the volume.
credentialBundlePath: Where key and certificates lie in the volume, in one file.
csi: A volume of a CSI driver.
currentVolumeAttributesClassName: The class whose attributes the volume has now.
datasetName: The dataset, by name.
datasetUUID: The dataset, by its id.
dataSource: What the volume's first content comes from: a snapshot or a claim.
dataSourceRef: What the volume's first content comes from; any kind for which there is a populator.
defaultMode: Permission bits of files that name none of their own, in octal 0644 by default.
detachError: The last failure to detach the volume.
AttachedVolume.devicePath: The device on the node.
VolumeDevice.devicePath: Where the container finds the device.
GitRepoVolumeSource.directory: Where the repository is cloned to; without \`..\`.
diskName: The disk, by name.
diskURI: The disk, by its address.
downwardAPI: Fields of the pod as files.
CSIPersistentVolumeSource.driver: The CSI driver.
CSIVolumeSource.driver: The CSI driver.
FlexPersistentVolumeSource.driver: The FlexVolume driver.
FlexVolumeSource.driver: The FlexVolume driver.
driverName: The CSI driver that knows the parameters.
drivers: The CSI drivers of the node.
emptyDir: A directory that is empty at first and lives as long as the pod.
GlusterfsPersistentVolumeSource.endpoints: The Endpoints of the Gluster servers.
GlusterfsVolumeSource.endpoints: The Endpoints of the Gluster servers.
endpointsNamespace: Where those Endpoints are; the claim's namespace by default.
Volume.ephemeral: A claim that is made for the pod and goes with it.
errorCode: The gRPC code of the failure.
ServiceAccountTokenProjection.expirationSeconds: How long a token is good for; at least 600 seconds. It is renewed in time.
fc: A disk over Fibre Channel.
flexVolume: A volume of a FlexVolume driver.
flocker: A volume of Flocker.
fsGroupPolicy: Whether volumes are given to the pod's fsGroup: ReadWriteOnceWithFSType, File or None.
fsType: The file system to mount, such as ext4.
ScaleIOPersistentVolumeSource.gateway: The gateway's address.
ScaleIOVolumeSource.gateway: The gateway's address.
gcePersistentDisk: A disk of GCE, for its CSI driver.
gitRepo: A clone of a Git repository. Long deprecated; use an init container.
glusterfs: A volume of Gluster.
QuobyteVolumeSource.group: The group that the volume is mounted for.
hostPath: A file or directory of the node.
RBDPersistentVolumeSource.image: The image of the RADOS block device.
RBDVolumeSource.image: The image of the RADOS block device.
Volume.image: The files of an OCI image, read-only.
initiatorName: The initiator's own iSCSI name.
inlineVolumeSpec: The volume itself, where it stands in a pod.
iqn: The target's iSCSI name.
iscsi: A disk over iSCSI.
iscsiInterface: The interface that is used. Default \`default\`.
DownwardAPIProjection.items: The files, and the fields that they show.
DownwardAPIVolumeSource.items: The files, and the fields that they show.
items: Which keys become which files; without it, all of them.
keyPath: Where the key lies in the volume.
keyring: Where the node finds the keyring.
keyType: What kind of key is made.
AzureDiskVolumeSource.kind: Shared, Dedicated or Managed.
lastPhaseTransitionTime: When the phase last changed.
limits: The most of each resource.
local: A directory or device of one node.
lun: The logical unit's number.
maxExpirationSeconds: The longest life that is asked for.
maximumVolumeSize: The largest volume that can be made there.
medium: \`Memory\` for a tmpfs; empty for the node's disk.
DownwardAPIVolumeFile.mode: Permission bits of this file.
KeyToPath.mode: Permission bits of this file.
modifyVolumeStatus: How far the change of the volume's attributes has come.
monitors: Addresses of the Ceph monitors.
mountOptions: Options that the volume is mounted with.
nfs: A directory of an NFS server.
PersistentVolumeSpec.nodeAffinity: The nodes that can reach the volume.
nodeAllocatableUpdatePeriodSeconds: How often the node asks the driver how many volumes it can hold.
nodeExpandSecretRef: The Secret that the node's driver needs to grow the volume.
nodeID: What the driver calls the node.
nodePublishSecretRef: The Secret that the node's driver needs to mount the volume.
nodeStageSecretRef: The Secret that the node's driver needs to prepare the volume.
nodeTopology: The nodes that this capacity is for.
optional: Whether the pod may start although it does not exist.
options: What else the driver is told.
StorageClass.parameters: What the provisioner is told of the volumes of the class.
VolumeAttributesClass.parameters: The attributes, as the driver names them.
AWSElasticBlockStoreVolumeSource.partition: The partition of the disk; 0 is the whole.
GCEPersistentDiskVolumeSource.partition: The partition of the disk; 0 is the whole.
CephFSPersistentVolumeSource.path: The directory that is mounted. Default /.
CephFSVolumeSource.path: The directory that is mounted. Default /.
ClusterTrustBundleProjection.path: The file's path in the volume.
DownwardAPIVolumeFile.path: The file's path in the volume.
FileKeySelector.path: The file, within the volume.
GlusterfsPersistentVolumeSource.path: The volume's name at Gluster.
GlusterfsVolumeSource.path: The volume's name at Gluster.
HostPathVolumeSource.path: The path on the node.
KeyToPath.path: The file's path in the volume.
LocalVolumeSource.path: The directory or device on the node.
NFSVolumeSource.path: The directory that the server exports.
ServiceAccountTokenProjection.path: The file's path in the volume.
pdID: The disk's id.
pdName: The disk's name.
persistentVolumeClaim: A claim, whose volume is mounted.
persistentVolumeName: The volume.
persistentVolumeReclaimPolicy: What becomes of the volume when its claim is gone: Retain or Delete.
PersistentVolumeClaimStatus.phase: Pending, Bound or Lost.
PersistentVolumeStatus.phase: Pending, Available, Bound, Released or Failed.
photonPersistentDisk: A disk of Photon.
podCertificate: A key, and a certificate of it that a signer gives to the pod.
podInfoOnMount: Whether the driver is told which pod a volume is mounted for.
RBDPersistentVolumeSource.pool: The pool of the image. Default rbd.
RBDVolumeSource.pool: The pool of the image. Default rbd.
portals: Further addresses of the target.
portworxVolume: A volume of Portworx.
preventPodSchedulingIfMissing: Whether pods with its volumes stay off nodes that lack the driver.
projected: Several sources in one directory.
protectionDomain: The protection domain of the storage.
provisioner: Who makes volumes of the class.
pullPolicy: When the image is pulled: Always, Never or IfNotPresent.
quobyte: A volume of Quobyte.
rbd: A RADOS block device.
readOnly: Whether it is mounted for reading only.
reclaimPolicy: What becomes of volumes of the class when their claim is gone. Default Delete.
recursiveReadOnly: Whether mounts below are read-only, too: Disabled, IfPossible or Enabled.
reference: The image.
registry: Addresses of the Quobyte registries.
repository: The address of the repository.
VolumeResourceRequirements.requests: How much is asked for.
VolumeNodeAffinity.required: What a node must fulfil to reach the volume.
requiresRepublish: Whether the driver is called again and again, so that what it mounts stays fresh.
revision: The commit that is checked out.
scaleIO: A volume of ScaleIO.
secret: Keys of a Secret as files.
secretFile: Where the node finds the key of the user.
AzureFilePersistentVolumeSource.secretName: The Secret with the account's name and key.
AzureFileVolumeSource.secretName: The Secret with the account's name and key.
SecretVolumeSource.secretName: The Secret.
secretNamespace: Where that Secret is.
CephFSPersistentVolumeSource.secretRef: The Secret that holds the key of the user.
secretRef: The Secret that the storage asks for.
PersistentVolumeClaimSpec.selector: Labels of the volumes that come into question.
seLinuxMount: Whether the driver mounts with an SELinux context.
server: The server's name or address.
serviceAccountToken: A token of the pod's service account, renewed in time.
serviceAccountTokenInSecrets: Whether the driver gets tokens among its secrets instead of the volume's context.
shareName: The share's name.
sizeLimit: The most that it may hold; a pod that writes more is evicted.
VolumeAttachmentSpec.source: The volume.
ProjectedVolumeSource.sources: What is shown, one after the other.
sslEnabled: Whether the gateway is spoken to over TLS.
storageCapacity: Whether the driver tells how much it has left, so that pods are placed by it.
CSIStorageCapacity.storageClassName: The class that this capacity is for.
storageClassName: The class that it belongs to.
storageMode: ThickProvisioned or ThinProvisioned.
storageos: A volume of StorageOS.
storagePolicyID: The id of the storage policy.
storagePolicyName: The name of the storage policy.
storagePool: The pool of the storage.
subPathExpr: Like subPath, with $(NAME) of the container's environment.
system: The name of the storage system.
targetPortal: The target's address.
targetVolumeAttributesClassName: The class whose attributes the volume is to have.
targetWWNs: World-wide names of the targets.
tenant: The tenant that owns the volume.
tokenRequests: Audiences of the tokens that the driver is given.
topologyKeys: Node labels by which the driver tells where a volume can be reached.
HostPathVolumeSource.type: What must be there, such as Directory, File or DirectoryOrCreate; empty: anything.
CephFSPersistentVolumeSource.user: The user of RADOS. Default admin.
CephFSVolumeSource.user: The user of RADOS. Default admin.
QuobyteVolumeSource.user: The user that the volume is mounted for.
RBDPersistentVolumeSource.user: The user of RADOS. Default admin.
RBDVolumeSource.user: The user of RADOS. Default admin.
userAnnotations: What the signer is told besides.
QuobyteVolumeSource.volume: The volume's name.
volumeAttributes: What the driver is told of the volume.
volumeAttributesClassName: The class whose attributes the volume is to have.
volumeBindingMode: When claims are bound: Immediate, or WaitForFirstConsumer until a pod wants them.
volumeClaimTemplate: The claim that is made.
volumeDevices: Claims of raw devices that the container sees.
volumeHandle: What the driver calls the volume.
volumeID: What the provider calls the volume.
volumeLifecycleModes: Persistent, for claims, or Ephemeral, for volumes in pods.
volumeMode: Filesystem, or Block for a raw device.
FileKeySelector.volumeName: The volume that has the file.
ScaleIOPersistentVolumeSource.volumeName: The volume at the storage.
ScaleIOVolumeSource.volumeName: The volume at the storage.
StorageOSPersistentVolumeSource.volumeName: The volume's name.
StorageOSVolumeSource.volumeName: The volume's name.
volumeNamespace: The namespace of the volume at StorageOS.
volumePath: The path of the virtual disk.
vsphereVolume: A disk of vSphere.
wwids: World-wide ids, instead of targets and a unit's number.
`
