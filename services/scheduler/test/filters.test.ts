import { deciding } from '@periplus/controller'
import { Pod } from '@periplus/kinds'
import type { KubernetesObject } from '@periplus/api'
import { scheduler } from '../src/index.ts'
import { node, pod } from './objects.ts'
import type { PodTraits } from './objects.ts'

const given = deciding(scheduler)
const key = 'default/new'

const goesTo = (name: string, traits: PodTraits, ...others: readonly KubernetesObject[]) =>
  given(pod('new', traits), ...others)
    .when(key)
    .then({
      verb: 'update',
      kind: Pod,
      subresource: 'binding',
      object: { metadata: { name: 'new' }, target: { kind: 'Node', name } },
    })
    .tells(`Scheduled: Successfully assigned default/new to ${name}`)

const goesNowhere = (message: string, traits: PodTraits, ...others: readonly KubernetesObject[]) =>
  given(pod('new', traits), ...others)
    .when(key)
    .then({
      verb: 'patch',
      kind: Pod,
      subresource: 'status',
      patch: {
        type: 'strategic',
        body: { status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] } },
      },
    })
    .tells(`FailedScheduling: ${message}`)

/** What follows when no pod could be made to leave. */
const noCandidate = (count: number) =>
  `preemption: 0/${count} nodes are available: ${count} Preemption is not helpful for scheduling.`

describe('the scheduler', () => {
  it('does nothing for pods that are gone, placed, leaving or another scheduler’s', () => {
    given(node('a')).when(key).then().why('the pod is gone')
    given(node('a'), pod('new', { on: 'a' }))
      .when(key)
      .then()
      .why('it is on a')
    given(node('a'), pod('new', { spec: { schedulerName: 'mine' } }))
      .when(key)
      .then()
      .why(/scheduler mine/)
    given(node('a'), pod('new', { metadata: { name: 'new', deletionTimestamp: '2026-01-01T00:00:00Z' } }))
      .when(key)
      .then()
  })

  it('says that there are no nodes', () => {
    goesNowhere('no nodes available to schedule pods', {}).why('there is no node')
  })

  it('waits for scheduling gates', () => {
    given(node('a'), pod('new', { spec: { schedulingGates: [{ name: 'quota' }] } }))
      .when(key)
      .then({
        verb: 'patch',
        kind: Pod,
        patch: {
          body: {
            status: {
              conditions: [
                { reason: 'SchedulingGated', message: 'Scheduling is blocked due to non-empty scheduling gates' },
              ],
            },
          },
        },
      })
      .tells()
      .why('it waits for its scheduling gates: quota')
  })

  it('says what it said only once', () => {
    const message = `0/1 nodes are available: 1 node(s) were unschedulable. ${noCandidate(1)}`
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }]
    given(node('a', { spec: { unschedulable: true } }), pod('new', { status: { phase: 'Pending', conditions } }))
      .when(key)
      .then()
      .tells(`FailedScheduling: ${message}`)
      .requeuesAfter(300_000)
  })

  describe('resources', () => {
    it('fit', () => {
      goesTo('b', { requests: { cpu: '2' } }, node('a', { cpu: '1' }), node('b'))
    })
    it('count what runs, until it has ended', () => {
      const running = pod('x', { requests: { cpu: '3' }, on: 'a' })
      goesNowhere(
        '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
        { requests: { cpu: '2' } },
        node('a'),
        running,
      ).why('no node will do: a: Insufficient cpu')
      goesTo('a', { requests: { cpu: '2' } }, node('a'), { ...running, status: { phase: 'Succeeded' } } as Pod)
    })
    it('are told one by one', () => {
      goesNowhere(
        `0/2 nodes are available: 1 Insufficient memory, 1 Too many pods, 2 Insufficient cpu, 2 Insufficient example.com/gpu. ${noCandidate(2)}`,
        { requests: { cpu: '9', memory: '9Gi', 'example.com/gpu': '1' } },
        node('a'),
        node('b', { pods: '0', memory: '64Gi' }),
      )
    })
    it('of devices fit where there are some', () => {
      goesTo('b', { requests: { 'example.com/gpu': '1' } }, node('a'), node('b', { more: { 'example.com/gpu': '2' } }))
    })
    const container = (name: string, cpu: string, rest = {}) => ({
      name,
      image: 'x',
      resources: { requests: { cpu } },
      ...rest,
    })
    const takes = (title: string, spec: PodTraits['spec'], milli: number) =>
      it(`${title}: ${milli}m`, () => {
        goesTo('a', { spec }, node('a', { cpu: `${milli}m` }))
        goesNowhere(
          `0/1 nodes are available: 1 Insufficient cpu. ${noCandidate(1)}`,
          { spec },
          node('a', { cpu: `${milli - 1}m` }),
        )
      })
    takes('the sum of containers', { containers: [container('a', '100m'), container('b', '200m')] }, 300)
    takes(
      'the greatest init container, when it is more',
      { containers: [container('a', '100m')], initContainers: [container('i', '250m'), container('j', '300m')] },
      300,
    )
    takes(
      'containers and sidecars together',
      { containers: [container('a', '100m')], initContainers: [container('s', '50m', { restartPolicy: 'Always' })] },
      150,
    )
    takes(
      'an init container with the sidecars before it',
      {
        containers: [container('a', '100m')],
        initContainers: [container('s', '50m', { restartPolicy: 'Always' }), container('i', '200m')],
      },
      250,
    )
    takes('the overhead besides', { containers: [container('a', '100m')], overhead: { cpu: '10m' } }, 110)
    takes(
      'what is asked for the whole pod',
      { containers: [container('a', '100m')], resources: { requests: { cpu: '400m' } } },
      400,
    )
    takes(
      'a limit without a request',
      { containers: [{ name: 'a', image: 'x', resources: { limits: { cpu: '70m' } } }] },
      70,
    )
  })

  describe('nodes', () => {
    it('that are cordoned take only those that tolerate it', () => {
      const cordoned = node('a', {
        spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] },
      })
      goesNowhere(`0/1 nodes are available: 1 node(s) were unschedulable. ${noCandidate(1)}`, {}, cordoned)
      goesTo('a', { spec: { tolerations: [{ operator: 'Exists' }] } }, cordoned)
    })
    const taint = { key: 'team', value: 'x', effect: 'NoSchedule' }
    const tainted = (rest = {}) => node('a', { spec: { taints: [{ ...taint, ...rest }] } })
    it('with taints repel', () => {
      const message = `0/1 nodes are available: 1 node(s) had untolerated taint {team: x}. ${noCandidate(1)}`
      goesNowhere(message, {}, tainted())
      goesNowhere(message, {}, tainted({ effect: 'NoExecute' }))
      goesTo('a', {}, tainted({ effect: 'PreferNoSchedule' }))
    })
    for (const [tolerated, toleration] of [
      [true, { key: 'team', operator: 'Equal', value: 'x', effect: 'NoSchedule' }],
      [true, { key: 'team', value: 'x' }],
      [true, { key: 'team', operator: 'Exists' }],
      [true, { operator: 'Exists', effect: 'NoSchedule' }],
      [false, { key: 'team', operator: 'Equal', value: 'y' }],
      [false, { key: 'team', operator: 'Exists', effect: 'NoExecute' }],
      [false, { key: 'crew', operator: 'Exists' }],
    ] as const)
      it(`${tolerated ? 'are' : 'are not'} tolerated by ${JSON.stringify(toleration)}`, () => {
        const traits = { spec: { tolerations: [toleration] } }
        if (tolerated) goesTo('a', traits, tainted())
        else
          goesNowhere(
            `0/1 nodes are available: 1 node(s) had untolerated taint {team: x}. ${noCandidate(1)}`,
            traits,
            tainted(),
          )
      })

    const required = (...terms: readonly object[]) =>
      ({
        spec: {
          affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } },
        },
      }) as PodTraits
    const expression = (key: string, operator: string, ...values: readonly string[]) => ({
      matchExpressions: [{ key, operator, values }],
    })
    const b = node('b', { labels: { disk: 'ssd', cores: '8' } })
    const others = [node('a', { labels: { cores: '4' } }), b]
    for (const [title, traits] of [
      ['by selector', { spec: { nodeSelector: { disk: 'ssd' } } }],
      ['In', required(expression('disk', 'In', 'ssd', 'nvme'))],
      ['NotIn', required(expression('cores', 'NotIn', '4'))],
      ['Exists', required(expression('disk', 'Exists'))],
      [
        'DoesNotExist',
        required({
          matchExpressions: [
            { key: 'cores', operator: 'In', values: ['8'] },
            { key: 'tape', operator: 'DoesNotExist' },
          ],
        }),
      ],
      ['Gt', required(expression('cores', 'Gt', '4'))],
      [
        'Lt',
        required({
          matchExpressions: [
            { key: 'cores', operator: 'Gt', values: ['7'] },
            { key: 'cores', operator: 'Lt', values: ['9'] },
          ],
        }),
      ],
      ['by name', required({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['b'] }] })],
      ['any of the terms', required({}, expression('disk', 'In', 'tape'), expression('disk', 'In', 'ssd'))],
    ] as const)
      it(`are chosen ${title}`, () => {
        goesTo('b', traits as PodTraits, ...others)
      })
    it('that are not chosen object', () => {
      goesNowhere(
        `0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. ${noCandidate(2)}`,
        { spec: { nodeSelector: { disk: 'tape' } } },
        ...others,
      )
    })
  })

  describe('host ports', () => {
    const port = (hostPort: number, hostIP?: string, protocol = 'TCP') => ({
      spec: { containers: [{ name: 'main', image: 'x', ports: [{ containerPort: 80, hostPort, hostIP, protocol }] }] },
    })
    const full =
      "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod."
    for (const [free, wanted, taken] of [
      [false, port(80), port(80)],
      [true, port(80), port(81)],
      [true, port(80), port(80, undefined, 'UDP')],
      [false, port(80, '10.0.0.1'), port(80)],
      [true, port(80, '10.0.0.1'), port(80, '10.0.0.2')],
    ] as const)
      it(`${free ? 'are free' : 'collide'}: ${JSON.stringify(wanted.spec.containers[0]?.ports)} beside ${JSON.stringify(taken.spec.containers[0]?.ports)}`, () => {
        const other = pod('x', { spec: { ...taken.spec, nodeName: 'a' } })
        if (free) goesTo('a', wanted, node('a'), other)
        else goesNowhere(full, wanted, node('a'), other)
      })
  })
})
