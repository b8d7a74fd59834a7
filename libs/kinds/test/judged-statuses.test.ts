import assert from 'node:assert/strict'
import { conform } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import {
  CertificateSigningRequest,
  HorizontalPodAutoscaler,
  Ingress,
  Job,
  Node,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  StatefulSet,
  VolumeAttachment,
} from '@periplus/kinds'

const metadata = { name: 'web', namespace: 'default' }

const read = <A extends KubernetesObject>(kind: Kind<A>, body: object): A =>
  conform(kind.schema, { metadata, ...body }).value as A

const told = (kind: Kind, body: object, previous: object): readonly string[] =>
  (kind.validateStatusUpdate?.(read(kind, body), read(kind, previous)) ?? []).map(
    ({ field, message }) => `${field}: ${message}`,
  )

const podSpec = {
  restartPolicy: 'OnFailure',
  containers: [
    { name: 'web', image: 'x:1' },
    {
      name: 'own',
      image: 'x:1',
      restartPolicy: 'Never',
      restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
    },
  ],
  initContainers: [{ name: 'side', image: 'x:1', restartPolicy: 'Always' }],
  resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }],
}
const ended = (name: string, exitCode: number): object => ({ name, state: { terminated: { exitCode } } })
const running = (name: string): object => ({ name, state: { running: {} } })

const jobSpec = {
  completions: 3,
  template: { spec: { restartPolicy: 'Never', containers: [{ name: 'web', image: 'x:1' }] } },
}
const indexed = { ...jobSpec, completionMode: 'Indexed', backoffLimitPerIndex: 1 }
const [early, late] = ['2026-01-02T03:04:05Z', '2026-01-02T03:04:06Z']
const conditions = (...types: readonly string[]): readonly object[] => types.map(type => ({ type, status: 'True' }))

const pem = (type: string): string =>
  Buffer.from(`-----BEGIN ${type}-----\nYQ==\n-----END ${type}-----\n`).toString('base64')
const approved = (lastUpdateTime: string): object => ({ type: 'Approved', status: 'True', lastUpdateTime })
const failed = { type: 'Failed', status: 'True' }

/** What, of which kind, its spec, its status before, its status after, and what is said. */
const rules: readonly (readonly [string, Kind, object, object, object, readonly string[]])[] = [
  [
    'containers that ended for good, at the places that they had',
    Pod as Kind,
    podSpec,
    {
      containerStatuses: [ended('gone', 1), ended('own', 1), ended('web', 0)],
      initContainerStatuses: [ended('side', 0)],
      ephemeralContainerStatuses: [ended('debug', 1)],
    },
    {
      containerStatuses: [running('web'), running('own'), running('gone')],
      initContainerStatuses: [running('side')],
      ephemeralContainerStatuses: [running('debug')],
    },
    [
      'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
      'status.containerStatuses[1].state: Forbidden: may not be transitioned to non-terminated state',
      'status.containerStatuses[2].state: Forbidden: may not be transitioned to non-terminated state',
      'status.ephemeralContainerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
    ],
  ],
  [
    'nothing of containers that run again by their rules',
    Pod as Kind,
    podSpec,
    { containerStatuses: [ended('web', 1), ended('own', 42)] },
    { containerStatuses: [running('web'), running('own')] },
    [],
  ],
  [
    'conditions without a domain, generations below zero and another class',
    Pod as Kind,
    podSpec,
    { qosClass: 'Burstable' },
    {
      qosClass: 'BestEffort',
      observedGeneration: -1,
      conditions: [
        { type: 'Ready', status: 'True', observedGeneration: -2 },
        { type: 'example.com/a b', status: 'True' },
      ],
    },
    [
      'status.conditions[0].observedGeneration: Invalid value: -2: must be a non-negative integer',
      "status.conditions[1].Type: Invalid value: \"example.com/a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      'status.observedGeneration: Invalid value: -1: must be a non-negative integer',
      'status.qosClass: Invalid value: "BestEffort": field is immutable',
    ],
  ],
  [
    'a nomination of a pod that has a node',
    Pod as Kind,
    { ...podSpec, nodeName: 'a' },
    {},
    { nominatedNodeName: 'b' },
    ['status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node'],
  ],
  [
    'addresses that are none unless they were there, and of one family',
    Pod as Kind,
    podSpec,
    { podIPs: [{ ip: 'kept' }] },
    {
      podIPs: [{ ip: 'kept' }, { ip: 'new' }],
      hostIP: '10.0.0.3',
      hostIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }],
    },
    [
      'status.podIPs[1]: Invalid value: "new": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'status.podIPs: Internal error: failed to check for dual stack with error:invalid IP[0]: kept',
      'status.podIPs: Invalid value: [{"IP":"kept"},{"IP":"new"}]: may specify no more than one IP for each IP family',
      'status.hostIPs[0].ip: Invalid value: "10.0.0.1": must be equal to `hostIP`',
      'status.hostIPs: Invalid value: [{"IP":"10.0.0.1"},{"IP":"10.0.0.2"}]: may specify no more than one IP for each IP family',
    ],
  ],
  [
    'claims that a pod does not have, and users that there cannot be',
    Pod as Kind,
    podSpec,
    {},
    {
      resourceClaimStatuses: [{ name: 'gpu' }, { name: 'gpu' }, { name: 'x' }],
      containerStatuses: [{ ...running('web'), user: { linux: { uid: -1, gid: 0, supplementalGroups: [2 ** 31] } } }],
    },
    [
      'status.containerStatuses[0].user.linux.uid: Invalid value: -1: must be between 0 and 2147483647, inclusive',
      'status.containerStatuses[0].user.linux.supplementalGroups[0]: Invalid value: 2147483648: must be between 0 and 2147483647, inclusive',
      'status.resourceClaimStatuses[2].name: Invalid value: "x": must match the name of an entry in `spec.resourceClaims`',
      'status.resourceClaimStatuses[1].name: Duplicate value: "gpu"',
    ],
  ],
  [
    'a job that ends without its reasons, with pods, and without its times',
    Job as Kind,
    jobSpec,
    {},
    {
      active: 1,
      ready: 2,
      terminating: 1,
      uncountedTerminatedPods: { succeeded: ['a'], failed: ['a', ''] },
      conditions: conditions('Complete', 'Failed'),
    },
    [
      'status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"',
      'status.uncountedTerminatedPods.failed[1]: Invalid value: "": must not be empty',
      'status.conditions: Invalid value: cannot set Complete=True and Failed=true conditions',
      'status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition',
      'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
      'status.completionTime: Required value: completionTime is required for Complete jobs',
      'status.startTime: Required value: startTime is required for finished job',
      'status.active: Invalid value: 1: active>0 is invalid for finished job',
      'status.uncountedTerminatedPods: Invalid value: {"Succeeded":["a"],"Failed":["a",""]}: must be empty for finished job',
      'status.terminating: Invalid value: 1: terminating>0 is invalid for finished job',
      'status.ready: Invalid value: 2: cannot set more ready pods than active',
    ],
  ],
  [
    'a job whose verdict, counts and times go back',
    Job as Kind,
    jobSpec,
    {
      startTime: early,
      completionTime: late,
      succeeded: 3,
      failed: 2,
      conditions: conditions('SuccessCriteriaMet', 'Complete'),
    },
    { startTime: late, completionTime: early, succeeded: 2, failed: 1 },
    [
      `status.completionTime: Invalid value: "${early}": cannot set completionTime when there is no Complete=True condition`,
      `status.completionTime: Invalid value: "${early}": must be equal to or after \`startTime\``,
      'status.conditions: Invalid value: cannot disable the terminal Complete=True condition',
      'status.failed: Invalid value: 1: cannot decrease the failed counter',
      'status.succeeded: Invalid value: 2: cannot decrease the succeeded counter',
      `status.completionTime: Invalid value: "${early}": field is immutable`,
      'status.startTime: Required value: startTime cannot be removed for unsuspended job',
      'status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition',
    ],
  ],
  [
    'indexes of a job that has none',
    Job as Kind,
    jobSpec,
    {},
    { completedIndexes: '0', failedIndexes: '' },
    [
      'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
      'status.failedIndexes: Invalid value: "": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
    ],
  ],
  [
    'indexes that are none, and that are in both lists',
    Job as Kind,
    indexed,
    {},
    { completedIndexes: '0-1,1', failedIndexes: 'a\n,1-2' },
    [
      'status.completedIndexes: Invalid value: "0-1,1": error parsing completedIndexes: non-increasing order, previous: 1, current: 1',
      'status.failedIndexes: Invalid value: "a\\n,1-2": error parsing failedIndexes: cannot convert string to integer for index: "a\\n"',
      'status.failedIndexes: Invalid value: "a\\n,1-2": failedIndexes and completedIndexes overlap at index: 1',
    ],
  ],
  [
    'nothing of what was wrong before and stays',
    Job as Kind,
    indexed,
    { completedIndexes: '7', ready: 2, conditions: conditions('Complete') },
    { completedIndexes: '7', ready: 2, conditions: conditions('Complete') },
    [],
  ],
  [
    'amounts, features, addresses and configurations of a node',
    Node as Kind,
    {},
    {},
    {
      capacity: { pods: '1500m', cpu: '-1' },
      declaredFeatures: ['B', 'A', 'A', 'x'],
      addresses: [
        { type: 'InternalIP', address: '10.0.0.1' },
        { type: 'InternalIP', address: '10.0.0.1' },
      ],
      config: { active: {}, assigned: { configMap: { name: 'A', namespace: '', kubeletConfigKey: 'k' } } },
    },
    [
      'status.capacity.pods: Invalid value: "1500m": must be an integer',
      'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0',
      'status.declaredFeatures[1]: Invalid value: "A": list must be sorted alphabetically',
      'status.declaredFeatures[2]: Duplicate value: "A"',
      'status.declaredFeatures[3]: Invalid value: "x": invalid feature name "x": must start with an UpperCamelCase segment, with subsequent segments separated by \'/\' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes',
      'status.addresses[1]: Duplicate value: {"Type":"InternalIP","Address":"10.0.0.1"}',
      'status.config.assigned.configMap.uid: Required value',
      'status.config.assigned.configMap.resourceVersion: Required value',
      'status.config.assigned.configMap.namespace: Required value',
      "status.config.assigned.configMap.name: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      'status.config.active: Invalid value: {"ConfigMap":null}: exactly one reference subfield must be non-nil',
    ],
  ],
  [
    'room of a claim that is below nothing, or of something else',
    PersistentVolumeClaim as Kind,
    {},
    {},
    {
      capacity: { storage: '-1' },
      allocatedResourceStatuses: { storage: 'Growing', cpu: 'NodeResizePending' },
      allocatedResources: { 'example.com/x': '-2', cpu: '1' },
    },
    [
      'status.capacity[storage]: Invalid value: -1: must be a valid resource quantity',
      'status.allocatedResourceStatuses: Unsupported value: "storage": supported values: "ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"',
      'status.allocatedResourceStatuses: Unsupported value: "cpu": supported values: "storage"',
      'status.allocatedResources[example.com/x]: Invalid value: -2: must be a valid resource quantity',
      'status.allocatedResources: Unsupported value: "cpu": supported values: "storage"',
    ],
  ],
  [
    'counts and conditions of a budget',
    PodDisruptionBudget as Kind,
    {},
    {},
    {
      expectedPods: -1,
      conditions: [
        { type: 'A', status: 'Yes', reason: '1', message: '', lastTransitionTime: early, observedGeneration: -1 },
        { type: 'A', status: 'True', reason: 'Fine', message: '', lastTransitionTime: early },
      ],
    },
    [
      'status.conditions[1].type: Duplicate value: "A"',
      'status.conditions[0].status: Unsupported value: "Yes": supported values: "False", "True", "Unknown"',
      'status.conditions[0].observedGeneration: Invalid value: -1: must be greater than or equal to zero',
      "status.conditions[0].reason: Invalid value: \"1\": a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')",
      'status.expectedPods: Invalid value: -1: must be greater than or equal to 0',
    ],
  ],
  [
    'counts of an autoscaler',
    HorizontalPodAutoscaler as Kind,
    {},
    {},
    { currentReplicas: -1, desiredReplicas: -2 },
    [
      'status.currentReplicas: Invalid value: -1: must be greater than or equal to 0',
      'status.desiredReplicas: Invalid value: -2: must be greater than or equal to 0',
    ],
  ],
  [
    'a count of collisions that is taken away, and parts of less than nothing',
    StatefulSet as Kind,
    {},
    { collisionCount: 1 },
    { replicas: -1 },
    [
      'status.replicas: Invalid value: -1: must be greater than or equal to 0',
      ...['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'].map(
        part => `status.${part}: Invalid value: 0: cannot be greater than status.replicas`,
      ),
      'status.collisionCount: Invalid value: 0: cannot be decremented',
    ],
  ],
  [
    'verdicts of a request for a certificate that are given, changed and taken back by its status',
    CertificateSigningRequest as Kind,
    {},
    { certificate: pem('CERTIFICATE'), conditions: [approved(early), failed] },
    { certificate: pem('KEY'), conditions: [approved(late), { type: 'Denied', status: 'False' }] },
    [
      'status.conditions[1].status: Unsupported value: "False": supported values: "True"',
      'status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
      'status.conditions: Forbidden: updates may not remove a condition of type "Failed"',
      'status.conditions: Forbidden: updates may not modify a condition of type "Approved"',
      'status.conditions: Forbidden: updates may not add a condition of type "Denied"',
      'status.certificate: Invalid value: "<certificate data>": only CERTIFICATE PEM blocks are allowed, found "KEY"',
      'status.certificate: Forbidden: updates may not modify existing certificate content',
    ],
  ],
  [
    'codes of errors of an attachment',
    VolumeAttachment as Kind,
    {},
    {},
    { attached: false, attachError: { errorCode: -1 }, detachError: { errorCode: 3 } },
    ['status.attachError.errorCode: Invalid value: -1: must be between 0 and 2147483647, inclusive'],
  ],
  [
    'nothing of an address of a balancer that was there',
    Ingress as Kind,
    {},
    { loadBalancer: { ingress: [{ ip: 'x' }] } },
    { loadBalancer: { ingress: [{ ip: 'x' }] } },
    [],
  ],
]

describe("statuses that Kubernetes' own code was asked about", () => {
  for (const [what, kind, spec, before, after, said] of rules)
    it(`tell of ${what}`, () => assert.deepEqual(told(kind, { spec, status: after }, { spec, status: before }), said))
})
