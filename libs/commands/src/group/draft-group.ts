import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { KubernetesObject, ObjectRef, OwnerReference } from '@periplus/api'
import type { EventType, Origin } from '@periplus/log'
import type { AdmissionRefusal } from '../admission/plugin.ts'
import type { Command } from '../command.ts'
import type { GroupMember } from '../commands.ts'
import type { Engine } from '../execute/engine.ts'
import { contextOf, named } from '../execute/execute-one.ts'
import type { Session } from '../execute/session.ts'
import { draft, refOfCommand } from '../stages/draft.ts'
import type { Draft, DraftOf } from '../stages/draft.ts'
import { writePath } from '../stages/write-path.ts'
import { atSequence } from '../state/read-last.ts'
import { keyOf } from '../state/known.ts'
import type { Known } from '../state/known.ts'
import { CutAhead } from './cut-ahead.ts'

/** Commands that are to be carried out as one, and who wants them. */
export interface Group {
  readonly members: readonly GroupMember[]
  readonly origin: Origin
  readonly id: string
  /** One for each member. */
  readonly sessions: readonly Session[]
}

/** Which member was refused, and why. */
export interface Refused {
  readonly index: number
  readonly why: AdmissionRefusal
}

/** Carries each member through everything but the append, on what those before it will have written. */
export const draftGroup = async (
  engine: Engine,
  { members, origin, id, sessions }: Group,
): Promise<Either<Refused, readonly Draft[]>> => {
  const cut = new CutAhead(engine.cut)
  const ahead = new Map<string, Known>()
  const known = (ref: ObjectRef): Known => ahead.get(keyOf(ref)) ?? engine.recent.known(ref)
  const foresee = ({ ref, known: { sequence }, stored, type }: DraftOf & { readonly type: EventType }): void => {
    const object = type === 'deleted' ? undefined : atSequence(stored, sequence)
    ahead.set(keyOf(ref), { sequence, object })
    cut.put(ref, sequence, object)
  }
  const uids = new Map<string, string>()
  const drafts: Draft[] = []
  for (const [index, { command: given, guard, inPlaceOf }] of members.entries()) {
    const session = sessions[index]
    if (!session) throw new Error('a member of a group has no session')
    const context = {
      ...contextOf(engine, origin, `${id}.${index}/0`, session),
      ...{ cut, known, kinds: () => engine.kindsAt(cut) },
    }
    const command = named(withOwners(given, uids), context)
    const drafted = await draft(writePath, command, known(refOfCommand(command)), context, guard)
    if (E.isLeft(drafted)) return E.left({ index, why: drafted.left })
    const { companions, type, next } = drafted.right
    companions.forEach(foresee)
    if (type !== undefined) foresee({ ...drafted.right, type })
    if (inPlaceOf !== undefined && next.metadata?.uid) uids.set(inPlaceOf, next.metadata.uid)
    drafts.push(drafted.right)
  }
  return E.right(drafts)
}

/** The command with the owners that its object has from now on. */
const withOwners = (command: Command, uids: ReadonlyMap<string, string>): Command => {
  if (uids.size === 0) return command
  if (command.verb === 'create' || command.verb === 'update') return { ...command, object: owned(command.object, uids) }
  if (command.verb !== 'patch' || command.patch.type !== 'apply') return command
  return { ...command, patch: { ...command.patch, body: { ...owned(command.patch.body as KubernetesObject, uids) } } }
}

const owned = (object: KubernetesObject, uids: ReadonlyMap<string, string>): KubernetesObject => {
  const owners: readonly OwnerReference[] | undefined = object.metadata?.ownerReferences
  if (!Array.isArray(owners) || !owners.some(({ uid }) => uids.has(uid))) return object
  const ownerReferences = owners.map(owner => ({ ...owner, uid: uids.get(owner.uid) ?? owner.uid }))
  return { ...object, metadata: { ...object.metadata, ownerReferences } }
}
