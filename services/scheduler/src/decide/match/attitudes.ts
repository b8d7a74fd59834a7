import type { Stored } from '@periplus/api'
import type { Pod, PodAffinityTerm } from '@periplus/kinds'
import type { NodeInfo } from '../node-info.ts'
import { changedBetween, originOf } from '../node-lists.ts'
import type { Question } from '../plugin.ts'
import { readTerm, termAt } from './affinity-term.ts'
import type { ReadTerm } from './affinity-term.ts'
import { Sums } from './sums.ts'

/** What a pod that must have others near it thinks of more of them. */
const hardAffinityWeight = 1

/** What pods that run think of who comes near them: that nobody of the kind may, or how much they would like it (negative: not). */
export interface Attitude {
  /** Equal for the same attitude to the same pods. */
  readonly id: string
  readonly tag: 'Repels' | 'Likes'
  readonly weight: number
  readonly term: ReadTerm
}

/** An attitude, and where pods have it: how many in each domain. */
export interface HeldAttitude {
  readonly attitude: Attitude
  readonly sums: Sums
}

type Held = Map<string, HeldAttitude>

const attitude = (tag: Attitude['tag'], weight: number, term: ReadTerm): Attitude => ({
  id: `${tag} ${weight} ${term.topologyKey} ${term.id}`,
  ...{ tag, weight, term },
})

const known = new WeakMap<Stored<Pod>, readonly Attitude[]>()

const attitudesOf = (pod: Stored<Pod>): readonly Attitude[] => {
  const remembered = known.get(pod)
  if (remembered) return remembered
  const { podAffinity, podAntiAffinity } = pod.spec?.affinity ?? {}
  const hard = (terms: readonly PodAffinityTerm[] | undefined, tag: Attitude['tag']): readonly Attitude[] =>
    (terms ?? []).map(term => attitude(tag, hardAffinityWeight, readTerm(pod, term)))
  const soft = (terms: typeof podAffinity | typeof podAntiAffinity, sign: 1 | -1): readonly Attitude[] =>
    (terms?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ weight, podAffinityTerm }) =>
      attitude('Likes', sign * weight, readTerm(pod, podAffinityTerm)),
    )
  const made = [
    ...hard(podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution, 'Repels'),
    ...hard(podAffinity?.requiredDuringSchedulingIgnoredDuringExecution, 'Likes'),
    ...soft(podAffinity, 1),
    ...soft(podAntiAffinity, -1),
  ]
  known.set(pod, made)
  return made
}

/** What of a list of nodes is known: the attitudes of their pods. */
interface Kept {
  nodes: readonly NodeInfo[]
  readonly held: Held
}

const kept = new WeakMap<object, Kept>()

/** Notes that a node's pods have their attitudes, on top of what is known `under` it. */
const come = (held: Held, node: NodeInfo, under?: Held): void => {
  for (const pod of node.withPodAffinity)
    for (const attitude of attitudesOf(pod)) sumsFor(held, attitude, under).add(node, 1)
}

/** Notes that they are gone. */
const go = (held: Held, node: NodeInfo, under?: Held): void => {
  for (const pod of node.withPodAffinity)
    for (const attitude of attitudesOf(pod)) {
      const sums = sumsFor(held, attitude, under)
      sums.remove(node, 1)
      if (!under && sums.isEmpty) held.delete(attitude.id)
    }
}

const sumsFor = (held: Held, attitude: Attitude, under?: Held): Sums => {
  const { id } = attitude
  const found = held.get(id)
  if (found) return found.sums
  const sums = new Sums(attitude.term.topologyKey, under?.get(id)?.sums)
  held.set(id, { attitude, sums })
  return sums
}

/** As the tallies: of the list before only nodes that differ are looked at. */
const heldOn = (source: object | undefined, nodes: readonly NodeInfo[]): Held => {
  const before = source && kept.get(source)
  if (before?.nodes.length === nodes.length) {
    changedBetween(before.nodes, nodes, (was, is) => {
      go(before.held, was)
      come(before.held, is)
    })
    before.nodes = nodes
    return before.held
  }
  const held: Held = new Map<string, HeldAttitude>()
  for (const node of nodes) come(held, node)
  if (source) kept.set(source, { nodes, held })
  return held
}

/** What the pods on the nodes think of the pod in question: it holds until the next list of nodes is asked about. */
export const attitudesTo = ({ cut, pod, nodes }: Question, tag: Attitude['tag']): readonly HeldAttitude[] => {
  const { source, real, instead } = originOf(nodes)
  const held = heldOn(source, real)
  const imagined: Held = new Map<string, HeldAttitude>()
  for (const [was, is] of instead) {
    go(imagined, was, held)
    come(imagined, is, held)
  }
  const concerned = ({ attitude, sums }: HeldAttitude): boolean =>
    attitude.tag === tag && termAt(cut, attitude.term).means(pod) && !sums.isEmpty
  const found = [...imagined.values()].filter(concerned)
  for (const [id, one] of held) if (!imagined.has(id) && concerned(one)) found.push(one)
  return found
}
