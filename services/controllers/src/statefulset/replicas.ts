import { normal, warning } from '@periplus/controller'
import { refOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { isPodAvailable, isPodReady, isPodTerminated, Namespace, Pod } from '@periplus/kinds'
import type { StatefulSet } from '@periplus/kinds'
import { refusalOf } from '../pods/refusal.ts'
import { claimOwners, claimName, missingClaims, staleClaim } from './claims.ts'
import { indexLabel, podNameLabel, statefulPod } from './new-pod.ts'
import { isOrdered, podName, replicasOf, startOf } from './ordinals.ts'
import type { Member } from './ordinals.ts'
import { burst, deleting, done, stopFor } from './plan.ts'
import type { ObservedSet, Plan } from './plan.ts'

/** From the lowest ordinal on: ended pods are removed, missing ones made; in order, each only when those before it are available. */
export const keepReplicas = (observed: ObservedSet, plan: Plan): Plan => {
  const { set, replicas, moment } = observed
  const ordered = isOrdered(set)
  const found = new Map(replicas.map(member => [member.ordinal, member]))
  const most = ordered || refusalOf('create', Pod, moment.refused) !== undefined ? 1 : burst
  const [start, end] = [startOf(set), startOf(set) + replicasOf(set)]
  let made = 0
  for (let ordinal = start; ordinal < end && !plan.stopped; ordinal++) {
    const member = found.get(ordinal)
    if (member) plan = keep(observed, member, plan, ordered)
    else if (made === most) plan = stopFor(plan, 'more pods are made once these are there')
    else {
      const before = plan.commands.length
      plan = make(observed, ordinal, plan, ordered)
      if (plan.commands.length > before) made++
    }
  }
  return plan
}

const make = ({ cut, set, history }: ObservedSet, ordinal: number, plan: Plan, ordered: boolean): Plan => {
  const name = podName(set, ordinal)
  // Without order, what one pod waits for keeps no other from being made.
  const waiting = (why: string, waits: Plan = plan): Plan =>
    ordered ? stopFor(waits, why) : { ...waits, why: [...waits.why, why] }
  if (cut.get(Namespace, '', set.metadata.namespace ?? '')?.metadata.deletionTimestamp)
    return stopFor(plan, 'its namespace is being deleted: no pods are made')
  const stale = staleClaim(cut, set, name, ordinal)
  if (stale !== undefined) return waiting(`${name} waits until claim ${stale} of an earlier pod is gone`)
  const claims = missingClaims(cut, set, ordinal)
  if (claims.leaving !== undefined) {
    const message = `Create Pod ${name} in StatefulSet ${set.metadata.name} failed error: pvc ${claims.leaving} is being deleted`
    const told = [...plan.drafts, warning(set, 'FailedCreate', message)]
    return waiting(`${name} waits until claim ${claims.leaving} is gone`, { ...plan, drafts: told })
  }
  const taken = cut.get(Pod, set.metadata.namespace ?? '', name)
  if (taken) return waiting(`${name} waits until the pod of its name, which is somebody else’s, is gone`)
  const next: Plan = {
    ...plan,
    commands: [
      ...plan.commands,
      ...claims.commands,
      { verb: 'create', kind: Pod, object: statefulPod(set, history, ordinal) },
    ],
    drafts: [...plan.drafts, ...claims.names.map(claim => claimMade(set, claim, name)), done(set, 'Create', name)],
    why: [...plan.why, `making ${name}`],
  }
  return ordered ? { ...next, stopped: true } : next
}

const claimMade = (set: Stored<StatefulSet>, claim: string, pod: string) =>
  normal(set, 'SuccessfulCreate', `Create Claim ${claim} Pod ${pod} in StatefulSet ${set.metadata.name} success`)

const isLeaving = ({ metadata }: Stored<Pod>): boolean => metadata.deletionTimestamp !== undefined

const keep = (observed: ObservedSet, member: Member, plan: Plan, ordered: boolean): Plan => {
  const { set, moment } = observed
  const { pod } = member
  const { name } = pod.metadata
  if (isPodTerminated(pod)) {
    const next = isLeaving(pod) ? plan : deleting(plan, set, pod, `it has ended (${pod.status?.phase})`)
    return ordered ? stopFor(next, `waiting until ${name} is gone`) : next
  }
  const claimed = pod.status?.phase === 'Pending' ? withClaims(observed, member, plan) : plan
  if (ordered) {
    if (isLeaving(pod)) return stopFor(claimed, `waiting until ${name} is gone`)
    if (pod.status?.phase !== 'Running' || !isPodReady(pod)) return stopFor(claimed, `waiting for ${name} to be ready`)
    if (!isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, moment.now))
      return stopFor(claimed, `waiting for ${name} to be ready for long enough`)
  }
  return withOwners(observed, member, withIdentity(set, member, claimed))
}

/** A claim that was deleted before its pod ran is made again. */
const withClaims = ({ cut, set }: ObservedSet, { ordinal, pod }: Member, plan: Plan): Plan => {
  const { commands, names } = missingClaims(cut, set, ordinal)
  return {
    ...plan,
    commands: [...plan.commands, ...commands],
    drafts: [...plan.drafts, ...names.map(claim => claimMade(set, claim, pod.metadata.name))],
  }
}

/** An adopted pod is given the labels of its place. What its volumes are cannot be changed any more. */
const withIdentity = (set: Stored<StatefulSet>, { ordinal, pod }: Member, plan: Plan): Plan => {
  const { name, namespace = '', uid, labels } = pod.metadata
  const unlike = (set.spec?.volumeClaimTemplates ?? []).find(
    template =>
      !pod.spec?.volumes?.some(
        volume =>
          volume.name === template.metadata?.name &&
          volume.persistentVolumeClaim?.claimName === claimName(set, template, ordinal),
      ),
  )
  const why = unlike ? [...plan.why, `${name} has no volume of claim ${claimName(set, unlike, ordinal)}`] : plan.why
  if (labels?.[podNameLabel] === name) return { ...plan, why }
  const command: Command = {
    verb: 'patch',
    kind: Pod,
    ref: refOf(Pod, namespace, name),
    patch: {
      type: 'merge',
      body: { metadata: { uid, labels: { [podNameLabel]: name, [indexLabel]: String(ordinal) } } },
    },
  }
  return {
    ...plan,
    commands: [...plan.commands, command],
    drafts: [...plan.drafts, done(set, 'Update', name)],
    why,
  }
}

/** The owners of its claims follow the retention policy. */
export const withOwners = ({ cut, set }: ObservedSet, { ordinal, pod }: Member, plan: Plan): Plan => {
  const { commands, conflicting } = claimOwners(cut, set, pod, ordinal)
  return {
    ...plan,
    commands: [...plan.commands, ...commands],
    drafts: [
      ...plan.drafts,
      ...conflicting.map(claim =>
        warning(
          set,
          'ConflictingController',
          `PersistentVolumeClaim ${claim} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`,
        ),
      ),
      ...(commands.length > 0 ? [done(set, 'Update', pod.metadata.name)] : []),
    ],
  }
}
