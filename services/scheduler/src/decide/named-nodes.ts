import type { NodeSelectorTerm } from '@periplus/kinds'
import { placeNamed } from './node-lists.ts'
import type { Question } from './plugin.ts'

/** The one node that a term may mean; `undefined` where it may mean any. */
const nameIn = ({ matchFields = [] }: NodeSelectorTerm): string | undefined =>
  matchFields.find(({ key, operator, values }) => key === 'metadata.name' && operator === 'In' && values?.length === 1)
    ?.values?.[0]

/**
 * Where those nodes stand of which the pod's required node affinity names each, as a DaemonSet's pod's does: on no other one could it run, so that of thousands
 * one is looked at (`PreFilterResult` of kube-scheduler's NodeAffinity). `undefined` where it may mean others.
 */
export const namedBy = ({ pod, nodes }: Question): readonly number[] | undefined => {
  const terms = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (!terms) return undefined
  const names = new Set<string>()
  for (const term of terms) {
    const name = nameIn(term)
    if (name === undefined) return undefined
    names.add(name)
  }
  return [...names].sort().flatMap(name => placeNamed(nodes, name) ?? [])
}
