import type { KubernetesObject } from '@periplus/api'
import { sinkGroup, sinkVersion } from './sink.ts'
import { sinkSchema } from './sink-schema.ts'

const columns = [
  { name: 'Backend', type: 'string', jsonPath: '.spec.backend.name' },
  { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  { name: 'Lag', type: 'integer', jsonPath: '.status.lagSeconds', description: 'Seconds.' },
  { name: 'Delivered', type: 'integer', jsonPath: '.status.delivered' },
  { name: 'Dropped', type: 'integer', jsonPath: '.status.dropped' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
]

const definition = (kind: string, plural: string, shortName: string, cluster: boolean): KubernetesObject =>
  ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${sinkGroup}`, labels: { 'app.kubernetes.io/managed-by': 'periplus-log-router' } },
    spec: {
      group: sinkGroup,
      scope: cluster ? 'Cluster' : 'Namespaced',
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List`, shortNames: [shortName] },
      versions: [
        {
          ...{ name: sinkVersion, served: true, storage: true, subresources: { status: {} } },
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: sinkSchema(cluster) },
        },
      ],
    },
  }) as KubernetesObject

/** The definitions of LogSink and ClusterLogSink. */
export const sinkDefinitions: readonly KubernetesObject[] = [
  definition('LogSink', 'logsinks', 'ls', false),
  definition('ClusterLogSink', 'clusterlogsinks', 'cls', true),
]

const role = (name: string, aggregated: string, verbs: readonly string[]): KubernetesObject =>
  ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name, labels: { [`rbac.authorization.k8s.io/${aggregated}`]: 'true' } },
    rules: [{ apiGroups: [sinkGroup], resources: ['logsinks'], verbs: [...verbs] }],
  }) as KubernetesObject

const reading = ['get', 'list', 'watch']
const writing = ['create', 'update', 'patch', 'delete', 'deletecollection']

/**
 * Who administers a namespace may make sinks there: as with pods, whoever may make one can have it read the namespace's Secrets
 * and lines. Viewers see them.
 */
export const sinkRoles: readonly KubernetesObject[] = [
  role('periplus:log-sinks:admin', 'aggregate-to-admin', [...reading, ...writing]),
  role('periplus:log-sinks:view', 'aggregate-to-view', reading),
]
