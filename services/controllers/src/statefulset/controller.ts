import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { keyOf, owned, recordEvents, warning } from '@periplus/controller'
import type { Controller, Decision, EventDraft, Key, Moment, Watch } from '@periplus/controller'
import { ControllerRevision, PersistentVolumeClaim, Pod, StatefulSet } from '@periplus/kinds'
import type { StatefulSetStatus } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { revisionLabel } from '../history/revisions.ts'
import { claim } from '../ownership/claim.ts'
import { orphaned, selectingOnes } from '../ownership/orphaned.ts'
import { refusalOf } from '../pods/refusal.ts'
import { writeStatus } from '../status/write-status.ts'
import { dismissCondemned } from './condemned.ts'
import { expiredRevisions, setHistory } from './history.ts'
import { isInRange, membersOf, ordinalOf } from './ordinals.ts'
import { emptyPlan } from './plan.ts'
import type { ObservedSet, Plan } from './plan.ts'
import { keepReplicas } from './replicas.ts'
import { nextAvailable, statusOfSet } from './status.ts'
import { updatePods } from './update.ts'

const component = 'statefulset-controller'

/** A claim that is gone may be one that a pod waits for. */
const claims: Watch = {
  kind: PersistentVolumeClaim,
  keys: ({ before, after }, cut) =>
    before === undefined || after !== undefined
      ? []
      : cut
          .list(StatefulSet, before.metadata.namespace)
          .filter(({ metadata, spec }) =>
            spec?.volumeClaimTemplates?.some(template =>
              before.metadata.name.startsWith(`${template.metadata?.name}-${metadata.name}-`),
            ),
          )
          .map(keyOf),
}

/** The steps, in order: what is wanted is there, then what isn't wanted goes, then what is old is replaced. */
const steps = [keepReplicas, dismissCondemned, updatePods]

const planOf = (observed: ObservedSet): Plan =>
  steps.reduce((plan, step) => (plan.stopped ? plan : step(observed, plan)), emptyPlan)

const decide = (cut: Cut, key: Key, moment: Moment): Decision => {
  const set = cut.get(StatefulSet, key.namespace, key.name)
  if (!set) return { commands: [], why: 'it is gone; its pods are the garbage collector’s' }
  const leaving = set.metadata.deletionTimestamp !== undefined
  const claimant = { kind: StatefulSet, object: set, selector: set.spec?.selector }
  const pods = claim(cut, Pod, claimant, pod => ordinalOf(set, pod.metadata.name) !== undefined)
  const revisions = claim(cut, ControllerRevision, claimant)
  const history = setHistory(cut, set, revisions.objects)
  const members = membersOf(set, pods.objects)
  const plan = leaving
    ? { ...emptyPlan, why: ['it is being deleted: its pods are left alone'] }
    : planOf({
        cut,
        moment,
        set,
        history,
        replicas: members.filter(({ ordinal }) => isInRange(set, ordinal)),
        condemned: members.filter(({ ordinal }) => !isInRange(set, ordinal)).reverse(),
      })

  const own = members.map(({ pod }) => pod)
  const status = statusOfSet(set, history, own, plan.outdated, moment.now)
  const written = writeStatus(StatefulSet, set, status, ['replicas', 'availableReplicas', 'collisionCount'])
  const statusCommands = written ? [written] : []
  const failure = failureOf(set, plan, moment)
  const requeueAfter = nextAvailable(set, own, moment.now)
  return {
    commands: [
      ...(leaving ? [] : [...revisions.commands, ...pods.commands, ...history.commands]),
      // What went wrong is said before it is tried again, because another refusal ends the decision.
      ...(failure ? [...statusCommands, ...recordEvents(cut, moment.now, component, [failure])] : []),
      ...plan.commands,
      ...(leaving
        ? []
        : expiredRevisions(
            history,
            set,
            own.map(({ metadata }) => metadata.labels?.[revisionLabel]),
          )),
      ...(failure ? [] : statusCommands),
      ...recordEvents(cut, moment.now, component, plan.drafts),
    ],
    ...(requeueAfter === undefined ? {} : { requeueAfter }),
    why: [
      ...(failure ? [failure.message] : []),
      ...(plan.why.length > 0 ? shortened(plan.why) : [standing(status)]),
    ].join('; '),
  }
}

const shortened = (why: readonly string[]): readonly string[] =>
  why.length > 4 ? [...why.slice(0, 3), `and ${why.length - 3} more`] : why

const standing = ({ replicas, updateRevision = '', currentRevision }: StatefulSetStatus): string =>
  currentRevision === updateRevision
    ? `all ${replicas} pods are there, of ${updateRevision}`
    : `all ${replicas} pods are there; ${updateRevision} is rolled out as far as its strategy says`

const named = (commands: readonly Command[], verb: Command['verb'], resource: string): string | undefined => {
  const found = commands.find(command => command.verb === verb && command.kind.resource === resource)
  if (!found) return undefined
  return 'object' in found ? found.object.metadata?.name : 'ref' in found ? found.ref.name : undefined
}

/** What the decision before this one ran into, of the command that is now tried again. */
const failureOf = (set: Stored<StatefulSet>, { commands }: Plan, { refused }: Moment): EventDraft | undefined => {
  const of = `in StatefulSet ${set.metadata.name} failed error:`
  const pod = named(commands, 'create', Pod.resource) ?? `${set.metadata.name}-?`
  const claim = refusalOf('create', PersistentVolumeClaim, refused)
  if (claim !== undefined) {
    const name = named(commands, 'create', PersistentVolumeClaim.resource) ?? ''
    return warning(set, 'FailedCreate', `Create Claim ${name} for Pod ${pod} ${of} ${claim}`)
  }
  const made = refusalOf('create', Pod, refused)
  if (made !== undefined) return warning(set, 'FailedCreate', `Create Pod ${pod} ${of} ${made}`)
  const deleted = refusalOf('delete', Pod, refused)
  return deleted === undefined
    ? undefined
    : warning(set, 'FailedDelete', `Delete Pod ${named(commands, 'delete', Pod.resource) ?? pod} ${of} ${deleted}`)
}

export const statefulSetController: Controller = {
  name: 'statefulset',
  version: 1,
  primary: StatefulSet,
  // Revisions wake nobody, as in Kubernetes: what somebody does to them is looked at when there is something else to do.
  watches: [owned(Pod, StatefulSet), orphaned(Pod, selectingOnes(StatefulSet)), claims],
  decide,
}
