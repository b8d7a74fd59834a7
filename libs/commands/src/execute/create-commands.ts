import { randomUUID } from 'node:crypto'
import { E, lanes, systemClock, thrownText } from '@periplus/prelude'
import type { Clock, Turn } from '@periplus/prelude'
import { refOf } from '@periplus/api'
import type { ObjectRef, Refusal } from '@periplus/api'
import type { KindsAt } from '@periplus/custom'
import type { EventLog } from '@periplus/log'
import type { LiveCut } from '@periplus/projection'
import type { ConvertObjects } from '@periplus/webhooks'
import type { AdmissionPlugin } from '../admission/plugin.ts'
import type { Command } from '../command.ts'
import type { GroupCommands, GroupMember } from '../commands.ts'
import { executeGroup, overtaken, rehearseGroup } from '../group/execute-group.ts'
import type { Group } from '../group/draft-group.ts'
import type { AuthorizeRequester } from '../policies/input.ts'
import { keyOf } from '../state/known.ts'
import { recentOver } from '../state/recent.ts'
import type { WebhookAdmission } from '../webhooks/webhook-admission.ts'
import { refuse } from '../candidate/refuse.ts'
import { refOfCommand } from '../stages/draft.ts'
import { executeOne, rehearse } from './execute-one.ts'
import { askFirst } from './engine.ts'
import type { Engine } from './engine.ts'
import { outageOver } from './outage.ts'
import { sessionOf } from './session.ts'

/** What a write path works with. */
export interface CommandsOptions {
  /** The process's cut; it may lag. */
  readonly cut: LiveCut
  readonly log: EventLog
  readonly kindsAt: KindsAt
  /** In order; usually `builtInAdmission`. */
  readonly admission: readonly AdmissionPlugin[]
  /** How admission webhooks are asked; absent: they are not. */
  readonly webhooks?: WebhookAdmission
  /** How the webhooks of definitions are asked for objects in other versions; absent: they are not. */
  readonly convert?: ConvertObjects
  /** Whether somebody may do something, for policies that ask; absent: nobody knows. */
  readonly authorize?: AuthorizeRequester
  readonly clock?: Clock
  /** For uids, and for commands whose caller names no id; generated names are derived from the command's id. */
  readonly newId?: () => string
  /** How long an unreachable log is tried, from when it first was, before ServiceUnavailable; milliseconds. */
  readonly unavailablePatience?: number
  /** A throw while a command is carried out is a bug: it ends that command alone, which is refused, and is reported here. */
  readonly onBug?: (error: unknown, command: Command) => void
  /** How long something that admission misses may take to appear, such as a new namespace's service account; milliseconds. */
  readonly admissionPatience?: number
  /** Whose turn the steps of a command are: when it is over, others have theirs. Absent, in simulations: nobody waits. */
  readonly turn?: Turn
}

/** While webhooks were asked, somebody else wrote the object: after so many times of that the caller is told. */
const mostRounds = 16

/** The write path over a cut and a log. Stateless but for what its own writes are ahead of the cut. */
export const createCommands = (options: CommandsOptions): GroupCommands => {
  const clock = options.clock ?? systemClock
  const engine: Engine = {
    cut: options.cut,
    log: options.log,
    kindsAt: options.kindsAt,
    admission: options.admission,
    clock,
    newId: options.newId ?? randomUUID,
    outage: outageOver(clock, options.unavailablePatience ?? 5000),
    admissionPatience: options.admissionPatience ?? 1000,
    recent: recentOver(options.cut),
    webhooks: options.webhooks,
    authorize: options.authorize,
    turn: options.turn,
    convert: options.convert,
  }
  const turns = lanes()
  const carryOut: GroupCommands['execute'] = async (command, origin, id = engine.newId(), guard, requester) => {
    const asked = { command, origin, id, guard, session: sessionOf(engine, origin, requester) }
    const ref = laneOf(command)
    const run = () => executeOne(engine, asked)
    const inTurn = () => (ref ? turns.run(keyOf(ref), run) : run())
    for (let rounds = 0; rounds < mostRounds; rounds++) {
      const quota = quotaLane(options.cut, command)
      const done = await (quota ? turns.run(quota, inTurn) : inTurn())
      if (done !== askFirst) return done
      await rehearse(engine, asked)
    }
    return refuse.modified(command.kind, refOfCommand(command).name)
  }
  const carryOutAll: GroupCommands['executeAll'] = async (members, origin, id = engine.newId(), requester) => {
    const sessions = members.map(() => sessionOf(engine, origin, requester))
    const group: Group = { members, origin, id, sessions }
    const inTurn = turns.inAll(lanesOf(options.cut, members))
    for (let rounds = 0; rounds < mostRounds; rounds++) {
      const done = await inTurn(() => executeGroup(engine, group))
      if (done !== askFirst) return done
      await rehearseGroup(engine, group)
    }
    return E.left({ index: undefined, refusal: overtaken })
  }
  return {
    execute: (command, ...rest) =>
      carryOut(command, ...rest).catch((error: unknown) => {
        options.onBug?.(error, command)
        return E.left(brokenBy(error))
      }),
    executeAll: (members, ...rest) =>
      carryOutAll(members, ...rest).catch((error: unknown) => {
        if (members[0]) options.onBug?.(error, members[0].command)
        return E.left({ index: undefined, refusal: brokenBy(error) })
      }),
  }
}

/** As all who hold several have them in one order, quotas before objects, nobody waits for somebody who waits for them. */
const lanesOf = (cut: LiveCut, members: readonly GroupMember[]): readonly string[] => {
  const quotas = members.flatMap(({ command }) => quotaLane(cut, command) ?? [])
  const objects = members.flatMap(({ command }) => laneOf(command) ?? []).map(keyOf)
  return [...[...new Set(quotas)].sort(), ...[...new Set(objects)].sort()]
}

const brokenBy = (error: unknown): Refusal => ({
  tag: 'InternalError',
  message: `the command could not be carried out (${thrownText(error)})`,
})

/** The object that a command is about; `undefined` while its name is still to be generated. */
const laneOf = (command: Command): ObjectRef | undefined => {
  if (command.verb === 'patch' || command.verb === 'delete') return command.ref
  const { name, namespace } = command.object.metadata ?? {}
  if (!name) return undefined
  return refOf(command.kind, namespace ?? '', name)
}

/** What a namespace's quotas may have to count is written one after the other: each writes the quotas too. */
const quotaLane = (cut: LiveCut, command: Command): string | undefined => {
  if (command.verb === 'delete') return undefined
  const namespace = command.verb === 'patch' ? command.ref.namespace : command.object.metadata?.namespace
  if (!namespace || (command.verb !== 'create' && !mayTakeMore(command))) return undefined
  return cut.entries('', 'resourcequotas', namespace).length === 0 ? undefined : `quota ${namespace}`
}

/** Updates that can change what an object takes of a quota. */
const mayTakeMore = ({ kind, subresource = '' }: Command & { readonly subresource?: string }): boolean =>
  kind.group === '' && growing.has(`${kind.resource}/${subresource}`)

const growing: ReadonlySet<string> = new Set([
  'pods/',
  'pods/resize',
  'services/',
  'persistentvolumeclaims/',
  'persistentvolumeclaims/status',
])
