import assert from 'node:assert/strict'
import { controlledBy } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import { completed, deciding } from '@periplus/controller'
import { Pod, ReplicaSet } from '@periplus/kinds'
import type { PodSpec } from '@periplus/kinds'
import type { Stored } from '@periplus/api'
import { scheduler } from '../src/index.ts'
import { node, pod } from './objects.ts'
import type { PodTraits } from './objects.ts'

const given = deciding(scheduler)
const key = 'default/new'

const targetOf = (seed: number, traits: PodTraits, others: readonly KubernetesObject[]): string => {
  const [first] = given(pod('new', traits), ...others).when(key, { seed }).commands
  return first?.verb === 'update' ? ((first.object as { target?: { name: string } }).target?.name ?? '') : ''
}

/** Wherever chance would take it. */
const alwaysGoesTo = (name: string, traits: PodTraits, ...others: readonly KubernetesObject[]) => {
  for (let seed = 1; seed < 9; seed++) assert.equal(targetOf(seed, traits, others), name)
}

const goesNowhere = (reason: RegExp, traits: PodTraits, ...others: readonly KubernetesObject[]) =>
  given(pod('new', traits), ...others)
    .when(key)
    .then({
      verb: 'patch',
      kind: Pod,
      patch: { body: { status: { conditions: [{ reason: 'Unschedulable', message: reason }] } } },
    })

const zoned = (name: string, zone: string) => node(name, { labels: { zone, 'topology.kubernetes.io/zone': zone } })
const a = zoned('a', 'east')
const b = zoned('b', 'east')
const c = zoned('c', 'west')
const labels = { app: 'web' }
const web = (name: string, on: string, spec: Partial<PodSpec> = {}) => pod(name, { labels, on, spec })

const term = (topologyKey: string, app = 'web', rest: object = {}) => ({
  topologyKey,
  labelSelector: { matchLabels: { app } },
  ...rest,
})
const affinity = (...terms: readonly object[]) =>
  ({ spec: { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } } } }) as PodTraits
const antiAffinity = (...terms: readonly object[]) =>
  ({ spec: { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } } } }) as PodTraits

describe('company', () => {
  it('that is required is sought', () => {
    alwaysGoesTo('c', affinity(term('zone')), a, b, c, web('x', 'c'))
    goesNowhere(
      /^0\/2 nodes are available: 2 node\(s\) didn't match pod affinity rules\./,
      affinity(term('zone')),
      a,
      c,
    )
  })
  it('of oneself is found by the first', () => {
    alwaysGoesTo('a', { ...affinity(term('zone')), labels }, a)
  })
  it('is sought in the pod’s namespace, in those that are named or in those that a selector means', () => {
    const elsewhere = pod('x', { namespace: 'other', labels, on: 'c' })
    const other = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other', labels: { team: 'x' } } }
    goesNowhere(/affinity rules/, affinity(term('zone')), a, c, elsewhere)
    alwaysGoesTo('c', affinity(term('zone', 'web', { namespaces: ['other'] })), a, c, elsewhere)
    alwaysGoesTo(
      'c',
      affinity(term('zone', 'web', { namespaceSelector: { matchLabels: { team: 'x' } } })),
      a,
      c,
      elsewhere,
      other,
    )
  })
  it('that is not wanted is avoided', () => {
    alwaysGoesTo('c', antiAffinity(term('zone')), a, b, c, web('x', 'a'))
    goesNowhere(
      /^0\/1 nodes are available: 1 node\(s\) didn't match pod anti-affinity rules\./,
      antiAffinity(term('zone')),
      a,
      web('x', 'a'),
    )
  })
  it('is avoided where it doesn’t want us', () => {
    const shy = web('x', 'a', antiAffinity(term('zone', 'loud')).spec)
    alwaysGoesTo('c', { labels: { app: 'loud' } }, a, b, c, shy)
    goesNowhere(/1 node\(s\) didn't satisfy existing pods anti-affinity rules/, { labels: { app: 'loud' } }, a, shy)
  })
  it('may be told by one’s own labels', () => {
    const mine = { app: 'web', version: '2' }
    const traits = { ...antiAffinity(term('zone', 'web', { matchLabelKeys: ['version'] })), labels: mine }
    alwaysGoesTo('a', traits, a, web('x', 'a'))
    goesNowhere(/anti-affinity/, traits, a, pod('x', { labels: mine, on: 'a' }))
  })
  it('that is preferred decides between nodes', () => {
    const preferring = (which: string) =>
      ({
        spec: {
          affinity: {
            [which]: {
              preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term('zone') }],
            },
          },
        },
      }) as PodTraits
    alwaysGoesTo('c', preferring('podAffinity'), a, c, web('x', 'c'))
    alwaysGoesTo('a', preferring('podAntiAffinity'), a, c, web('x', 'c'))
  })
})

describe('spreading', () => {
  const spread = (topologyKey: string, rest: object = {}) => ({
    labels,
    spec: {
      topologySpreadConstraints: [
        {
          topologyKey,
          maxSkew: 1,
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: labels },
          ...rest,
        },
      ],
    },
  })
  it('keeps to the skew', () => {
    alwaysGoesTo('c', spread('zone'), a, b, c, web('x', 'a'))
    goesNowhere(
      /1 Insufficient cpu, 1 node\(s\) didn't match pod topology spread constraints\. /,
      { ...spread('zone'), requests: { cpu: '3' } },
      a,
      c,
      web('x', 'a'),
      pod('full', { on: 'c', requests: { cpu: '4' } }),
    )
  })
  it('asks for the label', () => {
    goesNowhere(
      /1 node\(s\) didn't match pod topology spread constraints \(missing required label\)/,
      spread('rack'),
      a,
    )
  })
  it('counts missing domains as empty', () => {
    alwaysGoesTo('a', spread('zone', { minDomains: 1 }), a, web('x', 'a'))
    goesNowhere(/topology spread constraints/, spread('zone', { minDomains: 2 }), a, web('x', 'a'))
  })
  it('leaves out nodes that the pod could not take anyhow', () => {
    const selected = spread('zone')
    alwaysGoesTo('a', { ...selected, spec: { ...selected.spec, nodeSelector: { zone: 'east' } } }, a, c, web('x', 'a'))
  })
  it('is preferred where it isn’t required', () => {
    alwaysGoesTo('c', spread('zone', { whenUnsatisfiable: 'ScheduleAnyway' }), a, b, c, web('x', 'a'), web('y', 'b'))
  })
  it('is preferred for the pods of one owner', () => {
    const owner = completed(ReplicaSet, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'rs', namespace: 'default' },
      spec: { selector: { matchLabels: labels } },
    } as ReplicaSet) as Stored<ReplicaSet>
    const metadata = { name: 'new', namespace: 'default', labels, ownerReferences: [controlledBy(ReplicaSet, owner)] }
    alwaysGoesTo('c', { metadata }, owner, a, c, web('x', 'a'))
  })
})

describe('scores', () => {
  it('prefer the emptiest node', () => {
    alwaysGoesTo(
      'b',
      { requests: { cpu: '1', memory: '1Gi' } },
      node('a'),
      node('b'),
      pod('x', { on: 'a', requests: { cpu: '1', memory: '2Gi' } }),
    )
  })
  it('prefer nodes without PreferNoSchedule taints', () => {
    alwaysGoesTo('b', {}, node('a', { spec: { taints: [{ key: 'x', effect: 'PreferNoSchedule' }] } }), node('b'))
  })
  it('follow preferred node affinity by weight', () => {
    const preference = (key: string, weight: number) => ({
      weight,
      preference: { matchExpressions: [{ key, operator: 'Exists' }] },
    })
    const traits = {
      spec: {
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [preference('ssd', 1), preference('fast', 10)],
          },
        },
      },
    }
    alwaysGoesTo('b', traits, node('a', { labels: { ssd: '' } }), node('b', { labels: { fast: '' } }))
  })
  it('leave the choice between equals to chance', () => {
    const found = new Set(Array.from({ length: 20 }, (_, seed) => targetOf(seed, {}, [node('a'), node('b')])))
    assert.deepEqual(found, new Set(['a', 'b']))
  })
})

describe('preemption', () => {
  const running = (name: string, on: string, priority: number, cpu = '3') =>
    pod(name, { on, requests: { cpu }, spec: { priority } })
  const urgent: PodTraits = { requests: { cpu: '3' }, spec: { priority: 100 } }
  const victims = (...names: readonly string[]) => [
    ...names.map(name => ({
      verb: 'patch' as const,
      kind: Pod,
      ref: { name },
      patch: { body: { status: { conditions: [{ type: 'DisruptionTarget', reason: 'PreemptionByScheduler' }] } } },
    })),
    ...names.map(name => ({ verb: 'delete' as const, kind: Pod, ref: { name } })),
  ]
  /** Why it has no node yet, and where it will be, in one write. */
  const nominated = (nominatedNodeName: string) => ({
    verb: 'patch' as const,
    kind: Pod,
    ref: { name: 'new' },
    patch: { body: { status: { conditions: [{ type: 'PodScheduled', status: 'False' }], nominatedNodeName } } },
  })

  it('evicts the pods of lowest priority', () => {
    given(pod('new', urgent), node('a'), node('b'), running('x', 'a', 50), running('y', 'b', 10))
      .when(key)
      .then(nominated('b'), ...victims('y'))
      .tells(
        'FailedScheduling: 0/2 nodes are available: 2 Insufficient cpu.',
        /^Preempted: Preempted by pod uid-pod-new on node b$/,
      )
      .why(/making room on b by evicting pods that matter less: 1$/)
  })
  it('evicts as few as possible, and not what it need not', () => {
    given(
      pod('new', urgent),
      node('a'),
      running('x', 'a', 50, '1'),
      running('y', 'a', 10, '1'),
      running('z', 'a', 10, '1'),
    )
      .when(key)
      .then(nominated('a'), ...victims('y', 'z'))
  })
  it('would rather keep what a budget protects', () => {
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'keep', namespace: 'default' },
      spec: { selector: { matchLabels: labels } },
      status: { disruptionsAllowed: 0 },
    } as KubernetesObject
    const guarded = pod('y', { on: 'b', labels, requests: { cpu: '3' }, spec: { priority: 10 } })
    given(pod('new', urgent), node('a'), node('b'), running('x', 'a', 50), guarded, budget)
      .when(key)
      .then(nominated('a'), ...victims('x'))
  })
  it('is not for equals, nor for pods that wouldn’t', () => {
    goesNowhere(
      /preemption: 0\/1 nodes are available: 1 No preemption victims found for incoming pod\.$/,
      urgent,
      node('a'),
      running('x', 'a', 100),
    )
    goesNowhere(
      /preemption: not eligible due to preemptionPolicy=Never\.$/,
      { ...urgent, spec: { priority: 100, preemptionPolicy: 'Never' } },
      node('a'),
      running('x', 'a', 1),
    )
  })
  it('asks first whether the pod is still there, also where nothing is new to say of it', () => {
    const conditions = [
      {
        ...{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' },
        message: '0/1 nodes are available: 1 Insufficient cpu.',
      },
    ]
    const status = { phase: 'Pending', conditions, nominatedNodeName: 'a' }
    given(pod('new', { ...urgent, status }), node('a'), running('x', 'a', 10))
      .when(key)
      .then(
        {
          ...{ verb: 'patch', kind: Pod, subresource: 'status', ref: { name: 'new' } },
          patch: { body: { metadata: { uid: 'uid-pod-new' }, status: { nominatedNodeName: 'a' } } },
        },
        ...victims('x'),
      )
  })
  it('happens once: then it waits for the victims to leave', () => {
    const leaving = {
      ...running('x', 'a', 1),
      metadata: { ...running('x', 'a', 1).metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
    }
    given(pod('new', { ...urgent, status: { phase: 'Pending', nominatedNodeName: 'a' } }), node('a'), leaving)
      .when(key)
      .then({ verb: 'patch', kind: Pod, ref: { name: 'new' } })
      .why(/Insufficient cpu/)
  })
})

describe('waiting pods', () => {
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }]
  const small = pod('small', { requests: { cpu: '1' }, status: { phase: 'Pending', conditions } })
  const large = pod('large', { requests: { cpu: '9' }, status: { phase: 'Pending', conditions } })
  const woken = (kind: string, before: unknown, after: unknown, ...there: readonly KubernetesObject[]) => {
    const { cut } = given(small, large, ...there)
    return scheduler.watches
      .filter(watch => 'kind' in watch && watch.kind.kind === kind)
      .flatMap(watch => watch.keys({ before, after, change: undefined } as never, cut))
      .map(({ name }) => name)
  }
  it('are woken by a node that would do for them', () => {
    assert.deepEqual(woken('Node', undefined, a, a), ['small'])
    assert.deepEqual(woken('Node', { ...a, spec: { unschedulable: true } }, a, a), ['small'])
  })
  it('are not woken by heartbeats', () => {
    assert.deepEqual(woken('Node', { ...a, status: { ...a.status, conditions: [] } }, a, a), [])
  })
  it('are woken by a pod that leaves, if it leaves room enough', () => {
    assert.deepEqual(woken('Pod', web('x', 'a'), undefined, a), ['small'])
    assert.deepEqual(woken('Pod', web('x', 'a'), undefined, a, pod('full', { on: 'a', requests: { cpu: '4' } })), [])
  })
  it('ask for themselves only when what they ask for changes', () => {
    const { cut } = given(small)
    const wakes = (before: unknown, after: unknown) => scheduler.wakesItself?.({ before, after } as never, cut)
    assert.equal(wakes(undefined, small), true)
    assert.equal(wakes({ ...small, status: {} }, small), false)
    assert.equal(wakes({ ...small, spec: { ...small.spec, schedulingGates: [{ name: 'x' }] } }, small), true)
    assert.equal(wakes(small, web('small', 'a')), false)
  })
})
