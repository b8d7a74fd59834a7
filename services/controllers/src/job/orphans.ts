import { controllerOf } from '@periplus/api'
import { keyOf } from '@periplus/controller'
import type { Controller, Decision, Key } from '@periplus/controller'
import type { Stored } from '@periplus/api'
import { Job, Pod } from '@periplus/kinds'
import { byOwner } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { letGo } from './commands.ts'
import { terminalCondition } from './conditions.ts'
import { controllerName } from './names.ts'
import { isTracked } from './pod-facts.ts'

/** Why the finalizer holds the pod in vain; `undefined` while a job will see to it. */
const abandonedBy = (cut: Cut, pod: Stored<Pod>): string | undefined => {
  const owner = controllerOf(pod)
  if (!owner) return 'no job manages it'
  if (owner.kind !== Job.kind || owner.apiVersion !== 'batch/v1') return undefined
  const job = cut.get(Job, pod.metadata.namespace ?? '', owner.name)
  if (job?.metadata.uid !== owner.uid) return `its job ${owner.name} is gone`
  const { managedBy = controllerName } = job.spec ?? {}
  return managedBy === controllerName && terminalCondition(job.status) ? `its job ${owner.name} is over` : undefined
}

const decide = (cut: Cut, key: Key): Decision => {
  const pod = cut.get(Pod, key.namespace, key.name)
  if (!pod || !isTracked(pod)) return { commands: [], why: 'no job holds it' }
  const why = abandonedBy(cut, pod)
  return why === undefined ? { commands: [], why: 'its job will let it go' } : { commands: [letGo(pod)], why }
}

const isHeldInVain = (cut: Cut, pod: Stored<Pod>): boolean => isTracked(pod) && abandonedBy(cut, pod) !== undefined

/** Takes the finalizer by which jobs hold their pods from those that no job will count any more. */
export const jobOrphanController: Controller = {
  name: 'job-orphans',
  version: 1,
  primary: Pod,
  wakesItself: ({ after }, cut) => after !== undefined && isHeldInVain(cut, after as Stored<Pod>),
  startingKeys: cut =>
    cut
      .list(Pod)
      .filter(pod => isHeldInVain(cut, pod))
      .map(keyOf),
  watches: [
    {
      kind: Job,
      keys: ({ before, after }, cut) => {
        const job = after ?? before
        const matters = after === undefined || terminalCondition((after as Job).status) !== undefined
        return job && matters
          ? cut
              .by(byOwner(Pod), job.metadata.uid)
              .filter(pod => isHeldInVain(cut, pod))
              .map(keyOf)
          : []
      },
    },
  ],
  decide,
}
