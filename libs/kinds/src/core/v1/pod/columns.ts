import { ageOf } from '@periplus/api'
import type { Column } from '@periplus/api'
import { ageColumn, column, nameColumn, wideColumn } from '../../../describe/columns.ts'
import { orNone } from '../../../describe/text.ts'
import { podSummary } from './summary.ts'
import type { Pod } from './schema.ts'

const restartsOf = (pod: Pod, now: number): string => {
  const { restarts, lastRestart } = podSummary(pod)
  return restarts !== 0 && lastRestart !== undefined ? `${restarts} (${ageOf(lastRestart, now)} ago)` : `${restarts}`
}

const readinessGatesOf = (pod: Pod): string => {
  const gates = pod.spec?.readinessGates ?? []
  if (gates.length === 0) return '<none>'
  const met = new Set((pod.status?.conditions ?? []).filter(({ status }) => status === 'True').map(({ type }) => type))
  const open = gates.filter(({ conditionType }) => met.has(conditionType))
  return `${open.length}/${gates.length}`
}

/** What `kubectl get pods` prints. */
export const podColumns: readonly Column<Pod>[] = [
  nameColumn,
  column('Ready', 'Containers that are ready, of all that keep running.', pod => {
    const { ready, total } = podSummary(pod)
    return `${ready}/${total}`
  }),
  column('Status', 'What most needs attention: of the containers, else of the pod.', pod => podSummary(pod).status),
  column('Restarts', 'How often containers were restarted, and how long ago the last one was.', restartsOf),
  ageColumn,
  wideColumn('IP', 'Address of the pod.', pod => orNone(pod.status?.podIPs?.[0]?.ip)),
  wideColumn('Node', 'Node that the pod is bound to.', pod => orNone(pod.spec?.nodeName)),
  wideColumn('Nominated Node', 'Node on which room is being made for the pod.', pod =>
    orNone(pod.status?.nominatedNodeName),
  ),
  wideColumn(
    'Readiness Gates',
    'Conditions beyond the containers that have come true, of all asked for.',
    readinessGatesOf,
  ),
]
