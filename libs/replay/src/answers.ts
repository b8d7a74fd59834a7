import { seededRandom, thrownText } from '@periplus/prelude'
import { toJson } from '@periplus/api'
import { serialiseCommand } from '@periplus/commands'
import { observedCut } from '@periplus/controller'
import type { Controller, Decision, DecisionRecord } from '@periplus/controller'
import type { Cut } from '@periplus/projection'

/** What a decision asks for; `failed` is what deciding threw, and nothing is asked for then. */
export type Answer = Pick<DecisionRecord, 'commands' | 'requeueAfter' | 'why' | 'failed'>

/** What decides a decision besides its cut and its controller. */
export type DecidedOn = Pick<DecisionRecord, 'key' | 'now' | 'seed' | 'refused' | 'inputs' | 'observed'>

/** Takes a recorded decision again, on a cut that stands at `record.cut`. */
export const decideAgain = (controller: Controller, cut: Cut, record: DecidedOn): Decision =>
  controller.decide(observedCut(cut, record.observed ?? []), record.key, {
    now: record.now,
    random: seededRandom(record.seed),
    ...(record.refused ? { refused: record.refused } : {}),
    ...(record.inputs ? { inputs: record.inputs } : {}),
  })

/** In the form in which it is recorded. */
export const answerOf = (decision: Decision): Answer => ({
  commands: decision.commands.map(serialiseCommand),
  ...(decision.requeueAfter === undefined ? {} : { requeueAfter: decision.requeueAfter }),
  why: decision.why,
})

/** The same where it throws, which is an answer, too. */
export const answerAgain = (controller: Controller, cut: Cut, record: DecidedOn): Answer => {
  try {
    return answerOf(decideAgain(controller, cut, record))
  } catch (error) {
    const failed = thrownText(error)
    return { commands: [], why: `it could not be decided: ${failed}`, failed }
  }
}

/** Whether two answers ask for the same, whatever they say of it. */
export const asksTheSame = (one: Answer, other: Answer): boolean =>
  toJson([one.commands, one.requeueAfter, one.failed]) === toJson([other.commands, other.requeueAfter, other.failed])

/** Whether two answers are one, byte for byte. */
export const isSameAnswer = (one: Answer, other: Answer): boolean => one.why === other.why && asksTheSame(one, other)
