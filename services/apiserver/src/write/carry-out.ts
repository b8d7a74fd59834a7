import { E, sharedTurn } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { refOf } from '@periplus/api'
import type { IncludeObject, Kind, Refusal } from '@periplus/api'
import type { Candidate, Command, Outcome } from '@periplus/commands'
import type { Entry } from '@periplus/projection'
import type { Answer, Call } from '../http/call.ts'
import { originOf } from '../http/call.ts'
import { headerOf } from '../http/exchange.ts'
import { objectBytes } from '../http/reply.ts'
import type { Authority } from '../ports.ts'
import { includeObjectOf } from '../read/include-object.ts'
import { showObject, showOne } from '../read/show.ts'
import { attributesOf } from '../request/attributes.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import type { WriteDeps } from './deps.ts'
import { longBody } from './read-object.ts'
import { inTheNameOf, requesterOf } from './requester.ts'
import { fieldManagerOf } from './write-options.ts'
import { untilVisible } from './written.ts'

/** Carries a command out in the caller's name and waits until its outcome can be read here. */
export const carryOut = async (deps: WriteDeps, call: Call, command: Command): Promise<Either<Refusal, Outcome>> => {
  const fieldManager = fieldManagerOf(call.query, headerOf(call.request, 'user-agent'))
  const named = command.verb === 'delete' ? command : { ...command, fieldManager }
  const asked = inTheNameOf(named, call.user)
  const outcome = await deps.security.deciding(authority => {
    const guard = (write: Candidate): Refusal | undefined => mayWrite(authority, call, write)
    return deps.commands.execute(asked, originOf(call), undefined, guard, requesterOf(call.user))
  })
  if (E.isLeft(outcome)) return outcome
  outcome.right.warnings?.forEach(call.warn)
  call.trail.admitted(outcome.right.annotations ?? {})
  call.trail.responded(() => outcome.right.object)
  await untilVisible(deps.cut, deps.clock, call, outcome.right)
  return outcome
}

/** What is applied and isn't there is created, which is another right than to patch it. */
const mayWrite = (authority: Authority, call: Call, write: Candidate): Refusal | undefined => {
  if (call.info.verb === 'patch' && write.operation === 'create') {
    const allowed = authority.authorize(call.user, { ...attributesOf(call.info), verb: 'create' })
    if (E.isLeft(allowed)) return allowed.left
  }
  return authority.mayWrite(call.user, write)
}

/** The same, answered with the object in the form that the client accepts. */
export const answerWith = async (
  deps: WriteDeps,
  asked: ResourceCall,
  command: Command,
  code: number | ((outcome: Outcome) => number),
): Promise<Answer> => {
  const include = includeObjectOf(asked.call.query)
  if (E.isLeft(include)) return include
  const outcome = await carryOut(deps, asked.call, command)
  if (E.isLeft(outcome)) return outcome
  const shown = await showOutcome(deps, asked, outcome.right, include.right)
  return E.right(objectBytes(asked.accepted.encoding, shown, typeof code === 'number' ? code : code(outcome.right)))
}

/** The object that a command left, in the form that the client accepts; in a turn of its own where it is long. */
export const showOutcome = async (
  deps: WriteDeps,
  { kind, accepted }: ResourceCall,
  outcome: Outcome,
  include: IncludeObject,
): Promise<Uint8Array> => {
  const entry = entryOf(deps, kind, outcome)
  if (sharedTurn.isOver() || (entry && entry.bytes.length >= longBody)) await sharedTurn.next()
  const tabling = { include, now: deps.clock.now }
  return entry ? showOne(kind, entry, accepted, tabling) : showObject(kind, outcome.object, accepted, tabling)
}

/** What was written, where the cut still has just that: then it is bytes already. */
const entryOf = ({ cut }: WriteDeps, kind: Kind, { object, sequence, changed }: Outcome): Entry | undefined => {
  if (!changed || !kind.stored) return undefined
  const { namespace = '', name = '' } = object.metadata ?? {}
  const entry = cut.entry(refOf(kind, namespace, name))
  return entry?.sequence === sequence ? entry : undefined
}
