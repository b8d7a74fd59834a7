import { controllerOf, selectsEverything } from '@periplus/api'
import { keyOf, owned, recordEvents } from '@periplus/controller'
import type { Controller, Decision, Key, Moment, Watch } from '@periplus/controller'
import { Deployment, Pod, ReplicaSet } from '@periplus/kinds'
import type { Stored } from '@periplus/api'
import type { Cut } from '@periplus/projection'
import { orphaned, selectingOnes } from '../ownership/orphaned.ts'
import { claim } from '../ownership/claim.ts'
import { scalings, setCommands, statusCommands } from './commands.ts'
import { trimHistory } from './history.ts'
import { isRecreate } from './limits.ts'
import { makeNewSet, syncRevision } from './new-set.ts'
import { notePause } from './pause.ts'
import { progressOf } from './progress.ts'
import { scaleInProportion, wasScaled } from './proportional.ts'
import { oldPodsRun, startNewSet, stopOldSets } from './recreate.ts'
import { growNewSet, shrinkOldSets } from './rolling.ts'
import { oldestFirst } from './rollout.ts'
import type { Rollout, Step } from './rollout.ts'
import { isComplete, statusOfRollout } from './status.ts'
import { sameTemplate } from './template-hash.ts'

const component = 'deployment-controller'

/** The last of the old pods going is what a Recreate waits for. */
const pods: Watch = {
  kind: Pod,
  keys: ({ before, after }, cut) => {
    if (before === undefined || (after && (after as Pod).status?.phase === (before as Pod).status?.phase)) return []
    const owner = controllerOf(before)
    const set =
      owner?.kind === 'ReplicaSet' ? cut.get(ReplicaSet, before.metadata.namespace ?? '', owner.name) : undefined
    const above = set && controllerOf(set)
    const deployment = above && cut.get(Deployment, before.metadata.namespace ?? '', above.name)
    return deployment && isRecreate(deployment) ? [keyOf(deployment)] : []
  },
}

const run = (rollout: Rollout, steps: readonly Step[]): Rollout => steps.reduce((state, step) => step(state), rollout)

/** Rolling update: grow the new, else shrink the old; one direction a decision, so that each is decided on what came of the other. */
const roll: Step = rollout => {
  const grown = growNewSet(rollout)
  return grown === rollout ? trimWhenComplete(shrinkOldSets(rollout)) : grown
}

const recreate: Step = rollout => {
  const stopped = stopOldSets(rollout)
  if (stopped !== rollout) return stopped
  if (oldPodsRun(rollout)) return { ...rollout, why: [...rollout.why, 'waiting for the last old pod to go'] }
  return trimWhenComplete(run(rollout, [makeNewSet, startNewSet]))
}

const trimWhenComplete: Step = rollout =>
  isComplete(rollout, statusOfRollout(rollout)) ? trimHistory(rollout) : rollout

const observe = (
  cut: Cut,
  deployment: Stored<Deployment>,
  sets: readonly Stored<ReplicaSet>[],
  moment: Moment,
): Rollout => {
  const ordered = [...sets].sort(oldestFirst)
  // The oldest with this template: an old one becomes the new one again when the template goes back.
  const newSet = ordered.find(set => sameTemplate(set.spec?.template, deployment.spec?.template))
  return {
    cut,
    moment,
    deployment,
    newSet,
    oldSets: ordered.filter(set => set !== newSet),
    revision: undefined,
    collisionCount: deployment.status?.collisionCount,
    conditions: deployment.status?.conditions ?? [],
    expired: [],
    drafts: [],
    why: [],
  }
}

const plan = (observed: Rollout): Rollout => {
  const { deployment } = observed
  if (deployment.metadata.deletionTimestamp !== undefined) return observed
  if (deployment.spec?.paused) return run(observed, [notePause, syncRevision, scaleInProportion, trimHistory])
  if (wasScaled(observed)) return run(observed, [notePause, syncRevision, scaleInProportion])
  if (isRecreate(deployment)) return run(observed, [notePause, syncRevision, recreate])
  return run(observed, [notePause, syncRevision, makeNewSet, roll])
}

const decide = (cut: Cut, key: Key, moment: Moment): Decision => {
  const deployment = cut.get(Deployment, key.namespace, key.name)
  if (!deployment) return { commands: [], why: 'it is gone; its ReplicaSets are the garbage collector’s' }
  const { objects: sets, commands: claims } = claim(cut, ReplicaSet, {
    kind: Deployment,
    object: deployment,
    selector: deployment.spec?.selector,
  })
  const observed = observe(cut, deployment, sets, moment)
  const planned = selectsEverything(deployment.spec?.selector) ? warned(observed) : plan(observed)

  const resting =
    deployment.spec?.paused === true || deployment.metadata.deletionTimestamp !== undefined || wasScaled(observed)
  const status = statusOfRollout(planned)
  const { status: next, requeueAfter } = resting ? { status, requeueAfter: undefined } : progressOf(planned, status)
  const changes = setCommands(sets, planned)
  const written = statusCommands(planned, next)
  const failed = moment.refused?.verb === 'create'
  return {
    commands: [
      ...claims,
      ...(failed ? [...written, ...recordEvents(cut, moment.now, component, planned.drafts)] : []),
      ...changes,
      ...(failed ? [] : written),
      ...recordEvents(cut, moment.now, component, [...(failed ? [] : planned.drafts), ...scalings(sets, planned)]),
    ],
    ...(requeueAfter === undefined ? {} : { requeueAfter }),
    why: planned.why.length > 0 ? planned.why.join('; ') : standing(planned),
  }
}

const warned = (observed: Rollout): Rollout => ({
  ...observed,
  drafts: [
    {
      regarding: observed.deployment,
      type: 'Warning',
      reason: 'SelectingAll',
      message: 'This deployment is selecting all pods. A non-empty selector is required.',
    },
  ],
  why: ['its selector is empty: it would select every pod'],
})

const standing = (rollout: Rollout): string => {
  if (rollout.deployment.spec?.paused) return 'it is paused'
  const name = rollout.newSet?.metadata?.name
  return isComplete(rollout, statusOfRollout(rollout))
    ? `${name} is rolled out`
    : `waiting for the pods of ${name ?? 'its ReplicaSet'}`
}

export const deploymentController: Controller = {
  name: 'deployment',
  version: 2,
  primary: Deployment,
  watches: [owned(ReplicaSet, Deployment), orphaned(ReplicaSet, selectingOnes(Deployment)), pods],
  decide,
}
