import type { KubernetesObject, Stored } from '@periplus/api'
import { owned, recordEvents, warning } from '@periplus/controller'
import type { Controller, Decision, EventDraft, Key, Moment } from '@periplus/controller'
import { Pod, isPodActive, isPodTerminated } from '@periplus/kinds'
import type { ReplicaSet } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { writeStatus } from '../status/write-status.ts'
import { orphaned } from '../ownership/orphaned.ts'
import { claim } from '../ownership/claim.ts'
import type { Claim } from '../ownership/claim.ts'
import { leaveAlone, manageReplicas } from './manage.ts'
import type { ReplicatedKind } from './replicated.ts'
import { nextAvailable, statusFor } from './status.ts'
import type { Failure } from './status.ts'

/** A controller that keeps as many pods as an object of this kind wants. */
export const replicaController = (kind: ReplicatedKind): Controller => ({
  name: kind.kind.kind.toLowerCase(),
  version: 1,
  primary: kind.kind,
  watches: [owned(Pod, kind.kind), orphaned(Pod, kind.list)],
  decide: decideReplicas(kind),
})

const decideReplicas =
  (kind: ReplicatedKind) =>
  (cut: Cut, key: Key, moment: Moment): Decision => {
    const replicated = kind.get(cut, key.namespace, key.name)
    if (!replicated) return { commands: [], why: 'it is gone; its pods are the garbage collector’s' }
    const { object, minReadySeconds } = replicated
    const { now } = moment

    const claimed = claim(
      cut,
      Pod,
      { kind: kind.kind, object, selector: replicated.selector },
      pod => !isPodTerminated(pod),
    )
    const active = claimed.objects.filter(isPodActive)
    const managed =
      object.metadata.deletionTimestamp === undefined
        ? manageReplicas(cut, kind.kind, replicated, active, moment)
        : leaveAlone('it is being deleted: its pods are left alone')

    const failure = managed.failure
    const status = statusFor(replicated, claimed.objects, failure, kind.countsTerminating, now)
    const written = writeStatus(kind.kind, object as Stored<ReplicaSet>, status, ['replicas', 'terminatingReplicas'])
    const statusCommands = written ? [written] : []
    const requeueAfter = nextAvailable(claimed.objects, minReadySeconds, now)
    return {
      commands: [
        ...claimed.commands,
        // What went wrong is said before it is tried again, because another refusal ends the decision.
        ...(failure ? [...statusCommands, ...recordEvents(cut, now, kind.component, [failed(object, failure)])] : []),
        ...managed.commands,
        ...(failure ? [] : statusCommands),
        ...recordEvents(cut, now, kind.component, managed.drafts),
      ],
      ...(requeueAfter === undefined ? {} : { requeueAfter }),
      why: whyOf(claimed, managed.why),
    }
  }

const failed = (regarding: Stored<KubernetesObject>, { reason, message }: Failure): EventDraft =>
  warning(regarding, reason, `${reason === 'FailedCreate' ? 'Error creating' : 'Error deleting'}: ${message}`)

const whyOf = ({ adopted, released }: Claim<Pod>, rest: string): string =>
  [adopted > 0 ? `adopting ${adopted} pods` : '', released > 0 ? `releasing ${released} pods` : '', rest]
    .filter(part => part !== '')
    .join('; ')
