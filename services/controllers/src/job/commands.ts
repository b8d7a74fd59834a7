import { statusOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { normal, warning } from '@periplus/controller'
import type { EventDraft } from '@periplus/controller'
import { Job, Pod } from '@periplus/kinds'
import { removed } from '../pods/disrupt.ts'
import { writeStatus } from '../status/write-status.ts'
import { trackingFinalizer } from './names.ts'
import type { Sync } from './sync.ts'

/** Takes the finalizer from a pod; the uid keeps another one of its name from being meant. */
export const letGo = ({ metadata }: Stored<Pod>): Command => ({
  verb: 'patch',
  kind: Pod,
  ref: { group: '', resource: Pod.resource, namespace: metadata.namespace ?? '', name: metadata.name },
  patch: {
    type: 'strategic',
    body: { metadata: { uid: metadata.uid, '$deleteFromPrimitiveList/finalizers': [trackingFinalizer] } },
  },
})

/** What is counted in it must not be counted on top of something newer. */
const statusCommands = ({ job, status }: Sync): readonly Command[] => {
  const { completedIndexes, ...rest } = status
  const next = completedIndexes ? { ...rest, completedIndexes } : rest
  const written = writeStatus(Job, job, next, ['ready', 'terminating'])
  return written?.verb === 'patch' ? [{ ...written, resourceVersion: job.metadata.resourceVersion }] : []
}

/** The status comes first, for no pod may go before it is written that it ended; see `trackPods`. */
export const actsOf = (sync: Sync): readonly Command[] => [
  ...statusCommands(sync),
  ...sync.released.map(letGo),
  ...sync.deleted.map(pod => removed(pod)),
]

export const creationsOf = ({ created }: Sync): readonly Command[] =>
  created.map(object => ({ verb: 'create', kind: Pod, object }))

/** What is told of pods. */
export const podDrafts = ({ job, created, deleted }: Sync): readonly EventDraft[] => [
  ...created.map(({ metadata }) => normal(job, 'SuccessfulCreate', `Created pod: ${metadata?.name}`)),
  ...deleted.map(({ metadata }) => normal(job, 'SuccessfulDelete', `Deleted pod: ${metadata.name}`)),
]

/** What is told of the pod that the decision before this one could not make. */
export const refusalDrafts = ({ job, moment }: Sync): readonly EventDraft[] => {
  const { refused } = moment
  if (refused?.resource !== 'pods' || (refused.verb !== 'create' && refused.verb !== 'delete')) return []
  const { message = '' } = statusOf(refused.refusal)
  return refused.verb === 'create'
    ? [warning(job, 'FailedCreate', `Error creating: ${message}`)]
    : [warning(job, 'FailedDelete', `Error deleting: ${message}`)]
}
