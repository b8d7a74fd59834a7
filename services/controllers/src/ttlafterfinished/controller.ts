import { millisecondsOf } from '@periplus/api'
import type { Controller, Decision, Key, Moment } from '@periplus/controller'
import { Job } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { terminalCondition } from '../job/conditions.ts'

const decide = (cut: Cut, key: Key, { now }: Moment): Decision => {
  const job = cut.get(Job, key.namespace, key.name)
  const seconds = job?.spec?.ttlSecondsAfterFinished
  if (!job || seconds === undefined) return { commands: [], why: 'nobody asked for it to go by itself' }
  if (job.metadata.deletionTimestamp !== undefined) return { commands: [], why: 'it is being deleted' }
  const ended = millisecondsOf(terminalCondition(job.status)?.lastTransitionTime)
  if (ended === undefined) return { commands: [], why: 'it is not over' }
  const left = ended + seconds * 1000 - now
  if (left > 0) return { commands: [], requeueAfter: left, why: `it is over and stays for ${seconds} s` }
  const { namespace = '', name, uid } = job.metadata
  return {
    commands: [
      {
        verb: 'delete',
        kind: Job,
        ref: { group: Job.group, resource: Job.resource, namespace, name },
        options: { propagationPolicy: 'Foreground', preconditions: { uid } },
      },
    ],
    why: `it has been over for ${seconds} s`,
  }
}

/** Deletes jobs, with their pods, some time after they are over, where their `ttlSecondsAfterFinished` asks for it. */
export const ttlAfterFinishedController: Controller = {
  name: 'ttl-after-finished',
  version: 1,
  primary: Job,
  wakesItself: ({ after }) => after !== undefined && (after as Job).spec?.ttlSecondsAfterFinished !== undefined,
  watches: [],
  decide,
}
