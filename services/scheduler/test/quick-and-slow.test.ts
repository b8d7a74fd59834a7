import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { KubernetesObject, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { completed, cutOf, eventOf, startOfTime } from '@periplus/controller'
import { Namespace, Node, Pod } from '@periplus/kinds'
import type { PodSpec } from '@periplus/kinds'
import { seededRandom } from '@periplus/prelude'
import { podsOnNode } from '@periplus/projection'
import type { Cut, MutableCut } from '@periplus/projection'
import { scheduler } from '../src/index.ts'
import { nodeInfos } from '../src/decide/node-infos.ts'
import { infoOf } from '../src/decide/node-info.ts'
import type { NodeInfo } from '../src/decide/node-info.ts'
import { place } from '../src/decide/place.ts'
import type { Placement } from '../src/decide/place.ts'
import type { Filter, Question, Score, ScoreAmong } from '../src/decide/plugin.ts'
import { filters, scores } from '../src/decide/plugins.ts'
import { preempt } from '../src/decide/preempt.ts'
import { node, pod } from './objects.ts'
import { hostname, spreadingWish, stepsOf, urgentWish, wish, zone } from './slow/steps.ts'
import type { Step } from './slow/steps.ts'
import { slowInterPodAffinity } from './slow/affinity-filter.ts'
import { slowGoodCompany } from './slow/affinity-score.ts'
import { slowTopologySpread } from './slow/spread-filter.ts'
import { slowSpreadWidely } from './slow/spread-score.ts'

/** Those that keep sums from one decision to the next, and what they must come to: the same, counted anew each time. */
const slow: Readonly<Record<string, Filter | Score>> = {
  'filter InterPodAffinity': slowInterPodAffinity,
  'score InterPodAffinity': slowGoodCompany,
  'filter PodTopologySpread': slowTopologySpread,
  'score PodTopologySpread': slowSpreadWidely,
}
/** Has something to say of every cluster, so that evictions are thought through on all nodes. */
const everywhere: Filter = { name: 'Everywhere', spansNodes: true, prepare: () => () => undefined }
/** The same, but nothing is remembered of its answers. */
const asked = ({ alone: _, ...filter }: Filter): Filter => filter
const askedOf = (score: Score): Score => {
  if ('among' in score) return score
  const { name, weight, each, held = (values: readonly number[]) => values } = score
  const among: ScoreAmong['among'] = ({ pod }, { nodes }) => {
    const valueOn = each(pod)
    return valueOn && held(nodes.map(valueOn))
  }
  return { name, weight, among }
}
const slowFilters = [
  ...filters.map(filter => (slow[`filter ${filter.name}`] as Filter | undefined) ?? asked(filter)),
  everywhere,
]
const slowScores = scores.map(score => (slow[`score ${score.name}`] as Score | undefined) ?? askedOf(score))

const nodeIn = (n: number, inZone: string | undefined): KubernetesObject =>
  node(`n${n}`, {
    labels: { ...(inZone ? { [zone]: inZone } : {}), ...(n % 2 ? { disk: 'fast' } : {}) },
    ...(n === 3 ? { spec: { taints: [{ key: 'dedicated', value: 'x', effect: 'NoSchedule' }] } } : {}),
  })
const nodeCount = 5

const placedAs = (placement: Placement) =>
  placement.tag === 'Placed'
    ? { ...placement, node: placement.node.name }
    : placement.tag === 'Unplaceable'
      ? placement.objections
      : placement

const bindingOf = ({ metadata }: Stored<Pod>, target: string): Command => ({
  verb: 'update',
  kind: Pod,
  subresource: 'binding',
  object: { apiVersion: 'v1', kind: 'Binding', metadata, target: { name: target } } as KubernetesObject,
})

/** A cluster as steps make it; of each placement the two ways must be of one mind. */
const cluster = () => {
  const cut: MutableCut = cutOf([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } },
    ...Array.from({ length: nodeCount }, (_, n) => nodeIn(n, ['a', 'b', undefined][n % 3])),
  ])
  const write = (
    kind: typeof Pod | typeof Node | typeof Namespace,
    object: object,
    type: 'created' | 'spec-changed' | 'deleted',
  ) => cut.apply([eventOf(cut.sequence + 1, kind as never, object as KubernetesObject, type, 0)])
  let made = 0
  const decide = (one: Stored<Pod>, seed: number, on: Cut = cut): NodeInfo | undefined => {
    const question: Question = { cut: on, pod: one, nodes: nodeInfos(on) }
    assert.deepEqual(
      question.nodes,
      on.list(Node).map(each => infoOf(each, on.by(podsOnNode, each.metadata.name))),
    )
    const quick = place(filters, scores, question, seededRandom(seed))
    assert.deepEqual(placedAs(quick), placedAs(place(slowFilters, slowScores, question, seededRandom(seed))))
    if (quick.tag === 'Placed') return quick.node
    if (quick.tag === 'Rejected') return undefined
    const making = preempt(filters, question, quick.objections, seededRandom(seed))
    assert.deepEqual(making, preempt(slowFilters, question, quick.objections, seededRandom(seed)))
    if (making.tag === 'Evict') for (const victim of making.eviction.victims) write(Pod, victim, 'deleted')
    return undefined
  }
  const podFor = (
    { app, namespace, cpu, spec }: { app: string; namespace: string; cpu: string; spec: object },
    status: Pod['status'],
  ) => pod(`p${made++}`, { labels: { app }, namespace, requests: { cpu }, spec: spec as Partial<PodSpec>, status })
  const running = (): readonly Stored<Pod>[] => cut.list(Pod).filter(({ spec }) => spec?.nodeName)
  const some = (at: number): Stored<Pod> | undefined => running()[at % Math.max(1, running().length)]
  return {
    take: (taken: Step): void => {
      switch (taken.tag) {
        case 'Place': {
          const one = podFor(taken.wish, { phase: 'Pending' })
          write(Pod, one, 'created')
          const found = decide(one, taken.seed)
          if (!found) return
          if (taken.comes) return write(Pod, { ...one, spec: { ...one.spec, nodeName: found.name } }, 'spec-changed')
          const assumed = scheduler.assume?.(cut, [bindingOf(one, found.name)])
          assert.ok(assumed)
          decide(podFor(taken.wish, { phase: 'Pending' }), taken.seed, assumed)
          return
        }
        case 'Promise':
          return write(
            Pod,
            podFor(taken.wish, { phase: 'Pending', nominatedNodeName: `n${taken.which % nodeCount}` }),
            'created',
          )
        case 'End': {
          const ended = some(taken.which)
          return ended && write(Pod, ended, 'deleted')
        }
        case 'RelabelPod': {
          const one = some(taken.which)
          return (
            one && write(Pod, { ...one, metadata: { ...one.metadata, labels: { app: taken.app } } }, 'spec-changed')
          )
        }
        case 'NodeGoesOrComes': {
          const gone = cut.get(Node, '', `n${taken.which % nodeCount}`)
          return write(Node, gone ?? nodeIn(taken.which % nodeCount, 'a'), gone ? 'deleted' : 'created')
        }
        case 'RelabelNode':
          return write(Node, nodeIn(taken.which % nodeCount, taken.zone), 'spec-changed')
        case 'RelabelNamespace':
          return write(
            Namespace,
            completed(Namespace, {
              apiVersion: 'v1',
              kind: 'Namespace',
              metadata: { name: 'other', labels: { team: taken.team } },
            }),
            'spec-changed',
          )
      }
    },
  }
}

/** What a cut says of one pod now. */
const decidedOf = (cut: MutableCut, name: string): string =>
  scheduler.decide(cut, { namespace: 'default', name }, { now: startOfTime, random: seededRandom(1) }).why

describe('what is kept from one decision to the next', () => {
  it('goes by the labels that a namespace has by then', () => {
    const named = (team: string) =>
      completed(Namespace, {
        ...{ apiVersion: 'v1', kind: 'Namespace' },
        metadata: { name: 'other', labels: { team } },
      } as Namespace)
    const terms = [
      { topologyKey: hostname, labelSelector: {}, namespaceSelector: { matchLabels: { team: 'red' } } },
    ] as const
    const spec = { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } } }
    const there = pod('there', { namespace: 'other', on: 'b' })
    const cut = cutOf([node('a'), node('b'), named('blue'), there, pod('new', { spec })])
    assert.match(decidedOf(cut, 'new'), /didn't match pod affinity rules/)
    cut.apply([eventOf(cut.sequence + 1, Namespace, named('red'), 'spec-changed', 0)])
    assert.match(decidedOf(cut, 'new'), /^b, the only one/)
  })

  it('tells a selector for nothing from one for everything', () => {
    const spread = (labelSelector: object | undefined) => ({
      topologySpreadConstraints: [
        { topologyKey: hostname, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector },
      ],
    })
    const all = pod('all', { spec: spread({}) })
    const none = pod('none', { spec: spread(undefined) })
    const cut = cutOf([node('a'), node('b'), pod('there', { on: 'a' }), all, none])
    assert.match(decidedOf(cut, 'none'), /of 2 nodes that will do/)
    assert.match(decidedOf(cut, 'all'), /^b, the only one/)
  })

  for (const [whose, wishes] of Object.entries({ any: wish, spreading: spreadingWish, urgent: urgentWish }))
    it(`comes to the same as what is counted anew, for ${whose} pods`, () => {
      fc.assert(
        fc.property(stepsOf(wishes), steps => {
          const { take } = cluster()
          steps.forEach(taken => take(taken))
        }),
        { numRuns: 100 },
      )
    }).timeout(60_000)
})
