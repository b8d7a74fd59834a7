import type { Column } from '@periplus/api'
import { ageColumn, column, nameColumn, wideColumn } from '../../../describe/columns.ts'
import { getCondition } from '../../../describe/conditions.ts'
import { orNone } from '../../../describe/text.ts'
import type { Node } from './schema.ts'

const rolePrefix = 'node-role.kubernetes.io/'

const statusOf = ({ spec, status }: Node): string => {
  const ready = getCondition(status?.conditions, 'Ready')
  const said = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return spec?.unschedulable ? `${said},SchedulingDisabled` : said
}

const rolesOf = ({ metadata }: Node): string => {
  const labels = Object.entries(metadata?.labels ?? {})
  const roles = labels.flatMap(([key, value]) => {
    if (key.startsWith(rolePrefix)) return key.length > rolePrefix.length ? [key.slice(rolePrefix.length)] : []
    return key === 'kubernetes.io/role' && value !== '' ? [value] : []
  })
  return orNone([...new Set(roles)].sort().join(','))
}

const addressOf = ({ status }: Node, wanted: string): string =>
  orNone(status?.addresses?.find(({ type }) => type === wanted)?.address)

const orUnknown = (text: string | undefined): string => (text ? text : '<unknown>')

/** What `kubectl get nodes` prints. */
export const nodeColumns: readonly Column<Node>[] = [
  nameColumn,
  column('Status', 'Whether it is ready, and takes new pods.', statusOf),
  column('Roles', 'What its labels say it is for.', rolesOf),
  ageColumn,
  column('Version', 'Version of its agent.', ({ status }) => status?.nodeInfo?.kubeletVersion ?? ''),
  wideColumn('Internal-IP', 'Its address inside the cluster.', node => addressOf(node, 'InternalIP')),
  wideColumn('External-IP', 'Its address outside the cluster.', node => addressOf(node, 'ExternalIP')),
  wideColumn('OS-Image', 'Its operating system.', ({ status }) => orUnknown(status?.nodeInfo?.osImage)),
  wideColumn('Kernel-Version', 'Its kernel.', ({ status }) => orUnknown(status?.nodeInfo?.kernelVersion)),
  wideColumn('Container-Runtime', 'What runs its containers.', ({ status }) =>
    orUnknown(status?.nodeInfo?.containerRuntimeVersion),
  ),
]
