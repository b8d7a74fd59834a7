/** Valid objects to begin with, of every kind that is acted on: what is drawn at random changes them in a few places. */
export interface Seed {
  /** `group/resource`. */
  readonly resource: string
  readonly object: unknown
  /** The top-level parts that are changed. */
  readonly parts: readonly string[]
}

const meta = (name: string, namespaced = true): object => ({
  name,
  ...(namespaced && { namespace: 'default' }),
  labels: { app: 'web' },
  annotations: { note: 'a' },
})

const container = { name: 'web', image: 'registry/web:1' }
const selector = { matchLabels: { app: 'web' } }
const template = (spec: object = {}): object => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [container], ...spec },
})

const seed = (resource: string, apiVersion: string, kind: string, metadata: object, rest: object): Seed => ({
  resource,
  object: { apiVersion, kind, metadata, ...rest },
  parts: Object.keys(rest).filter(part => part !== 'status'),
})

const core = (resource: string, kind: string, rest: object, namespaced = true): Seed =>
  seed(`/${resource}`, 'v1', kind, meta('web', namespaced), rest)

const pods: readonly Seed[] = [
  core('pods', 'Pod', { spec: { containers: [container] } }),
  core('pods', 'Pod', {
    spec: {
      containers: [
        {
          ...container,
          ports: [{ name: 'http', containerPort: 80 }],
          env: [
            { name: 'A', value: 'b' },
            { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
          ],
          envFrom: [{ configMapRef: { name: 'c' } }],
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
          livenessProbe: { httpGet: { port: 'http' } },
          readinessProbe: { exec: { command: ['true'] } },
          lifecycle: { preStop: { exec: { command: ['true'] } } },
          resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m' } },
          securityContext: { runAsUser: 1, capabilities: { drop: ['ALL'] } },
        },
        { name: 'second', image: 'x:1' },
      ],
      initContainers: [{ name: 'init', image: 'x:1' }],
      volumes: [
        { name: 'data', emptyDir: {} },
        { name: 'conf', configMap: { name: 'c', items: [{ key: 'a', path: 'b' }] } },
        { name: 'all', projected: { sources: [{ serviceAccountToken: { path: 't' } }, { secret: { name: 's' } }] } },
      ],
      serviceAccountName: 'a',
      tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute' }],
      securityContext: { fsGroup: 1, sysctls: [{ name: 'net.core.somaxconn', value: '1' }] },
      hostAliases: [{ ip: '10.0.0.1', hostnames: ['a'] }],
      imagePullSecrets: [{ name: 's' }],
    },
  }),
  core('pods', 'Pod', {
    spec: {
      containers: [container],
      nodeSelector: { disk: 'ssd' },
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }],
          },
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, preference: { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }] } },
          ],
        },
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: selector, topologyKey: 'kubernetes.io/hostname' },
          ],
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 5, podAffinityTerm: { labelSelector: selector, topologyKey: 'zone' } },
          ],
        },
      },
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: selector },
      ],
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['10.0.0.10'], searches: ['a.b'], options: [{ name: 'ndots', value: '2' }] },
      readinessGates: [{ conditionType: 'a.b/c' }],
      schedulingGates: [{ name: 'gate' }],
      terminationGracePeriodSeconds: 10,
      overhead: { cpu: '10m' },
      resources: { requests: { cpu: '1' }, limits: { cpu: '2' } },
      os: { name: 'linux' },
    },
  }),
]

const workloads: readonly Seed[] = [
  seed('apps/deployments', 'apps/v1', 'Deployment', meta('web'), {
    spec: {
      replicas: 2,
      selector,
      template: template(),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
    },
  }),
  seed('apps/replicasets', 'apps/v1', 'ReplicaSet', meta('web'), {
    spec: { replicas: 1, selector, template: template() },
  }),
  seed('apps/daemonsets', 'apps/v1', 'DaemonSet', meta('web'), {
    spec: {
      selector,
      template: template(),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
    },
  }),
  seed('apps/statefulsets', 'apps/v1', 'StatefulSet', meta('web'), {
    spec: {
      serviceName: 'web',
      selector,
      template: template(),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' },
    },
  }),
  core('replicationcontrollers', 'ReplicationController', {
    spec: { replicas: 1, selector: { app: 'web' }, template: template() },
  }),
  core('podtemplates', 'PodTemplate', { template: template() }),
  seed('batch/jobs', 'batch/v1', 'Job', meta('web'), {
    spec: { completions: 2, parallelism: 1, template: template({ restartPolicy: 'Never' }) },
  }),
  seed('batch/jobs', 'batch/v1', 'Job', meta('web'), {
    spec: {
      completions: 3,
      completionMode: 'Indexed',
      backoffLimitPerIndex: 1,
      maxFailedIndexes: 1,
      template: template({ restartPolicy: 'Never' }),
      podFailurePolicy: {
        rules: [
          { action: 'FailJob', onExitCodes: { operator: 'In', values: [1, 2] } },
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        ],
      },
      successPolicy: { rules: [{ succeededIndexes: '0-1' }] },
    },
  }),
  seed('batch/cronjobs', 'batch/v1', 'CronJob', meta('web'), {
    spec: {
      schedule: '*/5 * * * *',
      timeZone: 'UTC',
      startingDeadlineSeconds: 10,
      jobTemplate: { spec: { template: template({ restartPolicy: 'OnFailure' }) } },
    },
  }),
  seed('apps/controllerrevisions', 'apps/v1', 'ControllerRevision', meta('web'), { data: { a: 1 }, revision: 1 }),
  seed('policy/poddisruptionbudgets', 'policy/v1', 'PodDisruptionBudget', meta('web'), {
    spec: { minAvailable: 1, selector },
  }),
  seed('autoscaling/horizontalpodautoscalers', 'autoscaling/v2', 'HorizontalPodAutoscaler', meta('web'), {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 1,
      maxReplicas: 3,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
        { type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '1' } } },
      ],
      behavior: { scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } },
    },
  }),
]

const networks: readonly Seed[] = [
  core('services', 'Service', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }),
  core('services', 'Service', {
    spec: {
      type: 'LoadBalancer',
      selector: { app: 'web' },
      ports: [
        { name: 'http', port: 80, targetPort: 'http', nodePort: 30080 },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
      sessionAffinity: 'ClientIP',
      externalTrafficPolicy: 'Local',
      loadBalancerSourceRanges: ['10.0.0.0/8'],
    },
  }),
  core('endpoints', 'Endpoints', {
    subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ name: 'http', port: 80 }] }],
  }),
  seed('discovery.k8s.io/endpointslices', 'discovery.k8s.io/v1', 'EndpointSlice', meta('web'), {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
    ports: [{ name: 'http', port: 80 }],
  }),
  seed('networking.k8s.io/networkpolicies', 'networking.k8s.io/v1', 'NetworkPolicy', meta('web'), {
    spec: {
      podSelector: selector,
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [{ podSelector: selector }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }],
          ports: [{ port: 80, endPort: 90 }],
        },
      ],
      egress: [{ to: [{ namespaceSelector: selector }], ports: [{ protocol: 'UDP', port: 'dns' }] }],
    },
  }),
  seed('networking.k8s.io/ingresses', 'networking.k8s.io/v1', 'Ingress', meta('web'), {
    spec: {
      ingressClassName: 'x',
      defaultBackend: { service: { name: 'web', port: { number: 80 } } },
      tls: [{ hosts: ['a.example.com'], secretName: 's' }],
      rules: [
        {
          host: 'a.example.com',
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { name: 'http' } } } }],
          },
        },
      ],
    },
  }),
  seed('networking.k8s.io/ingressclasses', 'networking.k8s.io/v1', 'IngressClass', meta('web', false), {
    spec: { controller: 'example.com/x', parameters: { kind: 'X', name: 'y' } },
  }),
]

const policies: readonly Seed[] = [
  core('namespaces', 'Namespace', { spec: {} }, false),
  core('configmaps', 'ConfigMap', { data: { a: 'b' }, binaryData: { c: 'YQ==' }, immutable: false }),
  core('secrets', 'Secret', { type: 'Opaque', data: { a: 'YQ==' }, stringData: { b: 'c' }, immutable: false }),
  core('secrets', 'Secret', { type: 'kubernetes.io/tls', data: { 'tls.crt': 'YQ==', 'tls.key': 'YQ==' } }),
  core('serviceaccounts', 'ServiceAccount', { secrets: [{ name: 's' }], imagePullSecrets: [{ name: 's' }] }),
  core('limitranges', 'LimitRange', {
    spec: {
      limits: [
        {
          type: 'Container',
          min: { cpu: '1m' },
          max: { cpu: '2' },
          default: { cpu: '1' },
          defaultRequest: { cpu: '10m' },
        },
        { type: 'Pod', max: { memory: '1Gi' } },
      ],
    },
  }),
  core('resourcequotas', 'ResourceQuota', {
    spec: {
      hard: { pods: '1', 'requests.cpu': '1' },
      scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] },
    },
  }),
  core(
    'nodes',
    'Node',
    { spec: { podCIDR: '10.0.0.0/24', podCIDRs: ['10.0.0.0/24'], taints: [{ key: 'a', effect: 'NoSchedule' }] } },
    false,
  ),
  seed('rbac.authorization.k8s.io/roles', 'rbac.authorization.k8s.io/v1', 'Role', meta('web'), {
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'], resourceNames: ['a'] }],
  }),
  seed('rbac.authorization.k8s.io/clusterroles', 'rbac.authorization.k8s.io/v1', 'ClusterRole', meta('web', false), {
    rules: [{ nonResourceURLs: ['/healthz'], verbs: ['get'] }],
    aggregationRule: { clusterRoleSelectors: [selector] },
  }),
  seed('rbac.authorization.k8s.io/rolebindings', 'rbac.authorization.k8s.io/v1', 'RoleBinding', meta('web'), {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'web' },
    subjects: [{ kind: 'ServiceAccount', name: 'a', namespace: 'default' }],
  }),
  seed(
    'rbac.authorization.k8s.io/clusterrolebindings',
    'rbac.authorization.k8s.io/v1',
    'ClusterRoleBinding',
    meta('web', false),
    {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'web' },
      subjects: [{ kind: 'User', name: 'a' }],
    },
  ),
  seed('scheduling.k8s.io/priorityclasses', 'scheduling.k8s.io/v1', 'PriorityClass', meta('web', false), {
    value: 10,
    description: 'x',
    preemptionPolicy: 'Never',
  }),
  seed('node.k8s.io/runtimeclasses', 'node.k8s.io/v1', 'RuntimeClass', meta('web', false), {
    handler: 'runc',
    overhead: { podFixed: { cpu: '1m' } },
    scheduling: { nodeSelector: { a: 'b' }, tolerations: [{ key: 'a', operator: 'Exists' }] },
  }),
  seed('coordination.k8s.io/leases', 'coordination.k8s.io/v1', 'Lease', meta('web'), {
    spec: { holderIdentity: 'a', leaseDurationSeconds: 10, renewTime: '2026-01-02T03:04:05.000000Z' },
  }),
]

const storage: readonly Seed[] = [
  core(
    'persistentvolumes',
    'PersistentVolume',
    {
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        hostPath: { path: '/data' },
        storageClassName: 'x',
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }] } },
      },
    },
    false,
  ),
  core('persistentvolumeclaims', 'PersistentVolumeClaim', {
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName: 'x',
      selector,
    },
  }),
  seed('storage.k8s.io/storageclasses', 'storage.k8s.io/v1', 'StorageClass', meta('web', false), {
    provisioner: 'example.com/x',
    parameters: { a: 'b' },
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'Immediate',
    allowedTopologies: [{ matchLabelExpressions: [{ key: 'zone', values: ['a'] }] }],
  }),
  seed('storage.k8s.io/csidrivers', 'storage.k8s.io/v1', 'CSIDriver', meta('web', false), {
    spec: { attachRequired: true, volumeLifecycleModes: ['Persistent'] },
  }),
  seed('storage.k8s.io/csinodes', 'storage.k8s.io/v1', 'CSINode', meta('web', false), {
    spec: { drivers: [{ name: 'example.com', nodeID: 'n', topologyKeys: ['a'] }] },
  }),
]

const regarding = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'web' }
const reported = { reason: 'Tested', action: 'Testing', type: 'Normal', reportingInstance: 'test-1' }

const events: readonly Seed[] = [
  core('events', 'Event', {
    ...{ involvedObject: regarding, reason: 'Tested', message: 'said', type: 'Normal', count: 1 },
    ...{ source: { component: 'test' }, firstTimestamp: '2026-01-02T03:04:05Z', lastTimestamp: '2026-01-02T03:04:05Z' },
  }),
  core('events', 'Event', {
    ...{ involvedObject: regarding, ...reported, message: 'said', reportingComponent: 'example.com/test' },
    eventTime: '2026-01-02T03:04:05.000000Z',
  }),
  seed('/events', 'events.k8s.io/v1', 'Event', meta('web'), {
    ...{ regarding, ...reported, note: 'said', reportingController: 'example.com/test', related: regarding },
    eventTime: '2026-01-02T03:04:05.000000Z',
    series: { count: 2, lastObservedTime: '2026-01-02T03:04:06.000000Z' },
  }),
]

export const seeds: readonly Seed[] = [...events, ...pods, ...workloads, ...networks, ...policies, ...storage]
