import assert from 'node:assert/strict'
import { formatTime } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import { anHourLater, completed, deciding, noFaults } from '@periplus/controller'
import type { Simulation } from '@periplus/controller'
import { ConfigMap, Deployment, Namespace, Pod, ResourceQuota, quotaUsage } from '@periplus/kinds'
import type { PersistentVolumeClaim, ResourceQuotaSpec, ResourceQuotaStatus, Service } from '@periplus/kinds'
import { resourceQuotaController } from '../src/index.ts'
import { pod, template } from './objects.ts'
import { cluster, create, patch } from './simulation.ts'

const quota = (spec: ResourceQuotaSpec, status?: ResourceQuotaStatus): ResourceQuota => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'most', namespace: 'default' },
  spec,
  ...(status ? { status } : {}),
})

const object = (kind: string, name: string, rest: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'default' },
  ...rest,
})

const asking = (name: string, spec: object, phase = 'Running'): KubernetesObject =>
  Object.assign({}, pod(name, undefined, { phase }), {
    spec: { containers: [{ name: 'main', image: 'nginx' }], ...spec },
  })

const one = (requests: object, limits: object = {}) => ({
  containers: [{ name: 'main', image: 'nginx', resources: { requests, limits } }],
})

describe('the quota controller', () => {
  const given = deciding(resourceQuotaController)
  const used = (spec: ResourceQuotaSpec, ...objects: readonly KubernetesObject[]): Readonly<Record<string, string>> => {
    const { commands } = given(quota(spec), ...objects).when('default/most')
    const [command] = commands
    assert.ok(command?.verb === 'update' && command.subresource === 'status')
    const { status } = command.object as ResourceQuota
    assert.deepEqual(status?.hard, spec.hard)
    return status?.used ?? {}
  }

  it('tells what is limited and that nothing is used, at once', () => {
    const hard = {
      pods: '5',
      'requests.cpu': '1',
      'count/jobs.batch': '2',
      'gold.storageclass.storage.k8s.io/requests.storage': '1Gi',
    }
    assert.deepEqual(used({ hard }), {
      pods: '0',
      'requests.cpu': '0',
      'count/jobs.batch': '0',
      'gold.storageclass.storage.k8s.io/requests.storage': '0',
    })
  })

  it('reckons what a pod takes once, and until when it takes it anew', () => {
    let looks = 0
    const { spec, ...rest } = asking('a', one({ cpu: '1' })) as Pod
    const watched = Object.defineProperty({ ...rest }, 'spec', { get: () => (looks++, spec), enumerable: true }) as Pod
    const ending = { ...rest.metadata, deletionTimestamp: formatTime(1_000), deletionGracePeriodSeconds: 30 }
    const leaving = { ...rest, metadata: ending, spec } as unknown as Pod
    const cpus = (of: Pod, now: number) => quotaUsage('', 'pods', of, now)['requests.cpu'] ?? 'nothing'
    cpus(watched, 0)
    const first = looks
    cpus(watched, 1)
    assert.ok(first > 0)
    assert.equal(looks, first)
    assert.notEqual(cpus(leaving, 31_000), 'nothing')
    assert.equal(cpus(leaving, 31_001), 'nothing')
  })

  it('says nothing of what nobody takes of', () =>
    assert.deepEqual(used({ hard: { 'limits.nvidia.com/gpu': '1', 'example.com/thing': '1', pods: '1' } }), {
      pods: '0',
    }))

  it('counts pods that have not ended, and what they ask for', () => {
    const hard = {
      ...{ pods: '9', 'count/pods': '9', cpu: '9', 'requests.cpu': '9', 'limits.cpu': '9', memory: '9Gi' },
      ...{ 'hugepages-2Mi': '9Mi', 'requests.hugepages-2Mi': '9Mi', 'requests.nvidia.com/gpu': '9' },
    }
    const requests = { cpu: '250m', memory: '1Gi', 'hugepages-2Mi': '4Mi', 'nvidia.com/gpu': '1' }
    assert.deepEqual(
      used(
        { hard },
        asking('a', one(requests, { cpu: '1' })),
        asking('b', one({ cpu: '500m' }), 'Pending'),
        asking('c', one({ cpu: '4' }), 'Succeeded'),
        asking('d', one({ cpu: '4' }), 'Failed'),
      ),
      {
        ...{ pods: '2', 'count/pods': '4', cpu: '750m', 'requests.cpu': '750m', 'limits.cpu': '1', memory: '1Gi' },
        ...{ 'hugepages-2Mi': '4Mi', 'requests.hugepages-2Mi': '4Mi', 'requests.nvidia.com/gpu': '1' },
      },
    )
  })

  it('cuts a sum that the API cannot hold down to the most that it can', () => {
    const hard = { 'requests.memory': '1Gi' }
    const most = { 'requests.memory': '9223372036854775807' }
    const huge = ['a', 'b'].map(name => asking(name, one({ memory: '7Ei' })))
    assert.deepEqual(used({ hard }, ...huge), most)
    given(quota({ hard }, { hard, used: most }), ...huge)
      .when('default/most')
      .then()
  })

  const deadline = { activeDeadlineSeconds: 60 }
  const important = { priorityClassName: 'important' }
  const afar = {
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 1, podAffinityTerm: { topologyKey: 'zone', namespaceSelector: {} } },
        ],
      },
    },
  }
  const selector = (scopeName: string, operator: string, values?: readonly string[]) => ({
    scopeSelector: { matchExpressions: [{ scopeName, operator, ...(values ? { values } : {}) }] },
  })
  const scopes: readonly (readonly [string, ResourceQuotaSpec, object, object])[] = [
    ['Terminating', { scopes: ['Terminating'] }, deadline, {}],
    ['NotTerminating', { scopes: ['NotTerminating'] }, {}, deadline],
    ['BestEffort', { scopes: ['BestEffort'] }, {}, one({ cpu: '1' })],
    ['NotBestEffort', { scopes: ['NotBestEffort'] }, one({ cpu: '1' }), {}],
    ['both of two', { scopes: ['NotBestEffort', 'Terminating'] }, { ...one({ cpu: '1' }), ...deadline }, deadline],
    ['PriorityClass In', selector('PriorityClass', 'In', ['important']), important, {}],
    ['PriorityClass NotIn', selector('PriorityClass', 'NotIn', ['important']), {}, important],
    ['PriorityClass Exists', selector('PriorityClass', 'Exists'), important, {}],
    ['PriorityClass DoesNotExist', selector('PriorityClass', 'DoesNotExist'), {}, important],
    ['CrossNamespacePodAffinity', { scopes: ['CrossNamespacePodAffinity'] }, afar, {}],
  ]
  for (const [what, spec, within, without] of scopes)
    it(`counts pods by their scope: ${what}`, () =>
      assert.deepEqual(
        used(
          { hard: { pods: '9', configmaps: '9' }, ...spec },
          asking('a', within),
          asking('b', without),
          object('ConfigMap', 'c'),
        ),
        { pods: '1', configmaps: '0' },
      ))

  it('counts services, their node ports and load balancers', () => {
    const service = (name: string, spec: Service['spec']) => object('Service', name, { spec })
    const ports = [{ port: 80 }, { port: 81, nodePort: 30_000 }]
    assert.deepEqual(
      used(
        { hard: { services: '9', 'services.nodeports': '9', 'services.loadbalancers': '9', 'count/services': '9' } },
        service('a', { ports }),
        service('b', { type: 'NodePort', ports }),
        service('c', { type: 'LoadBalancer', ports }),
        service('d', { type: 'LoadBalancer', ports, allocateLoadBalancerNodePorts: false }),
      ),
      { services: '4', 'services.nodeports': '5', 'services.loadbalancers': '2', 'count/services': '4' },
    )
  })

  it('counts claims and their storage, for each class by itself', () => {
    const claim = (name: string, storage: string, rest: PersistentVolumeClaim['spec'] = {}) =>
      object('PersistentVolumeClaim', name, { spec: { ...rest, resources: { requests: { storage } } } })
    const gold = 'gold.storageclass.storage.k8s.io'
    const hard = {
      ...{ persistentvolumeclaims: '9', 'requests.storage': '9Gi' },
      ...{ [`${gold}/persistentvolumeclaims`]: '9', [`${gold}/requests.storage`]: '9Gi' },
    }
    const old = claim('c', '2Gi', { storageClassName: 'silver' })
    const named = { ...old.metadata, annotations: { 'volume.beta.kubernetes.io/storage-class': 'gold' } }
    assert.deepEqual(
      used({ hard }, claim('a', '1Gi'), claim('b', '100m', { storageClassName: 'gold' }), { ...old, metadata: named }),
      {
        ...{ persistentvolumeclaims: '3', 'requests.storage': '3221225473' },
        ...{ [`${gold}/persistentvolumeclaims`]: '2', [`${gold}/requests.storage`]: '2147483649' },
      },
    )
  })

  it('counts objects of any kind, itself too, and in its namespace only', () => {
    const hard = { configmaps: '9', secrets: '9', resourcequotas: '9', 'count/deployments.apps': '9' }
    const elsewhere = { ...object('ConfigMap', 'e'), metadata: { name: 'e', namespace: 'other' } }
    const deployment = completed(Deployment, {
      ...object('Deployment', 'd', { spec: { selector: { matchLabels: { a: 'b' } }, template: template({ a: 'b' }) } }),
      apiVersion: 'apps/v1',
    })
    assert.deepEqual(used({ hard }, object('ConfigMap', 'a'), object('Secret', 'b'), deployment, elsewhere), {
      ...{ configmaps: '1', secrets: '1', resourcequotas: '1', 'count/deployments.apps': '1' },
    })
  })

  it('writes nothing where the status says it already, and forgets what is limited no more', () => {
    const hard = { pods: '1' }
    given(quota({ hard }, { hard, used: { pods: '0' } }))
      .when('default/most')
      .then()
    given(quota({ hard }, { hard: { pods: '1', secrets: '1' }, used: { pods: '0', secrets: '0' } }))
      .when('default/most')
      .then({
        verb: 'update',
        kind: ResourceQuota,
        subresource: 'status',
        object: { status: { hard: { pods: '1', secrets: undefined }, used: { pods: '0', secrets: undefined } } },
      })
  })

  it('counts a pod whose node is lost until its grace is over twice, and then looks again', () => {
    const leaving = (deleted: number, grace: number | bigint): KubernetesObject => {
      const { metadata, ...rest } = pod('a', undefined)
      const deletionGracePeriodSeconds = grace as number
      return { ...rest, metadata: { ...metadata, deletionTimestamp: formatTime(deleted), deletionGracePeriodSeconds } }
    }
    const hard = { pods: '1', 'count/pods': '1' }
    const told = { hard, used: { pods: '1', 'count/pods': '1' } }
    given(quota({ hard }, told), leaving(anHourLater - 10_000, 30))
      .when('default/most')
      .then()
      .requeuesAfter(20_001)
    assert.deepEqual(used({ hard }, leaving(anHourLater - 31_000, 30)), { pods: '0', 'count/pods': '1' })
    given(quota({ hard: { secrets: '1' } }, { hard: { secrets: '1' }, used: { secrets: '0' } }), leaving(0, 30))
      .when('default/most')
      .requeuesAfter(undefined)
  })

  describe('in a cluster', () => {
    const hard = { pods: '12', configmaps: '9', 'count/pods': '12' }
    const limited = async (seed: number, faults = noFaults): Promise<Simulation> => {
      const simulation = await cluster(seed, faults)
      await simulation.user(
        create(ResourceQuota, { metadata: { name: 'most', namespace: 'default' }, spec: { hard } } as KubernetesObject),
      )
      await simulation.run(1)
      return simulation
    }
    const decided = ({ decisions }: Simulation) => decisions.filter(one => one.controller === 'resourcequota')
    const statusIn = ({ cut }: Simulation) => cut.get(ResourceQuota, 'default', 'most')?.status?.used

    it('follows what comes, changes and goes, with no decision for anything else', async () => {
      const simulation = await limited(1)
      assert.deepEqual(statusIn(simulation), { pods: '0', configmaps: '1', 'count/pods': '0' })
      const before = decided(simulation).length
      await simulation.user(create(ConfigMap, { metadata: { name: 'a', namespace: 'default' } }))
      await simulation.run(1)
      assert.equal(statusIn(simulation)?.['configmaps'], '2')
      assert.equal(decided(simulation).length, before + 1)
      // Changes that take nothing, and creations where no quota is, wake nobody.
      await simulation.user(patch(ConfigMap, 'a', { data: { a: 'b' } }))
      await simulation.user(create(Namespace, { metadata: { name: 'other' } }))
      await simulation.user(create(ConfigMap, { metadata: { name: 'b', namespace: 'other' } }))
      await simulation.run(1)
      assert.equal(decided(simulation).length, before + 1)
    })

    it('puts right what somebody else writes into the status', async () => {
      const simulation = await limited(2)
      await simulation.user(
        patch(ResourceQuota, 'most', { status: { hard: { pods: '2' }, used: { pods: '2' } } }, 'status'),
      )
      await simulation.run(1)
      assert.equal(statusIn(simulation)?.['pods'], '0')
    })

    for (let seed = 1; seed <= 20; seed++)
      it(`comes to the right count through crashes and stale cuts (seed ${seed})`, async () => {
        const simulation = await limited(seed, {
          crash: 0.03,
          restartMilliseconds: 500,
          staleMilliseconds: 300,
          duplicate: 0.2,
        })
        for (let deed = 0; deed < 12; deed++) {
          const name = `pod-${deed}`
          const any = simulation.cut.list(Pod, 'default')[0]?.metadata.name
          if (any && simulation.random() < 0.4)
            await simulation.user({
              verb: 'delete',
              kind: Pod,
              ref: { group: '', resource: 'pods', namespace: 'default', name: any },
              options: {},
            })
          else if (any && simulation.random() < 0.3)
            await simulation.user(patch(Pod, any, { status: { phase: 'Succeeded' } }, 'status'))
          else await simulation.user(create(Pod, asking(name, {})))
          await simulation.run(Math.floor(simulation.random() * 800))
        }
        simulation.heal()
        await simulation.run(60_000)
        const pods = simulation.cut.list(Pod, 'default')
        const active = pods.filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
        assert.deepEqual(statusIn(simulation), {
          ...{ pods: String(active.length), 'count/pods': String(pods.length), configmaps: '1' },
        })
      })
  })
})
