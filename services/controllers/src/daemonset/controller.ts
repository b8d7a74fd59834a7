import { deepEqual, selectsEverything } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { keyOf, normal, owned, recordEvents, warning } from '@periplus/controller'
import type { Controller, Decision, EventDraft, Key, Moment, Watch } from '@periplus/controller'
import { ControllerRevision, DaemonSet, Namespace, Node, Pod } from '@periplus/kinds'
import type { DaemonSetStatus } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { claim } from '../ownership/claim.ts'
import { orphaned, selectingOnes } from '../ownership/orphaned.ts'
import { removed } from '../pods/disrupt.ts'
import { refusalOf, someNames } from '../pods/refusal.ts'
import { writeStatus } from '../status/write-status.ts'
import { noChanges, observeDaemons, together, verdictOn } from './daemons.ts'
import type { Changes, Daemons } from './daemons.ts'
import { daemonHistory, expiredRevisions } from './history.ts'
import { manageDaemons } from './manage.ts'
import { daemonPod } from './new-pod.ts'
import { availabilityWaits, daemonStatus } from './status.ts'
import { rollDaemons } from './update.ts'

const component = 'daemonset-controller'

/** At most this many pods are made, and as many deleted, by one decision. */
const burst = 250

/** A node wakes those for which it is another than before. Heartbeats wake nobody. */
const nodes: Watch = {
  kind: Node,
  keys: ({ before, after }, cut) => {
    const [was, is] = [before as Stored<Node> | undefined, after as Stored<Node> | undefined]
    if (was && is && deepEqual(was.spec, is.spec) && deepEqual(was.metadata.labels, is.metadata.labels)) return []
    return cut
      .list(DaemonSet)
      .filter(set => {
        const verdict = verdictOn(set)
        return !deepEqual(was && verdict(was), is && verdict(is))
      })
      .map(keyOf)
  },
}

const decide = (cut: Cut, key: Key, moment: Moment): Decision => {
  const set = cut.get(DaemonSet, key.namespace, key.name)
  if (!set) return { commands: [], why: 'it is gone; its pods are the garbage collector’s' }
  if (set.metadata.deletionTimestamp !== undefined)
    return { commands: [], why: 'it is being deleted: its pods are left alone' }
  if (selectsEverything(set.spec?.selector)) return selectingAll(cut, set, moment)

  const claimant = { kind: DaemonSet, object: set, selector: set.spec?.selector }
  const pods = claim(cut, Pod, claimant)
  const revisions = claim(cut, ControllerRevision, claimant)
  const history = daemonHistory(cut, set, revisions.objects, pods.objects)
  const daemons = observeDaemons(cut, set, pods.objects, history.hash, moment)
  const changes = history.relabels ? noChanges : changesOf(daemons)
  const { commands, drafts, failure } = carriedOut(cut, daemons, changes)

  const status = daemonStatus(daemons, history.collisionCount)
  const written = writeStatus(DaemonSet, set, status, required)
  const statusCommands = written ? [written] : []
  const waits = [...changes.waits, ...availabilityWaits(daemons)]
  return {
    commands: [
      ...revisions.commands,
      ...pods.commands,
      ...history.commands,
      // What went wrong is said before it is tried again, because another refusal ends the decision.
      ...(failure ? [...statusCommands, ...recordEvents(cut, moment.now, component, [failure])] : []),
      ...commands,
      ...expiredRevisions(history, set, pods.objects),
      ...(failure ? [] : statusCommands),
      ...recordEvents(cut, moment.now, component, drafts),
    ],
    ...(waits.length > 0 ? { requeueAfter: Math.min(...waits) } : {}),
    why: whyOf(changes, status, failure),
  }
}

/** Counts that Kubernetes writes also where they are zero. */
const required = ['currentNumberScheduled', 'desiredNumberScheduled', 'numberMisscheduled', 'numberReady']

/** Pods are replaced only while each node has what it should have: each decision then counts what there is. */
const changesOf = (daemons: Daemons): Changes => {
  const managed = manageDaemons(daemons)
  return managed.make.length + managed.remove.length > 0 ? managed : together([managed, rollDaemons(daemons)])
}

interface CarriedOut {
  readonly commands: readonly Command[]
  readonly drafts: readonly EventDraft[]
  /** What the decision before this one ran into. */
  readonly failure: EventDraft | undefined
}

/**
 * New pods come in batches that double, because a first refusal, of a quota say, is likely to be everybody's; after one, a single
 * pod is tried.
 */
const carriedOut = (cut: Cut, daemons: Daemons, changes: Changes): CarriedOut => {
  const { set, moment, hash, pods } = daemons
  const leaving = cut.get(Namespace, '', set.metadata.namespace ?? '')?.metadata.deletionTimestamp !== undefined
  const notMade = refusalOf('create', Pod, moment.refused)
  const notDeleted = refusalOf('delete', Pod, moment.refused)
  const batch = leaving ? 0 : notMade === undefined ? Math.min(burst, Math.max(1, pods.size)) : 1
  const taken = new Set<string>()
  const made = changes.make
    .slice(0, batch)
    .map(({ node, failures }) => daemonPod(cut, set, { node, hash, failures }, moment.random, taken))
  const doomed = changes.remove.slice(0, burst)
  return {
    commands: [
      ...doomed.map(pod => removed(pod)),
      ...made.map((object): Command => ({ verb: 'create', kind: Pod, object })),
    ],
    drafts: [
      ...changes.drafts,
      ...doomed.map(pod => normal(set, 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)),
      ...made.map(pod => normal(set, 'SuccessfulCreate', `Created pod: ${pod.metadata?.name}`)),
    ],
    failure:
      notMade !== undefined
        ? warning(set, 'FailedCreate', `Error creating: ${notMade}`)
        : notDeleted !== undefined
          ? warning(set, 'FailedDelete', `Error deleting: ${notDeleted}`)
          : undefined,
  }
}

const selectingAll = (cut: Cut, set: Stored<DaemonSet>, { now }: Moment): Decision => ({
  commands: recordEvents(cut, now, component, [
    warning(set, 'SelectingAll', 'This daemon set is selecting all pods. A non-empty selector is required.'),
  ]),
  why: 'its selector is empty: it would select every pod',
})

const whyOf = (
  { make, remove, waits }: Changes,
  {
    desiredNumberScheduled: wanted,
    updatedNumberScheduled: updated = 0,
    numberAvailable: available = 0,
  }: DaemonSetStatus,
  failure: EventDraft | undefined,
): string =>
  [
    failure ? failure.message : '',
    remove.length > 0 ? `deleting ${someNames(remove)}` : '',
    make.length > 0 ? `${make.length} nodes lack a pod, ${make[0]?.node} first` : '',
    waits.length > 0 ? 'a failed pod is deleted later' : '',
    `of ${wanted} nodes that are to run a pod, ${updated} run it as it is now, ${available} available`,
  ]
    .filter(part => part !== '')
    .join('; ')

export const daemonSetController: Controller = {
  name: 'daemonset',
  version: 3,
  primary: DaemonSet,
  // Revisions wake nobody, as in Kubernetes: what somebody does to them is looked at when there is something else to do.
  watches: [owned(Pod, DaemonSet), orphaned(Pod, selectingOnes(DaemonSet)), nodes],
  decide,
}
