import assert from 'node:assert/strict'
import { statusOf } from '@periplus/api'
import type { Pod } from '@periplus/kinds'
import { builtInAdmission } from '../src/index.ts'
import { kindOf, object, ok, refOf, refusal, world } from './world.ts'
import type { World } from './world.ts'

const metadata = (name: string, namespace = 'shop') => ({ metadata: { name, namespace } })
const create = (it: World, resource: string, fields: object) =>
  it.run({
    verb: 'create',
    kind: kindOf(resource === 'servicecidrs' ? 'networking.k8s.io' : '', resource),
    object: object(fields),
  })
const pod = (name: string, resources?: object) => ({
  ...metadata(name),
  spec: { containers: [{ name: 'web', image: 'nginx', ...(resources ? { resources } : {}) }] },
})

const shop = async (...more: readonly (readonly [string, object])[]): Promise<World> => {
  const it = world({ admission: builtInAdmission })
  for (const [resource, fields] of [
    ['namespaces', { metadata: { name: 'shop' } }],
    ['serviceaccounts', metadata('default')],
    ...more,
  ] as const) {
    ok(await create(it, resource, fields))
    it.catchUp()
  }
  return it
}

describe('LimitRanger', () => {
  const range = (limits: object) => ['limitranges', { ...metadata('range'), spec: { limits: [limits] } }] as const

  it('gives what is not asked for, and says so', async () => {
    const it = await shop(
      range({ type: 'Container', default: { cpu: '200m', memory: '64Mi' }, defaultRequest: { cpu: '100m' } }),
    )
    const made = ok(await create(it, 'pods', pod('a'))).object as Pod
    const { limits, requests } = made.spec?.containers[0]?.resources ?? {}
    assert.deepEqual(limits, { cpu: '200m', memory: '64Mi' })
    assert.deepEqual(requests, { cpu: '100m', memory: '64Mi' })
    assert.equal(
      made.metadata?.annotations?.['kubernetes.io/limit-ranger'],
      'LimitRanger plugin set: cpu, memory request for container web; cpu, memory limit for container web',
    )
  })

  it('refuses what is too little, too much or too far apart', async () => {
    const it = await shop(
      range({ type: 'Container', min: { cpu: '100m' }, max: { cpu: '1' }, maxLimitRequestRatio: { cpu: '2' } }),
    )
    const refused = async (resources: object): Promise<string | undefined> =>
      statusOf(refusal(await create(it, 'pods', pod('a', resources)))).message
    assert.equal(
      await refused({ requests: { cpu: '50m' }, limits: { cpu: '100m' } }),
      'pods "a" is forbidden: minimum cpu usage per Container is 100m, but request is 50m',
    )
    assert.equal(
      await refused({ requests: { cpu: '1' }, limits: { cpu: '2' } }),
      'pods "a" is forbidden: maximum cpu usage per Container is 1, but limit is 2',
    )
    assert.equal(
      await refused({ requests: { cpu: '200m' }, limits: { cpu: '800m' } }),
      'pods "a" is forbidden: cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000',
    )
  })
})

describe('ResourceQuota', () => {
  const quota = (hard: object, more: object = {}) =>
    ['resourcequotas', { ...metadata('most'), spec: { hard, ...more } }] as const
  const cpu = (requests: string) => ({ requests: { cpu: requests } })

  it('refuses what goes beyond it, and what does not say what it asks for', async () => {
    const it = await shop(quota({ 'requests.cpu': '1', pods: '5' }))
    ok(await create(it, 'pods', pod('a', cpu('600m'))))
    it.catchUp()
    assert.equal(
      statusOf(refusal(await create(it, 'pods', pod('b', cpu('500m'))))).message,
      'pods "b" is forbidden: exceeded quota: most, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1',
    )
    assert.equal(
      statusOf(refusal(await create(it, 'pods', pod('c')))).message,
      'pods "c" is forbidden: failed quota: most: must specify requests.cpu for: web',
    )
    ok(await create(it, 'pods', pod('d', cpu('400m'))))
  })

  it('counts those that come at once', async () => {
    const it = await shop(quota({ pods: '2' }))
    const waiting = ['a', 'b', 'c', 'd'].map(name => create(it, 'pods', pod(name)))
    let open = true
    const all = Promise.all(waiting).finally(() => (open = false))
    while (open) {
      it.catchUp()
      await Promise.resolve()
    }
    const results = await all
    assert.deepEqual(
      results.map(result => result._tag),
      ['Right', 'Right', 'Left', 'Left'],
    )
  })

  it('counts other things, and only pods in its scope', async () => {
    const it = await shop(quota({ configmaps: '1', 'count/deployments.apps': '0' }))
    ok(await create(it, 'configmaps', metadata('a')))
    it.catchUp()
    assert.match(
      statusOf(refusal(await create(it, 'configmaps', metadata('b')))).message ?? '',
      /exceeded quota: most, requested: configmaps=1, used: configmaps=1, limited: configmaps=1/,
    )
    const scoped = await shop(quota({ pods: '0' }, { scopes: ['BestEffort'] }))
    ok(await create(scoped, 'pods', pod('a', cpu('1'))))
    scoped.catchUp()
    assert.equal(refusal(await create(scoped, 'pods', pod('b'))).tag, 'Forbidden')
  })

  it('counts what an update takes more', async () => {
    const service = (ports: readonly number[], type = 'NodePort') => ({
      ...metadata('web'),
      spec: { type, ports: ports.map(port => ({ name: `p${port}`, port })) },
    })
    const it = await shop(
      ['resourcequotas', { ...metadata('few'), spec: { hard: { 'services.nodeports': '1', services: '1' } } }],
      ['servicecidrs', { metadata: { name: 'kubernetes' }, spec: { cidrs: ['10.96.0.0/24'] } }],
      ['services', service([80])],
    )
    const update = async (fields: object) =>
      it.run({
        verb: 'patch',
        kind: kindOf('', 'services'),
        ref: refOf('', 'services', 'shop', 'web'),
        patch: { type: 'merge', body: fields },
      })
    assert.equal(
      statusOf(refusal(await update({ spec: service([80, 81]).spec }))).message,
      'services "web" is forbidden: exceeded quota: few, requested: services.nodeports=1, used: services.nodeports=1, ' +
        'limited: services.nodeports=1',
    )
    ok(await update({ metadata: { labels: { some: 'thing' } } }))
  })

  it('counts a pod that is given a deadline, and so comes into the scope', async () => {
    const it = await shop(quota({ pods: '0' }, { scopes: ['Terminating'] }))
    ok(await create(it, 'pods', pod('a')))
    it.catchUp()
    const patched = async (body: object) =>
      it.run({
        verb: 'patch',
        kind: kindOf('', 'pods'),
        ref: refOf('', 'pods', 'shop', 'a'),
        patch: { type: 'merge', body },
      })
    assert.equal(
      statusOf(refusal(await patched({ spec: { activeDeadlineSeconds: 60 } }))).message,
      'pods "a" is forbidden: exceeded quota: most, requested: pods=1, used: pods=0, limited: pods=0',
    )
    ok(await patched({ metadata: { labels: { some: 'thing' } } }))
  })

  it('asks nothing more of a pod that says as a whole what it needs', async () => {
    const it = await shop(quota({ 'requests.cpu': '1' }))
    const whole = { ...pod('a'), spec: { ...pod('a').spec, resources: { requests: { cpu: '500m' } } } }
    ok(await create(it, 'pods', whole))
  })

  it('holds claims to what a limit range allows when they grow', async () => {
    const claim = (storage: string) => ({
      ...metadata('data'),
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
    })
    const it = await shop(
      [
        'limitranges',
        { ...metadata('small'), spec: { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '1Gi' } }] } },
      ],
      ['persistentvolumeclaims', claim('1Gi')],
    )
    const patch = (body: object, subresource?: string) =>
      it.run({
        verb: 'patch',
        kind: kindOf('', 'persistentvolumeclaims'),
        ref: refOf('', 'persistentvolumeclaims', 'shop', 'data'),
        patch: { type: 'merge', body },
        ...(subresource ? { subresource } : {}),
      })
    ok(await patch({ status: { phase: 'Bound' } }, 'status'))
    it.catchUp()
    assert.equal(
      statusOf(refusal(await patch({ spec: { resources: { requests: { storage: '2Gi' } } } }))).message,
      'persistentvolumeclaims "data" is forbidden: maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi',
    )
  })
})
