import { randomUUID } from 'node:crypto'
import { requestJson } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import type { Refusal } from '@periplus/api'
import { E, assertNever, pause, systemClock } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { Commands } from '../commands.ts'
import { outageOver } from '../execute/outage.ts'
import { serialiseCommand } from '../serialise.ts'
import { readOutcome } from './wire.ts'

/** Where the gateway is, and how long it is waited for. */
export interface RemoteCommandsOptions {
  readonly bus: Bus
  /** Where the gateway listens to this asker. */
  readonly subject: string
  readonly clock?: Clock
  /** How long a gateway that cannot be reached is tried before ServiceUnavailable; milliseconds. */
  readonly unavailablePatience?: number
}

/** A gateway that died with the question is asked again after this long; so is a slow one, which knows the id. */
const answerMilliseconds = 3_000

/**
 * The write path from afar: commands are carried out by a gateway (`serveCommands`), which knows who asks and what they may. A
 * question that was not answered is asked again under the same id, so that it never makes a second event. Guards do not travel:
 * a command with one is refused with InternalError.
 */
export const remoteCommands = (options: RemoteCommandsOptions): Commands => {
  const { bus, subject, clock = systemClock, unavailablePatience = 5000 } = options
  const outage = outageOver(clock, unavailablePatience)
  return {
    execute: async (command, { causes, correlationId }, id = randomUUID(), guard) => {
      if (guard) return refused({ tag: 'InternalError', message: 'a guard cannot be asked from afar' })
      const question = { id, command: serialiseCommand(command), causes, correlationId }
      const begun = clock.now()
      let waits = 0
      for (let wait = 50; ; wait = Math.min(wait * 2, 200)) {
        const answer = await requestJson(bus, subject, question, readOutcome, {
          timeoutMilliseconds: answerMilliseconds,
        })
        if (E.isRight(answer)) {
          outage.succeeded()
          return answer
        }
        switch (answer.left.tag) {
          case 'Refused': {
            outage.succeeded()
            const refusal = answer.left.refusal as Refusal
            if (!isAskedToWait(refusal) || waits++ >= mostWaits) return refused(refusal)
            await pause(clock, refusal.retryAfterSeconds * 1000)
            break
          }
          case 'Failed':
            return refused({ tag: 'InternalError', message: answer.left.message })
          case 'Rejected':
            return refused({ tag: 'RequestEntityTooLarge', limitBytes: 0, message: answer.left.message })
          case 'Unavailable':
          case 'NoPeer':
            outage.failed()
            if (clock.now() + wait > outage.patientUntil(begun))
              return refused({ tag: 'ServiceUnavailable', message: 'no gateway answers', retryAfterSeconds: 1 })
            await pause(clock, wait)
            break
          default:
            return assertNever(answer.left)
        }
      }
    },
  }
}

/** A gateway that has too much to do says so as often before the asker is told. */
const mostWaits = 10

/** Who has too many questions under way; a budget of disruptions that is used up names its cause. */
const isAskedToWait = (refusal: Refusal): refusal is Extract<Refusal, { readonly tag: 'TooManyRequests' }> =>
  refusal.tag === 'TooManyRequests' && refusal.causes === undefined

const refused = (refusal: Refusal): Either<Refusal, never> => E.left(refusal)
