import { formatTime } from '@periplus/api'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import type { Controller, Decision, Key, Moment, Watch } from '@periplus/controller'
import { kindsOfDefinition } from '@periplus/custom'
import { CustomResourceDefinition, isConditionTrue, setCondition } from '@periplus/kinds'
import type { CustomResourceDefinitionCondition, CustomResourceDefinitionStatus } from '@periplus/kinds'
import type { Cut, Entry } from '@periplus/projection'
import { writeStatus } from '../status/write-status.ts'
import { conflictOf } from './names.ts'

type Definition = Stored<CustomResourceDefinition>

const finalizer = 'customresourcecleanup.apiextensions.k8s.io'

/** At most this many objects are deleted by one decision; the rest follow in the next. */
const batch = 200

const keyOf = (name: string): Key => ({ namespace: '', name })

/** Objects that go while their definition waits for them. */
const objects: Watch = {
  every: true,
  keys: ({ change }, cut) => {
    if (change.after) return []
    const { group, resource } = change.event.ref
    const name = `${resource}.${group}`
    return cut.get(CustomResourceDefinition, '', name)?.metadata.deletionTimestamp ? [keyOf(name)] : []
  },
}

/** A definition that goes, or is named anew, leaves names to others of its group. */
const others: Watch = {
  kind: CustomResourceDefinition,
  keys: ({ before, after }, cut) => {
    const group = ((after ?? before) as Definition | undefined)?.spec.group
    return cut
      .list(CustomResourceDefinition)
      .filter(({ spec, status }) => spec.group === group && !isConditionTrue(status?.conditions, 'NamesAccepted'))
      .map(({ metadata }) => keyOf(metadata.name))
  },
}

const decide = (cut: Cut, key: Key, { now }: Moment): Decision => {
  const definition = cut.get(CustomResourceDefinition, '', key.name)
  if (!definition) return { commands: [], why: 'it is gone' }
  return definition.metadata.deletionTimestamp ? clearUp(cut, definition, now) : accept(cut, definition, now)
}

const condition = (
  { status }: Definition,
  conditions: readonly CustomResourceDefinitionCondition[] | undefined,
  [type, holds, reason, message]: readonly [string, boolean, string, string],
  now: number,
): readonly CustomResourceDefinitionCondition[] =>
  setCondition<CustomResourceDefinitionCondition>(conditions ?? status?.conditions, {
    type,
    status: holds ? 'True' : 'False',
    lastTransitionTime: formatTime(now),
    reason,
    message,
  })

/** A definition whose names are its own is served from then on, whatever is called so later. */
const accept = (cut: Cut, definition: Definition, now: number): Decision => {
  const { spec, status } = definition
  const conflict = conflictOf(definition, cut.list(CustomResourceDefinition))
  const was = isConditionTrue(status?.conditions, 'Established')
  const named = condition(
    definition,
    undefined,
    conflict === undefined
      ? ['NamesAccepted', true, 'NoConflicts', 'no conflicts found']
      : ['NamesAccepted', false, 'NameConflict', conflict],
    now,
  )
  const conditions =
    was || conflict === undefined
      ? condition(
          definition,
          named,
          ['Established', true, 'InitialNamesAccepted', 'the initial names have been accepted'],
          now,
        )
      : condition(definition, named, ['Established', false, 'NotAccepted', 'not all names are accepted'], now)
  const stored = spec.versions.filter(({ storage }) => storage).map(({ name }) => name)
  const wanted: CustomResourceDefinitionStatus = {
    ...status,
    conditions,
    acceptedNames: conflict === undefined ? spec.names : (status?.acceptedNames ?? { plural: '', kind: '' }),
    storedVersions: [...new Set([...(status?.storedVersions ?? []), ...stored])],
  }
  const write = writeStatus(CustomResourceDefinition, definition, wanted)
  return {
    commands: write ? [write] : [],
    why:
      conflict === undefined
        ? 'its names are its own: its objects are served'
        : `its names are not accepted: ${conflict}`,
  }
}

/** Its objects go first. Those of a definition that was never served are somebody else's. */
const clearUp = (cut: Cut, definition: Definition, now: number): Decision => {
  const { name, finalizers = [] } = definition.metadata
  if (!finalizers.includes(finalizer)) return { commands: [], why: 'its objects are gone' }
  const kind = kindsOfDefinition(cut, name).find(({ stored }) => stored)
  // As they are kept: what their version makes of them takes long, and says nothing of who they are.
  const left = kind ? cut.entries(kind.group, kind.resource) : []
  if (!kind || left.length === 0)
    return {
      commands: [without(definition, finalizers)],
      why: 'none of its objects is left: it may go too',
    }
  const conditions = condition(
    definition,
    undefined,
    ['Terminating', true, 'InstanceDeletionInProgress', 'CustomResource deletion is in progress'],
    now,
  )
  const said = writeStatus(CustomResourceDefinition, definition, { ...definition.status, conditions })
  const doomed = firstOf(left, batch)
  return {
    commands: [...(said ? [said] : []), ...doomed.map(object => deletion(kind, object))],
    ...(doomed.length === batch ? { requeueAfter: 0 } : {}),
    why: `deleting ${doomed.length} of the ${left.length} objects of it that are left`,
  }
}

/** So many that are not being deleted yet. */
const firstOf = (entries: readonly Entry[], most: number): readonly Stored<KubernetesObject>[] => {
  const found: Stored<KubernetesObject>[] = []
  for (const entry of entries) {
    if (found.length === most) break
    const object = entry.object()
    if (!object.metadata.deletionTimestamp) found.push(object)
  }
  return found
}

const without = ({ metadata: { name } }: Definition, finalizers: readonly string[]): Command => ({
  verb: 'patch',
  kind: CustomResourceDefinition,
  ref: { group: CustomResourceDefinition.group, resource: CustomResourceDefinition.resource, namespace: '', name },
  patch: { type: 'merge', body: { metadata: { finalizers: finalizers.filter(one => one !== finalizer) } } },
})

const deletion = (kind: Kind, { metadata }: Definition | Stored<{ readonly kind?: string }>): Command => ({
  verb: 'delete',
  kind,
  ref: { group: kind.group, resource: kind.resource, namespace: metadata.namespace ?? '', name: metadata.name },
  options: { propagationPolicy: 'Background', preconditions: { uid: metadata.uid } },
})

/** Accepts the names of definitions of custom resources, and clears up after those that are deleted. */
export const customResourceDefinitionController: Controller = {
  name: 'customresourcedefinition',
  version: 1,
  primary: CustomResourceDefinition,
  watches: [objects, others],
  decide,
}
