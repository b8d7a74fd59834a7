import { statusOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import type { Controller, Decision, Key, Moment, Watch } from '@periplus/controller'
import type { KindsAt } from '@periplus/custom'
import { Namespace } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { writeStatus } from '../status/write-status.ts'
import { deletionConditions } from './conditions.ts'
import { batch, contentOf, deletion, toDelete } from './content.ts'

/** The finalizer in a namespace's spec that keeps it until its content is gone. */
const finalizer = 'kubernetes'

const isLeaving = (cut: Cut, namespace: string): boolean =>
  cut.get(Namespace, '', namespace)?.metadata.deletionTimestamp !== undefined

/** What comes into, or goes from, a namespace that is being deleted. */
const contentChanges: Watch = {
  every: true,
  keys: ({ change: { event, before, after } }, cut) => {
    if (before && after) return []
    const { namespace } = event.ref
    return namespace !== '' && isLeaving(cut, namespace) ? [{ namespace: '', name: namespace }] : []
  },
}

const finalized = (namespace: Stored<Namespace>, finalizers: readonly string[]): Command => ({
  verb: 'update',
  kind: Namespace,
  subresource: 'finalize',
  object: { ...namespace, spec: { ...namespace.spec, finalizers } } as Namespace,
})

const decide =
  (kindsAt: KindsAt) =>
  (cut: Cut, key: Key, { now, refused }: Moment): Decision => {
    const namespace = cut.get(Namespace, '', key.name)
    if (!namespace) return { commands: [], why: 'it is gone' }
    if (namespace.metadata.deletionTimestamp === undefined) return { commands: [], why: 'nobody wants it deleted' }
    const finalizers = namespace.spec?.finalizers ?? []
    if (!finalizers.includes(finalizer))
      return {
        commands: [],
        why: `its content is gone${finalizers.length > 0 ? `; it waits for ${finalizers.join(', ')}` : ''}`,
      }

    const content = contentOf(cut, kindsAt(cut), key.name)
    // What went by itself in the meantime is no failure.
    const failed = refused?.verb === 'delete' && refused.refusal.tag !== 'NotFound'
    const failure = failed ? statusOf(refused.refusal).message : undefined
    const conditions = deletionConditions(namespace.status?.conditions ?? [], content, failure, now)
    const status = writeStatus(Namespace, namespace, { phase: 'Terminating', conditions })
    const said = status ? [status] : []
    if (content.length === 0)
      return {
        commands: [
          ...said,
          finalized(
            withoutVersion(namespace),
            finalizers.filter(one => one !== finalizer),
          ),
        ],
        why: 'its content is gone: it may go too',
      }
    const doomed = toDelete(content)
    const left = content.reduce((sum, { entries }) => sum + entries.length, 0)
    return {
      commands: [...said, ...doomed.map(deletion)],
      // These may stay for long, as what has finalizers does, and must not keep the others waiting.
      ...(doomed.length < batch ? {} : { requeueAfter: 0 }),
      why: `deleting ${doomed.length} of the ${left} objects that are left in it`,
    }
  }

/** The status was just written: the version that was read is the last no more. */
const withoutVersion = (namespace: Stored<Namespace>): Stored<Namespace> => {
  const { resourceVersion: _, ...metadata } = namespace.metadata
  return { ...namespace, metadata } as Stored<Namespace>
}

/** Empties namespaces that are being deleted, pods first, and lets them go. `kindsAt` says what the cluster serves. */
export const namespaceController = (kindsAt: KindsAt): Controller => ({
  name: 'namespace',
  version: 3,
  primary: Namespace,
  wakesItself: ({ after }) => after?.metadata.deletionTimestamp !== undefined,
  watches: [contentChanges],
  decide: decide(kindsAt),
})
