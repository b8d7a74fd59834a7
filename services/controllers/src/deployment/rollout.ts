import { parseInt64, successor, controllerOf, millisecondsOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { EventDraft, Moment } from '@periplus/controller'
import { Pod, isPodActive, availableAt } from '@periplus/kinds'
import type { Deployment, DeploymentCondition, ReplicaSet } from '@periplus/kinds'
import { byOwner } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { asCount } from '../status/count.ts'
import * as annotation from './annotations.ts'

/**
 * What a decision about a Deployment is made of: what it found, and what that is to become. Steps return a changed rollout;
 * the commands are the difference between the ReplicaSets as found and as planned.
 */
export interface Rollout {
  readonly cut: Cut
  readonly moment: Moment
  readonly deployment: Stored<Deployment>
  /** The ReplicaSet of the present template, as planned; it may yet have to be made, and has no uid then. */
  readonly newSet: ReplicaSet | undefined
  /** All others, as planned, oldest first. */
  readonly oldSets: readonly Stored<ReplicaSet>[]
  /** The revision that the Deployment should say it is at. */
  readonly revision: string | undefined
  readonly collisionCount: number | undefined
  readonly conditions: readonly DeploymentCondition[]
  /** Old ReplicaSets that history needs no more. */
  readonly expired: readonly Stored<ReplicaSet>[]
  /** Events besides those that scaling tells. */
  readonly drafts: readonly EventDraft[]
  readonly why: readonly string[]
}

export type Step = (rollout: Rollout) => Rollout

export const sizeOf = (set: ReplicaSet): number => set.spec?.replicas ?? 0

export const allSets = ({ newSet, oldSets }: Rollout): readonly ReplicaSet[] =>
  newSet ? [...oldSets, newSet] : oldSets

export const resized = <A extends ReplicaSet>(set: A, replicas: number): A => ({
  ...set,
  spec: { ...set.spec, replicas },
})

/**
 * With another size, and with what it needs to take its share when the Deployment is scaled. Shares follow from annotations, which anybody may
 * have written: more than a size may be is as much as it may be.
 */
export const rescaled = <A extends ReplicaSet>(set: A, replicas: number, wanted: number, most: number): A => ({
  ...resized(set, asCount(replicas)),
  metadata: {
    ...set.metadata,
    annotations: {
      ...set.metadata?.annotations,
      [annotation.desiredReplicas]: String(wanted),
      [annotation.maxReplicas]: String(most),
    },
  },
})

export const sum = <A>(items: readonly A[], of: (item: A) => number): number =>
  items.reduce((total, item) => total + of(item), 0)

/** Pods that there are or may be: what a ReplicaSet should have, or what it has while it hasn't deleted the rest. */
export const possiblePods = ({ cut }: Rollout, set: ReplicaSet): number => {
  const size = sizeOf(set)
  // A large ReplicaSet that is still making its pods asks this hundreds of times: without more of them, none need be looked at.
  if (cut.by(byOwner(Pod), set.metadata?.uid ?? '').length <= size) return size
  return Math.max(size, podsOf(cut, set).filter(isPodActive).length)
}

/**
 * Available pods that will still be there when a ReplicaSet has become as large as it should be. How long a pod must have been
 * ready is for its own ReplicaSet to say: an adopted one may ask for less than the Deployment.
 */
export const availablePods = ({ cut, moment }: Rollout, set: ReplicaSet): number => {
  const wait = set.spec?.minReadySeconds ?? 0
  const available = podsOf(cut, set).filter(
    pod => isPodActive(pod) && (availableAt(pod, wait) ?? Infinity) <= moment.now,
  )
  return Math.min(sizeOf(set), available.length)
}

/** Pods of no use to anybody: those that are available neither by what is seen of them nor by what their ReplicaSet says. */
export const uselessPods = (rollout: Rollout, set: ReplicaSet): number =>
  Math.max(0, sizeOf(set) - Math.max(availablePods(rollout, set), set.status?.availableReplicas ?? 0))

export const podsOf = (cut: Cut, { metadata }: ReplicaSet): readonly Stored<Pod>[] => {
  const uid = metadata?.uid
  return uid === undefined ? [] : cut.by(byOwner(Pod), uid).filter(pod => controllerOf(pod)?.uid === uid)
}

/** 0 where the annotation is none, or no 64-bit integer. */
export const revisionOf = (set: ReplicaSet): bigint =>
  parseInt64(set.metadata?.annotations?.[annotation.revision] ?? '') ?? 0n

/** One more than any of the ReplicaSets has. */
export const nextRevision = (sets: readonly ReplicaSet[]): string =>
  String(successor(sets.map(revisionOf).reduce((most, revision) => (revision > most ? revision : most), 0n)))

const createdAt = (set: ReplicaSet): number => millisecondsOf(set.metadata?.creationTimestamp) ?? Infinity

export const oldestFirst = (a: ReplicaSet, b: ReplicaSet): number =>
  createdAt(a) - createdAt(b) || ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1)
