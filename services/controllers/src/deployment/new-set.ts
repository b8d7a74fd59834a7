import { goQuote, parseInt64, statusOf, controlledBy } from '@periplus/api'
import { Deployment, ReplicaSet, getCondition } from '@periplus/kinds'
import type { DeploymentCondition } from '@periplus/kinds'
import * as annotation from './annotations.ts'
import { withCondition } from './conditions.ts'
import { maxSurge, progressDeadline, replicasOf } from './limits.ts'
import { newSetSize } from './new-set-size.ts'
import { nextRevision, revisionOf } from './rollout.ts'
import type { Rollout, Step } from './rollout.ts'
import { templateHash } from './template-hash.ts'

/** Revisions in an annotation beyond this many characters are forgotten, oldest first. */
const longestHistory = 2000

/** Brings the new ReplicaSet, where there is one, up to the Deployment's newest revision. */
export const syncRevision: Step = rollout => {
  const { newSet, deployment } = rollout
  if (!newSet) return rollout
  const revision = nextRevision(rollout.oldSets)
  const synced = {
    ...newSet,
    metadata: { ...newSet.metadata, annotations: annotationsFor(rollout, newSet, revision) },
    spec: { ...newSet.spec, minReadySeconds: deployment.spec?.minReadySeconds },
  } as ReplicaSet
  const conditions = getCondition(rollout.conditions, 'Progressing')
    ? rollout.conditions
    : progressing(rollout, 'FoundNewReplicaSet', `Found new replica set ${goQuote(newSet.metadata?.name ?? '')}`)
  return { ...rollout, newSet: synced, conditions, revision: synced.metadata?.annotations?.[annotation.revision] }
}

/** Makes a ReplicaSet of the present template where there is none. */
export const makeNewSet: Step = rollout => {
  const { cut, deployment, newSet } = rollout
  if (newSet || !deployment.spec) return rollout
  const { name, namespace = '' } = deployment.metadata
  const collisions = rollout.collisionCount ?? 0
  const hash = templateHash(deployment.spec.template, collisions)
  const setName = `${name}-${hash}`
  const taken = cut.get(ReplicaSet, namespace, setName)
  if (taken) return collided(rollout, setName)

  const { template, selector, minReadySeconds } = deployment.spec
  const labels = { ...template.metadata?.labels, [annotation.templateHashLabel]: hash }
  const revision = nextRevision(rollout.oldSets)
  const bare: ReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: setName, namespace, labels, ownerReferences: [controlledBy(Deployment, deployment)] },
    spec: {
      replicas: 0,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [annotation.templateHashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  }
  const replicas = newSetSize(rollout, bare)
  const wanted = replicasOf(deployment)
  const made: ReplicaSet = {
    ...bare,
    metadata: {
      ...bare.metadata,
      annotations: {
        ...annotationsFor(rollout, bare, revision),
        [annotation.desiredReplicas]: String(wanted),
        [annotation.maxReplicas]: String(wanted + maxSurge(deployment)),
      },
    },
    spec: { ...bare.spec, replicas } as ReplicaSet['spec'],
  }
  return {
    ...failedBefore(rollout, setName),
    newSet: made,
    revision,
    why: [...rollout.why, `making ReplicaSet ${setName} with ${replicas} replicas for revision ${revision}`],
  }
}

/** Somebody else's ReplicaSet has the name: the next hash is another. */
const collided = (rollout: Rollout, name: string): Rollout => ({
  ...rollout,
  collisionCount: (rollout.collisionCount ?? 0) + 1,
  why: [...rollout.why, `the name ${name} is taken by another template’s ReplicaSet: counting a collision`],
})

/** Says that it was made, or, where the try before was refused, why not: the creation that follows may be refused too. */
const failedBefore = (rollout: Rollout, name: string): Rollout => {
  const { refused, now } = rollout.moment
  const quoted = goQuote(name)
  if (refused?.verb !== 'create' || refused.resource !== ReplicaSet.resource)
    return { ...rollout, conditions: progressing(rollout, 'NewReplicaSetCreated', `Created new replica set ${quoted}`) }
  const { message: cause } = statusOf(refused.refusal)
  const message = `Failed to create new replica set ${quoted}: ${cause}`
  return {
    ...rollout,
    conditions:
      progressDeadline(rollout.deployment) === undefined
        ? rollout.conditions
        : withCondition(rollout.conditions, 'Progressing', 'False', 'ReplicaSetCreateError', cause ?? '', now),
    drafts: [
      ...rollout.drafts,
      { regarding: rollout.deployment, type: 'Warning', reason: 'ReplicaSetCreateError', message },
    ],
  }
}

const progressing = (rollout: Rollout, reason: string, message: string): readonly DeploymentCondition[] =>
  progressDeadline(rollout.deployment) === undefined
    ? rollout.conditions
    : withCondition(rollout.conditions, 'Progressing', 'True', reason, message, rollout.moment.now)

/** The Deployment's annotations, and the revision, with those it had before as its history. */
const annotationsFor = ({ deployment }: Rollout, set: ReplicaSet, revision: string): Record<string, string> => {
  const own = set.metadata?.annotations ?? {}
  const copied = Object.fromEntries(
    Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !annotation.notCopied.has(key)),
  )
  const before = own[annotation.revision]
  const unreadable = before !== undefined && before !== '' && parseInt64(before) === undefined
  if (unreadable || revisionOf(set) >= BigInt(revision)) return { ...own, ...copied }
  const history = [own[annotation.revisionHistory], before].filter(part => part !== undefined && part !== '').join(',')
  return {
    ...own,
    ...copied,
    [annotation.revision]: revision,
    ...(history === '' ? {} : { [annotation.revisionHistory]: shortened(history) }),
  }
}

const shortened = (history: string): string => {
  let kept = history
  while (kept.length > longestHistory && kept.includes(',')) kept = kept.slice(kept.indexOf(',') + 1)
  return kept
}
