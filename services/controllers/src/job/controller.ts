import { selects, controllerOf } from '@periplus/api'
import { keyOf, owned, recordEvents } from '@periplus/controller'
import type { Controller, Decision, Key, Moment, Watch } from '@periplus/controller'
import { Job, Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { claim } from '../ownership/claim.ts'
import { actsOf, creationsOf, podDrafts, refusalDrafts } from './commands.ts'
import { terminalCondition } from './conditions.ts'
import { judgeCompletions, judgements } from './judge.ts'
import { managePods } from './manage.ts'
import { controllerName, trackingFinalizer } from './names.ts'
import { observe } from './observe.ts'
import { noteSuspension, start } from './suspension.ts'
import type { Step, Sync } from './sync.ts'
import { finish, noteVerdict, tally, trackPods } from './track.ts'

const component = 'job-controller'

/** A pod that nobody manages wakes the jobs that might adopt it. */
const orphanedPods: Watch = {
  kind: Pod,
  keys: ({ after }, cut) =>
    after === undefined || controllerOf(after) !== undefined
      ? []
      : cut
          .list(Job, after.metadata.namespace)
          .filter(({ spec }) => selects(spec?.selector, after.metadata.labels))
          .map(keyOf),
}

/** The steps of a decision, each on what the one before it left. */
const steps: readonly Step[] = [
  start,
  ...judgements,
  managePods,
  judgeCompletions,
  noteSuspension,
  tally,
  trackPods,
  noteVerdict,
  finish,
]

const decide = (cut: Cut, key: Key, moment: Moment): Decision => {
  const job = cut.get(Job, key.namespace, key.name)
  if (!job) return { commands: [], why: 'it is gone; its pods are the garbage collector’s' }
  const { managedBy = controllerName, selector } = job.spec ?? {}
  if (managedBy !== controllerName) return { commands: [], why: `it is managed by ${managedBy}` }
  const over = terminalCondition(job.status)
  if (over) return { commands: [], why: `it is over: ${over.message ?? over.type}` }

  const claimed = claim(cut, Pod, { kind: Job, object: job, selector, finalizer: trackingFinalizer })
  const done = steps.reduce((sync, step) => step(sync), observe(cut, moment, job, claimed.objects))
  const refusals = recordEvents(cut, moment.now, component, refusalDrafts(done))
  return {
    commands: [
      ...claimed.commands,
      ...actsOf(done),
      // What went wrong is said before it is tried again, because another refusal ends the decision.
      ...refusals,
      ...creationsOf(done),
      ...recordEvents(cut, moment.now, component, [...podDrafts(done), ...done.drafts]),
    ],
    ...(done.wakes.length > 0 ? { requeueAfter: Math.min(...done.wakes) } : {}),
    why: done.why.length > 0 ? done.why.join('; ') : standing(done),
  }
}

const standing = ({ active, succeeded, job }: Sync): string =>
  `${active.length} pods run, ${succeeded} of ${job.spec?.completions ?? 'any number'} have succeeded`

export const jobController: Controller = {
  name: 'job',
  version: 3,
  primary: Job,
  watches: [owned(Pod, Job), orphanedPods],
  decide,
}
