import assert from 'node:assert/strict'
import { conform } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import {
  CSIDriver,
  CSINode,
  ClusterRole,
  ControllerRevision,
  DaemonSet,
  Deployment,
  EndpointSlice,
  HorizontalPodAutoscaler,
  Ingress,
  IngressClass,
  Job,
  Lease,
  NetworkPolicy,
  Node,
  PersistentVolumeClaim,
  Pod,
  PriorityClass,
  Role,
  Service,
  ServiceAccount,
  StatefulSet,
  StorageClass,
} from '@periplus/kinds'
import { created, refusedFor, row, updateRefusedFor } from './support/accepted.ts'

const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const metadata = { name: 'web', namespace: 'default' }
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'x:1' }] } }
const selector = { matchLabels: { app: 'web' } }

/** As a client's body is read: what is missing has Go's zero value. */
const read = <A extends KubernetesObject>(kind: Kind<A>, body: object): A =>
  conform(kind.schema, { metadata, ...body }).value as A

const refusals: readonly (readonly [string, Kind, object, readonly string[]])[] = [
  [
    'a workload without a selector, whose template is selected by nothing',
    Deployment as Kind,
    { spec: { template } },
    [
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
  ],
  [
    'a workload whose selector cannot be read, and nothing of its template',
    Deployment as Kind,
    { spec: { selector: { matchLabels: { app: 'a b' } }, template: { spec: { containers: [] } } } },
    [
      "spec.selector.matchLabels: Invalid value: \"a b\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
      'spec.selector: Invalid value: {"matchLabels":{"app":"a b"}}: invalid label selector',
    ],
  ],
  [
    'a way of updating that a DaemonSet does not have',
    DaemonSet as Kind,
    { spec: { selector, template, updateStrategy: { type: 'Recreate' } } },
    [
      'spec.updateStrategy: Unsupported value: {"Type":"Recreate","RollingUpdate":null}: supported values: "RollingUpdate", "OnDelete"',
    ],
  ],
  [
    'claims of a StatefulSet without a name',
    StatefulSet as Kind,
    {
      spec: {
        selector,
        template,
        volumeClaimTemplates: [
          { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
        ],
      },
    },
    [
      'spec.template.spec.volumes[0].persistentVolumeClaim.claimName: Required value',
      'spec.template.spec.volumes[0].name: Required value',
    ],
  ],
  [
    'a revision of nothing',
    ControllerRevision as Kind,
    { revision: -1 },
    ['revision: Invalid value: -1: must be greater than or equal to 0', 'data: Required value: data is mandatory'],
  ],
  [
    'a job that is managed by somebody without a domain',
    Job as Kind,
    {
      spec: {
        managedBy: 'me',
        template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } },
      },
    },
    ['spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")'],
  ],
  [
    'an autoscaler of something without a group',
    HorizontalPodAutoscaler as Kind,
    { spec: { maxReplicas: 1, scaleTargetRef: { apiVersion: 'v1', kind: 'X', name: 'x' } } },
    ['spec.scaleTargetRef.apiVersion: Invalid value: "v1": apiVersion must specify API group'],
  ],
  [
    'a class of ingresses by nobody, with parameters in a namespace of the cluster',
    IngressClass as Kind,
    { spec: { parameters: { kind: 'a/b', namespace: 'x' } } },
    [
      'spec.controller: Required value',
      'spec.parameters.kind: Invalid value: "a/b": may not contain \'/\'',
      'spec.parameters.name: Required value',
      "spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'",
    ],
  ],
  [
    'an ingress with a class, a secret and a backend that cannot be',
    Ingress as Kind,
    { spec: { ingressClassName: 'A', tls: [{ secretName: 'B' }], defaultBackend: {} } },
    [
      'spec.defaultBackend: Invalid value: "": resource or service backend is required',
      `spec.tls[0].secretName: Invalid value: "B": ${subdomain}`,
      `spec.ingressClassName: Invalid value: "A": ${subdomain}`,
    ],
  ],
  [
    'an empty rule of aggregation',
    ClusterRole as Kind,
    { aggregationRule: {} },
    [
      'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
    ],
  ],
  [
    'a rule of a namespace for paths and resources',
    Role as Kind,
    { rules: [{ verbs: ['get'], nonResourceURLs: ['/x'], resources: ['pods'] }] },
    [
      'rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs',
      'rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and non-resource URLs',
    ],
  ],
  [
    'two networks of one family',
    Node as Kind,
    { spec: { podCIDRs: ['10.0.0.0/24', '10.0.1.0/24'] } },
    [
      'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.0.1.0/24"]: may specify no more than one CIDR for each IP family',
    ],
  ],
  [
    'a driver of a node twice, and its topology',
    CSINode as Kind,
    {
      spec: {
        drivers: [
          { name: 'a', nodeID: 'n', topologyKeys: ['x', 'x'] },
          { name: 'a', allocatable: { count: -1 } },
        ],
      },
    },
    [
      'spec.drivers[0]: Duplicate value: "x"',
      'spec.drivers[1].nodeID: Required value',
      'spec.drivers[1].allocatable.count: Invalid value: -1: must be greater than or equal to 0',
      'spec.drivers[1].name: Duplicate value: "a"',
    ],
  ],
  [
    'what a driver cannot be',
    CSIDriver as Kind,
    {
      spec: {
        fsGroupPolicy: 'x',
        volumeLifecycleModes: ['y'],
        serviceAccountTokenInSecrets: false,
        nodeAllocatableUpdatePeriodSeconds: 3,
      },
    },
    [
      'spec.fsGroupPolicy: Unsupported value: "x": supported values: "File", "None", "ReadWriteOnceWithFSType"',
      'spec.volumeLifecycleModes: Unsupported value: "y": supported values: "Persistent", "Ephemeral"',
      'spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 3: must be greater than or equal to 10 seconds',
      'spec.serviceAccountTokenInSecrets: Invalid value: false: serviceAccountTokenInSecrets is set but no tokenRequests are specified',
    ],
  ],
  [
    'topologies of a class twice',
    StorageClass as Kind,
    {
      provisioner: 'p',
      parameters: { '': 'x' },
      allowedTopologies: [
        { matchLabelExpressions: [{ key: 'zone', values: ['a', 'b'] }] },
        { matchLabelExpressions: [{ key: 'zone', values: ['b', 'a', 'a'] }] },
      ],
    },
    [
      'parameters: Invalid value: "": field can not be empty.',
      'allowedTopologies[1].matchLabelExpressions[0].values[2]: Duplicate value: "a"',
      'allowedTopologies[1].matchLabelExpressions: Duplicate value: ""',
    ],
  ],
]

describe("objects that Kubernetes' own code was asked about", () => {
  for (const [what, kind, body, errors] of refusals)
    it(`refuse ${what}`, () => assert.deepEqual(refusedFor(kind, read(kind, body)), errors))

  it('keep the network of a node in its old field and its new one', () => {
    const spec = (given: object): unknown => created(Node, read(Node, { spec: given })).spec
    assert.deepEqual(spec({ podCIDR: '10.0.0.0/24' }), { podCIDR: '10.0.0.0/24', podCIDRs: ['10.0.0.0/24'] })
    assert.deepEqual(spec({ podCIDRs: ['10.0.0.0/24'] }), { podCIDR: '10.0.0.0/24', podCIDRs: ['10.0.0.0/24'] })
    assert.deepEqual(spec({ podCIDR: '10.0.1.0/24', podCIDRs: ['10.0.0.0/24'] }), {
      podCIDR: '10.0.1.0/24',
      podCIDRs: ['10.0.1.0/24'],
    })
  })

  it('have the defaults of a spec that they do not have', () => {
    assert.deepEqual(created(NetworkPolicy, read(NetworkPolicy, {})).spec, {
      podSelector: {},
      policyTypes: ['Ingress'],
    })
    assert.deepEqual(refusedFor(Pod, read(Pod, {})), ['spec.containers: Required value'])
  })

  it('roll a StatefulSet out from no partition where nothing or a partial strategy is said, and say none of a bare type', () => {
    const strategy = (updateStrategy?: object): unknown =>
      created(
        StatefulSet,
        read(StatefulSet, { spec: { selector, template, ...(updateStrategy && { updateStrategy }) } }),
      ).spec?.updateStrategy
    const whole = { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }
    for (const said of [undefined, {}, { rollingUpdate: {} }, { type: 'RollingUpdate', rollingUpdate: {} }])
      assert.deepEqual(strategy(said), whole)
    for (const bare of [{ type: 'RollingUpdate' }, { type: 'OnDelete' }]) assert.deepEqual(strategy(bare), bare)
  })

  it('count the changes of the template of a DaemonSet in its annotation', () => {
    const annotation = 'deprecated.daemonset.template.generation'
    const first = created(DaemonSet, read(DaemonSet, { spec: { selector, template } }))
    assert.equal(first.metadata?.annotations?.[annotation], '1')
    const next = (spec: object): unknown =>
      DaemonSet.prepareForUpdate?.({ ...first, metadata, spec: { ...first.spec, ...spec } } as DaemonSet, first)
        .metadata?.annotations?.[annotation]
    assert.equal(next({ minReadySeconds: 3 }), '1')
    assert.equal(next({ template: { ...template, metadata: { labels: { app: 'web', b: 'c' } } } }), '2')
  })

  it('lose what Kubernetes 1.35 leaves off, or knows nothing of', () => {
    assert.deepEqual(created(Lease, read(Lease, { spec: { strategy: 'x', preferredHolder: 'y' } })).spec, {})
    const account = read(ServiceAccount, { secrets: [{ name: 's', kind: 'Secret', uid: '1' }] })
    assert.deepEqual(created(ServiceAccount, account).secrets, [{ name: 's' }])
    const claim = (source: object): unknown =>
      created(PersistentVolumeClaim, read(PersistentVolumeClaim, { spec: source })).spec
    assert.deepEqual(claim({ dataSource: { apiGroup: 'apps', kind: 'Deployment', name: 'x' } }), {
      resources: {},
      volumeMode: 'Filesystem',
    })
    const other = { kind: 'PersistentVolumeClaim', name: 'x' }
    assert.deepEqual(claim({ dataSource: other }), {
      dataSource: other,
      dataSourceRef: other,
      resources: {},
      volumeMode: 'Filesystem',
    })
  })

  it('pull anew what may move, and nothing whose name is none', () => {
    const policy = (image: string): string | undefined =>
      created(Pod, read(Pod, { spec: { containers: [{ name: 'a', image }] } })).spec?.containers?.[0]?.imagePullPolicy
    for (const image of ['a', 'host.example:5000/a/b', 'localhost/a_b', 'a:latest'])
      assert.equal(policy(image), 'Always')
    for (const image of ['50%', 'UTC', 'a:1', 'a//b', '']) assert.equal(policy(image), 'IfNotPresent')
  })

  it('say of pods what Kubernetes says where one thing is missing for another', () => {
    const pod = (spec: object): readonly string[] =>
      refusedFor(Pod, read(Pod, { spec: { containers: [{ name: 'a', image: 'x:1' }], ...spec } }))
    assert.deepEqual(pod({ initContainers: [{ name: 'i', image: 'x:1', restartPolicyRules: [{}] }] }), [
      'spec.initContainers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used',
    ])
    const spread = { maxSkew: 0, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', matchLabelKeys: ['a b'] }
    assert.deepEqual(pod({ topologySpreadConstraints: [spread] }), [
      'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
      'spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set',
    ])
  })

  it('drop labels of endpoints that have fields of their own', () => {
    const endpoints = [{ addresses: ['10.0.0.1'], deprecatedTopology: { '-x': 'y' } }]
    const slice = created(EndpointSlice, read(EndpointSlice, { addressType: 'IPv4', endpoints }))
    assert.deepEqual(slice.endpoints, [{ addresses: ['10.0.0.1'], conditions: {} }])
  })

  it('say what their table says, and nothing that Kubernetes no longer says', () => {
    assert.deepEqual(Object.keys(row(ServiceAccount, read(ServiceAccount, {}))), ['Name', 'Age'])
    const addresses = {
      loadBalancer: { ingress: [{ hostname: 'b.example' }, { ip: '1.2.3.4' }, { hostname: 'b.example' }] },
    }
    assert.equal(row(Ingress, read(Ingress, { status: addresses }))['Address'], '1.2.3.4,b.example')
    const target = { type: 'AverageValue', averageValue: '1' }
    const metrics = ['Pods', 'External'].map(type => ({
      type,
      [type.toLowerCase()]: { metric: { name: 'm' }, target },
    }))
    const autoscaler = read(HorizontalPodAutoscaler, { spec: { maxReplicas: 1, metrics } })
    assert.equal(row(HorizontalPodAutoscaler, autoscaler)['Targets'], '<unknown>/1, <unknown>/1 (avg)')
  })

  it('keep statuses that say what can be', () => {
    const told = <A extends KubernetesObject>(
      kind: Kind<A>,
      status: object,
      previous: object = {},
    ): readonly string[] =>
      (kind.validateStatusUpdate?.(read(kind, { status }), read(kind, { status: previous })) ?? []).map(
        ({ field, message }) => `${field}: ${message}`,
      )
    assert.deepEqual(
      told(StatefulSet, { replicas: 1, readyReplicas: 2, availableReplicas: -1 }, { collisionCount: 1 }),
      [
        'status.availableReplicas: Invalid value: -1: must be greater than or equal to 0',
        'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
        'status.collisionCount: Invalid value: 0: cannot be decremented',
      ],
    )
    assert.deepEqual(told(DaemonSet, { numberReady: -1 }), [
      'status.numberReady: Invalid value: -1: must be greater than or equal to 0',
    ])
    assert.deepEqual(told(Ingress, { loadBalancer: { ingress: [{ ip: 'x' }, { hostname: '1.2.3.4' }] } }), [
      'status.loadBalancer.ingress[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'status.loadBalancer.ingress[1].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
    ])
    assert.deepEqual(told(Service, { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } }), [
      "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'",
    ])
  })

  it('have a generation where Kubernetes keeps one that nothing raises, or none before it is raised', () => {
    assert.ok(PriorityClass.generationOf && CSIDriver.generationOf)
    const driver = CSIDriver.prepareForCreate?.(read(CSIDriver, { metadata: { ...metadata, generation: 1 }, spec: {} }))
    assert.deepEqual(driver?.metadata, metadata)
  })

  it('may not change what volumes of a class, or of a driver, are', () => {
    const driver = (modes: readonly string[]): CSIDriver => read(CSIDriver, { spec: { volumeLifecycleModes: modes } })
    assert.deepEqual(updateRefusedFor(CSIDriver, driver(['Ephemeral']), driver(['Persistent'])), [
      'spec.volumeLifecycleModes: Invalid value: ["Ephemeral"]: field is immutable',
    ])
    const node = (nodeID: string): CSINode => read(CSINode, { spec: { drivers: [{ name: 'a', nodeID }] } })
    assert.deepEqual(updateRefusedFor(CSINode, node('n'), node('m')), [
      'spec.drivers: Invalid value: {"Name":"a","NodeID":"n","TopologyKeys":null,"Allocatable":null}: field is immutable',
    ])
  })
})
