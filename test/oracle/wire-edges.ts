/** Objects in which what is hard to get right stands together, by kind. */
const edges: Readonly<Record<string, readonly object[]>> = {
  Pod: [
    {
      metadata: {
        name: 'p',
        generation: -1,
        creationTimestamp: '1969-12-31T23:59:59Z',
        deletionTimestamp: '9999-12-31T23:59:59Z',
        deletionGracePeriodSeconds: 0,
        labels: { b: '', a: 'x', é: 'ü'.repeat(60), '10': 'ten', '9': 'nine' },
        ownerReferences: [{ apiVersion: 'v1', kind: 'K', name: 'n', uid: 'u', controller: false }],
        managedFields: [{ manager: 'm', fieldsV1: { 'f:a': { '.': {} } }, time: '2026-01-01T00:00:00Z' }],
      },
      spec: {
        containers: [
          {
            name: 'c',
            image: 'i',
            ports: [{ containerPort: 0 }, { containerPort: 65535, hostPort: 1, protocol: 'UDP' }],
            env: [{ name: 'E' }, { name: 'F', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } }],
            resources: { limits: { cpu: '100m', memory: '1Gi' }, requests: {} },
            livenessProbe: { httpGet: { port: 'http' }, initialDelaySeconds: 5 },
            readinessProbe: { tcpSocket: { port: 80 } },
            securityContext: { privileged: false, runAsUser: 0 },
            lifecycle: { preStop: { sleep: { seconds: 9007199254740991 } } },
          },
        ],
        volumes: [
          { name: 'e', emptyDir: {} },
          { name: 'h', hostPath: { path: '/', type: '' } },
          { name: 'p', projected: { sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 3607 } }] } },
        ],
        terminationGracePeriodSeconds: 0,
        automountServiceAccountToken: false,
        tolerations: [{ operator: 'Exists', tolerationSeconds: -9007199254740991 }],
      },
      status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }] },
    },
  ],
  Secret: [{ data: { a: '', b: 'AAEC/w==' }, type: 'Opaque', immutable: false }],
  ConfigMap: [{ data: { '\ufffd': 'after', '\u{1f600}': 'last', a: '' }, binaryData: { z: '/w==' } }],
  Lease: [
    {
      spec: {
        holderIdentity: '',
        leaseDurationSeconds: 0,
        acquireTime: '1969-12-31T23:59:59.999999Z',
        renewTime: '2026-01-01T00:00:00.000001Z',
      },
    },
  ],
  Service: [{ spec: { ports: [{ port: 80, targetPort: 'web' }, { port: 81 }], clusterIPs: ['None', ''] } }],
  Deployment: [
    { spec: { replicas: 0, selector: {}, strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } } } },
  ],
  ControllerRevision: [{ data: { spec: { b: 1, a: [null, 'ü'] } }, revision: -1 }],
  SubjectAccessReview: [{ spec: { user: 'u', extra: { b: [], a: ['x', ''] } } }],
  NetworkPolicy: [{ spec: { podSelector: {}, ingress: [{}], policyTypes: ['Ingress'] } }],
  CustomResourceDefinition: [
    {
      spec: {
        group: 'g',
        names: { plural: 'xs', kind: 'X' },
        scope: 'Namespaced',
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: {
                  a: { items: { type: 'string' }, additionalProperties: false, minimum: 0, maxLength: 0 },
                  b: { additionalProperties: { type: 'integer', default: 1, enum: [1, 'two', true] } },
                  c: { additionalItems: true, dependencies: { x: ['y', 'z'], w: { required: ['v'] } } },
                  d: { items: [{ type: 'string' }, {}], 'x-kubernetes-preserve-unknown-fields': true },
                },
              },
            },
          },
        ],
      },
    },
  ],
}

export const edgeObjects = (kind: string): readonly object[] => edges[kind] ?? []
