/** What `kubectl explain` says of everything else, and of what stands in many types: `field` or `Type.field`, and a sentence. */
export const machineryWords = `
Event.action: What was done, or tried.
allowed: Whether it may be done.
apiGroup: The API group.
apiGroups: API groups; * is all.
apiServerID: The API server.
apiVersion: The API group and version.
audience: Whom the token is for.
audiences: Whom the token is for.
authenticated: Whether the token is good.
beginRefreshAt: When another certificate should be asked for.
binaryVersion: The version of the program.
blockOwnerDeletion: Whether the owner, deleted in the foreground, waits for this object.
borrowingLimitPercent: How many seats it may borrow, in per cent of its own.
boundObjectRef: The object with which the token ends.
caBundle: Certificates of those who sign the server's, in PEM.
capacity: How much of what it has.
causes: The causes, one by one.
certificate: The certificate, in PEM.
certificateChain: The certificate and those of its issuers, in PEM.
clusterRoleSelectors: Labels of the cluster roles whose rules are taken over.
clusterScope: Whether it is about requests without a namespace.
Status.code: The HTTP status.
commonEncodingVersion: The version that all API servers store in.
component: The program that told.
conditions: What is known of it, by type.
config: Settings for the driver.
continue: Where the next page begins; empty: there is none.
OwnerReference.controller: Whether the owner is the one that manages it.
EventSeries.count: How many times it happened.
VolumeNodeResources.count: How many.
decodableVersions: Versions that it can read.
LimitRangeItem.default: Limits of containers that name none.
default: What it is where it is left out.
defaultRequest: Requests of containers that name none.
deleteOptions: How the pod is deleted.
denied: Whether somebody has said no, rather than nobody yes.
deprecatedCount: What older clients wrote: how many times.
deprecatedFirstTimestamp: What older clients wrote: the first time.
deprecatedLastTimestamp: What older clients wrote: the last time.
deprecatedSource: What older clients wrote: the program.
description: What it is, for people.
Status.details: More about the reason.
distinguisherMethod: What makes flows within it: ByUser or ByNamespace.
driver: The driver.
dryRun: \`All\`, to try it without doing it.
emulationVersion: The version that the program behaves as.
encodingVersion: The version that it stores in.
error: What went wrong.
evaluationError: What could not be found out.
eventTime: When it happened first.
exempt: Its requests never wait.
expirationSeconds: How long it is good for, in seconds.
expirationTimestamp: When it ends.
expression: The CEL expression.
extra: What else the authenticator said of the user.
StatusCause.field: The field.
fieldPath: The part of the object.
fieldSelector: Fields that the request is limited to.
fieldsType: How the fields are written down; FieldsV1.
fieldsV1: The fields.
NamespaceSpec.finalizers: Who must have emptied it before it goes.
firstTimestamp: When it was told first.
globalDefault: Whether pods without a class get this one.
gracePeriodSeconds: How long it may take to end; 0 is at once.
Subject.group: A group.
group: The API group.
groupPriorityMinimum: Where the group stands among others in discovery.
UserInfo.groups: Groups of the user.
groups: Groups of the user.
handSize: How many queues one flow is shuffled over.
hard: The most of each resource.
host: Where the program ran.
ignoreStoreReadErrorWithClusterBreakingPotential: Whether an object goes that cannot be read. Refused.
incomplete: Whether rules may be missing.
insecureSkipTLSVerify: Whether the server's certificate is not looked at.
key: The key.
kind: The kind.
ResourceAttributes.labelSelector: Labels that the request is limited to.
labelSelector: Labels that select.
lastObservedTime: When it happened last.
lastTimestamp: When it was told last.
lastTransitionTime: When its status last changed.
lastUpdateTime: When it was last written.
leaseName: The lease that the candidate wants.
lendablePercent: How many of its seats others may borrow, in per cent.
limited: Its requests have seats, and wait for them.
limitResponse: What becomes of requests beyond the limit.
LimitRangeSpec.limits: Limits by type of object.
manager: Who manages the fields.
matchExpressions: Conditions that must all hold.
matchingPrecedence: Of several that match, the one with the least number counts.
matchLabelExpressions: Conditions that must all hold.
matchLabels: Labels and their values, all of which must be there.
max: The most.
maxLimitRequestRatio: How many times its request a limit may be.
message: More, for people.
metadata: What lists and answers say of themselves.
min: The least.
name: The name.
ContainerImage.names: Names of the image.
names: What it is called.
namespace: The namespace.
namespaces: Namespaces; * is all.
nodeSelector: Nodes that can reach it.
nodeUID: The node's uid.
nominalConcurrencyShares: Its part of all seats.
nonResourceAttributes: A request of a path that is no object's.
nonResourceRules: Rules about paths that are no objects'.
nonResourceURLs: The paths; a * at the end stands for what follows.
notAfter: Until when it is good.
notBefore: Since when it is good.
note: What happened, for people.
operation: Apply or Update.
operator: How key and values are compared.
orphanDependents: What propagationPolicy says better.
parameters: The settings.
NonResourceAttributes.path: The path.
pingTime: When candidates were asked to show themselves.
pkixPublicKey: The public key.
podName: The pod.
podUID: The pod's uid.
pool: The pool.
preconditions: What must hold of the object.
preferredHolder: Who should have the lease.
priorityLevelConfiguration: The level that its requests run at.
proofOfPossession: Proof that the asker has the key.
propagationPolicy: What becomes of dependents: Orphan, Background or Foreground.
queueLengthLimit: How many requests a queue holds.
queues: How many queues.
queuing: How requests wait.
rawSelector: The selector, as text.
ContainerStateTerminated.reason: Why, in one CamelCase word.
reason: Why, in one CamelCase word.
regarding: What it happened to.
related: What else was part of it.
remainingItemCount: How many more there are, where that is known.
renewTime: When the candidate showed itself last.
reportingController: The program that told.
reportingInstance: Which copy of it.
CertificateSigningRequestSpec.request: The request, PKCS#10 in PEM.
request: The request of the claim.
requests: The requests.
required: Members that must be there.
requirements: Conditions that must all hold.
MetricSpec.resource: What pods use of a resource.
MetricStatus.resource: What pods use of a resource.
resource: The resource, such as pods.
resourceAttributes: A request of an object.
resourceNames: Names of objects; empty: all.
resourceRules: Rules about objects.
resources: Resources, such as pods or pods/status; * is all.
resourceVersion: Its version.
retryAfterSeconds: After how long to try again.
rules: The rules.
scope: Namespaced or Cluster.
scopeName: The scope.
scopes: What is counted.
scopeSelector: What is counted, by scope.
selector: Labels of the objects.
selfLink: No longer written.
series: How it went on.
servedVersions: Versions that it serves.
service: A service of the cluster.
serviceAccount: A service account.
serviceAccountName: The service account.
serviceAccountUID: The service account's uid.
shardInfo: Which shard it is, where lists come in shards.
signerName: The signer.
source: Where it comes from.
spec: What is wanted.
status: What was last seen of it; the cluster writes it.
storageVersions: In which version each API server stores.
strategy: How the holder is chosen.
stubPKCS10Request: The request, with key and proof.
subjects: Whose requests.
subresource: The subresource, such as status.
time: When.
timeAdded: When it was added.
timeoutSeconds: How long the webhook is waited for, 1 to 30 seconds.
token: The token.
trustBundle: The certificates, in PEM.
Event.type: Normal or Warning.
LimitRangeItem.type: Container, Pod or PersistentVolumeClaim.
LimitResponse.type: Queue or Reject.
uid: The uid.
unverifiedUserAnnotations: What the asker tells the signer; nobody has checked it.
usages: What the key is for.
used: How much of each resource is taken.
Subject.user: A user.
user: The user.
userInfo: Who asked.
username: The user.
value: The value.
verb: What is done, such as get.
verbs: What is done, such as get; * is all.
version: The API version.
versionPriority: Where the version stands within its group.
versions: The versions.
`
