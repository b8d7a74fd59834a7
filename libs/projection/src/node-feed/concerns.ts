import type { ObjectRef } from '@periplus/api'
import { Pod } from '@periplus/kinds'
import type { Sequence, ToldObject } from '@periplus/log'
import type { Cut, Entry } from '../cut.ts'
import { concernedNodes, resourcesOfNodes } from './concerned-nodes.ts'
import { nodeIndexes } from './node-indexes.ts'
import { resourcesOfAll, toldToAll, toldToOne } from './told-forms.ts'

/** Something that somebody is to be told of an object. */
export type Told = Omit<ToldObject, 'body'> & {
  /** Whether what is told is less than the object, so that not each of its versions says something new. */
  readonly isPart: boolean
  /** Made when it is asked for. */
  readonly body: () => Uint8Array
}

/** Pure. The group and resource of everything that the nodes' feed is about, each once. */
export const resourcesOfFeed: readonly Pick<ObjectRef, 'group' | 'resource'>[] = [
  ...new Map([...resourcesOfAll, ...resourcesOfNodes].map(one => [`${one.resource}.${one.group}`, one])).values(),
]

const { policiesOfPods, ofPods } = nodeIndexes

/** Pure. Whether nodes are told of each other's pods: where a policy lets pods through by what they are, and nowhere else. */
export const othersPodsConcern = (cut: Pick<Cut, 'by'>): boolean => cut.by(policiesOfPods, ofPods).length > 0

const isPod = ({ group, resource }: ObjectRef): boolean => group === Pod.group && resource === Pod.resource

const uidOf = (entry: Entry): string => entry.object().metadata.uid

/** Pure. What nodes are told of an object as it is in the cut: all of them the one, single ones the other. */
export const toldOfObject = (cut: Pick<Cut, 'by' | 'get' | 'entry'>, ref: ObjectRef): readonly Told[] => {
  const entry = cut.entry(ref)
  if (!entry) return []
  const { sequence } = entry
  const forAll = isPod(ref) && !othersPodsConcern(cut) ? undefined : toldToAll(entry)
  const nodes = concernedNodes(cut, ref)
  if (!forAll && nodes.length === 0) return []
  const uid = uidOf(entry)
  return [
    ...(forAll ? [{ ref, audience: { tag: 'All' } as const, sequence, uid, isPart: true, body: () => forAll }] : []),
    ...nodes.map(node => ({
      ...{ ref, audience: { tag: 'Node', node } as const, sequence, uid, isPart: false },
      body: () => toldToOne(entry),
    })),
  ]
}

/** An object as a node's cut is to have it. */
export interface Concern extends Pick<Told, 'ref' | 'sequence' | 'uid'> {
  readonly body: Uint8Array
}

/**
 * Pure. The part of a cut that concerns a node: what its feed makes its own cut of. `sequence` is that of the log's newest event of the object; where
 * less than the object is told, the node may have an older version that says the same.
 */
export const concerns = (node: string, cut: Cut): { readonly at: Sequence; readonly objects: readonly Concern[] } => ({
  at: cut.sequence,
  objects: resourcesOfFeed.flatMap(({ group, resource }) =>
    cut.entries(group, resource).flatMap(({ ref }) => {
      const told = toldOfObject(cut, ref)
      const shown =
        told.find(({ audience }) => audience.tag === 'Node' && audience.node === node) ??
        told.find(({ audience }) => audience.tag === 'All')
      return shown ? [{ ref, sequence: shown.sequence, uid: shown.uid, body: shown.body() }] : []
    }),
  ),
})
