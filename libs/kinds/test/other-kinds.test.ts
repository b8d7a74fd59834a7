import assert from 'node:assert/strict'
import {
  ClusterRoleBinding,
  CustomResourceDefinition,
  HorizontalPodAutoscaler,
  Ingress,
  LimitRange,
  NetworkPolicy,
  PersistentVolume,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  PriorityClass,
  ResourceQuota,
  Role,
  RoleBinding,
  StorageClass,
} from '@periplus/kinds'
import { created, refusedFor, row, updateRefusedFor } from './support/accepted.ts'

describe('RBAC', () => {
  it('needs verbs, groups and resources in a rule', () => {
    assert.deepEqual(refusedFor(Role, { metadata: { name: 'r' }, rules: [{ verbs: [] }] }), [
      'rules[0].verbs: Required value: verbs must contain at least one value',
      'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
      'rules[0].resources: Required value: resource rules must supply at least one resource',
    ])
    assert.deepEqual(
      refusedFor(Role, { metadata: { name: 'r' }, rules: [{ verbs: ['get'], nonResourceURLs: ['/'] }] }),
      ['rules[0].nonResourceURLs: Invalid value: ["/"]: namespaced rules cannot apply to non-resource URLs'],
    )
  })

  it('binds known subjects to a role for good', () => {
    const binding: RoleBinding = {
      metadata: { name: 'b' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
      subjects: [
        { kind: 'User', name: 'ann' },
        { kind: 'ServiceAccount', name: 'robot', namespace: 'default' },
      ],
    }
    assert.equal(created(RoleBinding, binding).subjects?.[0]?.apiGroup, 'rbac.authorization.k8s.io')
    assert.deepEqual(refusedFor(RoleBinding, binding), [])
    const other = { ...binding, roleRef: { ...binding.roleRef, name: 'other' } }
    assert.deepEqual(updateRefusedFor(RoleBinding, other, binding), [
      'roleRef: Invalid value: {"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"other"}: cannot change roleRef',
    ])
    assert.deepEqual(refusedFor(ClusterRoleBinding, binding), [
      'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
    ])
    const { Role: role, Users, Groups, ServiceAccounts } = row(RoleBinding, binding)
    assert.deepEqual([role, Users, Groups, ServiceAccounts], ['Role/r', 'ann', '', 'default/robot'])
  })
})

describe('storage', () => {
  it('asks for room and a way to mount it', () => {
    assert.deepEqual(refusedFor(PersistentVolumeClaim, { metadata: { name: 'c' }, spec: {} }), [
      'spec.accessModes: Required value: at least 1 access mode is required',
      'spec.resources[storage]: Required value',
    ])
    const claim = created(PersistentVolumeClaim, { metadata: { name: 'c' }, spec: { accessModes: ['ReadWriteOnce'] } })
    assert.deepEqual([claim.spec?.volumeMode, claim.status], ['Filesystem', { phase: 'Pending' }])
  })

  it('has one source for a volume', () => {
    const volume: PersistentVolume = {
      metadata: { name: 'v' },
      spec: {
        accessModes: ['ReadWriteOnce', 'ReadOnlyMany'],
        capacity: { storage: '1Gi' },
        hostPath: { path: '/data' },
      },
    }
    assert.deepEqual(refusedFor(PersistentVolume, volume), [])
    assert.deepEqual(refusedFor(PersistentVolume, { ...volume, spec: { ...volume.spec, hostPath: undefined } }), [
      'spec: Required value: must specify a volume type',
    ])
    const {
      Capacity,
      'Access Modes': modes,
      'Reclaim Policy': policy,
      Status,
    } = row(PersistentVolume, created(PersistentVolume, volume))
    assert.deepEqual([Capacity, modes, policy, Status], ['1Gi', 'RWO,ROX', 'Retain', 'Pending'])
  })

  it('marks the default class', () => {
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' }
    const storageClass: StorageClass = { metadata: { name: 'fast', annotations }, provisioner: 'p' }
    assert.equal(row(StorageClass, storageClass)['Name'], 'fast (default)')
    assert.deepEqual(updateRefusedFor(StorageClass, { ...storageClass, provisioner: 'q' }, storageClass), [
      'provisioner: Forbidden: updates to provisioner are forbidden.',
    ])
  })
})

describe('policies', () => {
  it('say what may be disrupted in one way', () => {
    const budget = { metadata: { name: 'b' }, spec: { minAvailable: 1, maxUnavailable: '50%' } }
    assert.deepEqual(refusedFor(PodDisruptionBudget, budget), [
      'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":"50%","UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
    ])
    const cells = row(PodDisruptionBudget, created(PodDisruptionBudget, { ...budget, spec: { minAvailable: 1 } }))
    assert.deepEqual([cells['Min Available'], cells['Max Unavailable'], cells['Allowed Disruptions']], ['1', 'N/A', 0])
  })

  it('keep the highest priorities for the cluster', () => {
    assert.deepEqual(refusedFor(PriorityClass, { metadata: { name: 'p' }, value: 2_000_000_000 }), [
      'value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
    ])
    assert.deepEqual(
      refusedFor(PriorityClass, { metadata: { name: 'system-node-critical' }, value: 2_000_001_000 }),
      [],
    )
  })

  it('apply to what they have rules for', () => {
    const policy: NetworkPolicy = { metadata: { name: 'n' }, spec: { podSelector: {}, egress: [] } }
    assert.deepEqual(created(NetworkPolicy, policy).spec?.policyTypes, ['Ingress', 'Egress'])
    assert.equal(row(NetworkPolicy, policy)['Pod-Selector'], '<none>')
  })

  it('give containers what they are limited to', () => {
    const limits = [{ type: 'Container', max: { cpu: '2' }, default: { memory: '1Gi' } }]
    assert.deepEqual(created(LimitRange, { metadata: { name: 'l' }, spec: { limits } }).spec?.limits[0], {
      type: 'Container',
      max: { cpu: '2' },
      default: { cpu: '2', memory: '1Gi' },
      defaultRequest: { cpu: '2', memory: '1Gi' },
    })
  })

  it('show quotas by requests and limits', () => {
    const status = { hard: { pods: '10', 'limits.cpu': '4' }, used: { pods: '3' } }
    const { Request, Limit } = row(ResourceQuota, { metadata: { name: 'q' }, status })
    assert.deepEqual([Request, Limit], ['pods: 3/10', 'limits.cpu: 0/4'])
  })
})

describe('definitions of custom resources', () => {
  const definition: CustomResourceDefinition = {
    metadata: { name: 'boats.example.com' },
    spec: {
      group: 'example.com',
      names: { plural: 'boats', kind: 'Boat' },
      scope: 'Namespaced',
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  }

  it('are completed from the kind', () => {
    const { spec, status } = created(CustomResourceDefinition, definition)
    assert.deepEqual(
      [spec.names.singular, spec.names.listKind, spec.conversion],
      ['boat', 'BoatList', { strategy: 'None' }],
    )
    assert.deepEqual(status, { storedVersions: ['v1'] })
    assert.deepEqual(refusedFor(CustomResourceDefinition, definition), [])
  })

  it('are named for what they define, and store one version', () => {
    const [version] = definition.spec.versions
    assert.ok(version)
    const wrong = {
      metadata: { name: 'boat' },
      spec: { ...definition.spec, versions: [{ ...version, storage: false, schema: undefined }] },
    }
    assert.deepEqual(
      refusedFor(CustomResourceDefinition, wrong).map(text => text.replace(/Invalid value: .*: (?=must)/, '')),
      [
        'metadata.name: must be spec.names.plural+"."+spec.group',
        'spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required',
        'spec.versions: must have exactly one version marked as storage version',
      ],
    )
  })
})

describe('ingresses and autoscalers', () => {
  it('lead from a path to a service', () => {
    const ingress = (path: string): Ingress => ({
      metadata: { name: 'web' },
      spec: {
        rules: [
          {
            host: 'www.example.com',
            http: {
              paths: [{ path, pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }],
            },
          },
        ],
      },
    })
    assert.deepEqual(refusedFor(Ingress, ingress('/')), [])
    assert.deepEqual(refusedFor(Ingress, ingress('a//b')), [
      'spec.rules[0].http.paths[0].path: Invalid value: "a//b": must be an absolute path',
      'spec.rules[0].http.paths[0].path: Invalid value: "a//b": must not contain \'//\'',
    ])
    const { Class, Hosts, Ports } = row(Ingress, ingress('/'))
    assert.deepEqual([Class, Hosts, Ports], ['<none>', 'www.example.com', '80'])
  })

  it('watch the processors where nothing else is said', () => {
    const autoscaler = {
      metadata: { name: 'a' },
      spec: { maxReplicas: 0, scaleTargetRef: { kind: 'Deployment', name: 'web' } },
    }
    assert.equal(
      created(HorizontalPodAutoscaler, autoscaler).spec?.metrics?.[0]?.resource?.target.averageUtilization,
      80,
    )
    assert.deepEqual(refusedFor(HorizontalPodAutoscaler, autoscaler), [
      'spec.maxReplicas: Invalid value: 0: must be greater than 0',
      'spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`',
      'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group',
    ])
  })
})
