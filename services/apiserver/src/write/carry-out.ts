import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import type { Command, Outcome } from '@periplus/commands'
import type { Answer, Call } from '../http/call.ts'
import { originOf } from '../http/call.ts'
import { jsonBytes } from '../http/reply.ts'
import { includeObjectOf } from '../read/include-object.ts'
import { showObject } from '../read/show.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import type { WriteMeans } from './means.ts'
import { untilVisible } from './written.ts'

/** Carries a command out in the caller's name and waits until its outcome can be read here. */
export const carryOut = async (means: WriteMeans, call: Call, command: Command): Promise<Either<Refusal, Outcome>> => {
  const outcome = await means.commands.execute(command, originOf(call), undefined, write =>
    means.security?.mayGrant?.(call.user, write),
  )
  if (E.isRight(outcome)) await untilVisible(means.cut, means.clock, call, outcome.right)
  return outcome
}

/** The same, answered with the object in the form that the client accepts. */
export const answerWith = async (
  means: WriteMeans,
  asked: ResourceCall,
  command: Command,
  code: number,
): Promise<Answer> => {
  const include = includeObjectOf(asked.call.query)
  if (E.isLeft(include)) return include
  const outcome = await carryOut(means, asked.call, command)
  if (E.isLeft(outcome)) return outcome
  const tabling = { include: include.right, now: means.clock.now }
  return E.right(jsonBytes([showObject(asked.kind, outcome.right.object, asked.accepted.form, tabling)], code))
}
