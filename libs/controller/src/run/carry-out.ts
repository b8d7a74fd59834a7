import type { Command } from '@periplus/commands'
import type { Sequence } from '@periplus/log'
import type { CommandOutcome } from '../controller.ts'
import { batches } from './batches.ts'

/** What a decision did. */
export interface Acted {
  /** Its newest event; 0 where it did nothing. */
  readonly sequence: Sequence
  /** An act was refused: not all of it came as it was decided. */
  readonly refused: boolean
}

export interface CarriedOut {
  /** Resolves when the decision's acts are done, whatever it has still to tell. */
  readonly acted: Promise<Acted>
  /** One outcome a command, when all are done. */
  readonly outcome: Promise<readonly CommandOutcome[]>
}

const isEvent = ({ kind }: Command): boolean => kind.resource === 'events' && kind.group === ''

/** Where a decision's closing Events begin: they tell people what was done, and no other key's decision depends on them. */
const trailingEventsFrom = (commands: readonly Command[]): number => {
  let from = commands.length
  for (let last = commands[from - 1]; last && isEvent(last); last = commands[from - 1]) from--
  return from
}

/** At most this many commands of one decision are in flight. */
const width = 64

/** Carries out commands side by side, in order of their beginning; none begins after a refusal. */
const together = async (
  commands: readonly Command[],
  execute: (command: Command, index: number) => Promise<CommandOutcome>,
): Promise<readonly CommandOutcome[]> => {
  const outcomes: CommandOutcome[] = []
  let next = 0
  let refused = false
  const lane = async (): Promise<void> => {
    for (let index = next++; index < commands.length && !refused; index = next++) {
      const outcome = await execute(commands[index] as Command, index)
      outcomes[index] = outcome
      refused ||= outcome.tag === 'Refused'
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, commands.length) }, lane))
  return outcomes
}

const inTurn = async (
  commands: readonly Command[],
  first: number,
  execute: (command: Command, index: number) => Promise<CommandOutcome>,
): Promise<readonly CommandOutcome[]> => {
  const outcomes: CommandOutcome[] = []
  for (const batch of batches(commands)) {
    const from = first + outcomes.length
    const done = await together(batch, (command, i) => execute(command, from + i))
    outcomes.push(...done)
    if (done.some(outcome => outcome.tag === 'Refused')) break
  }
  return outcomes
}

/** Carries out a decision's commands in order; the first refusal ends it. */
export const carryOut = (
  commands: readonly Command[],
  execute: (command: Command, index: number) => Promise<CommandOutcome>,
): CarriedOut => {
  const from = trailingEventsFrom(commands)
  const acts = inTurn(commands.slice(0, from), 0, execute)
  const complete = async (): Promise<readonly CommandOutcome[]> => {
    const outcomes: CommandOutcome[] = [...(await acts)]
    if (!outcomes.some(outcome => outcome.tag !== 'Done'))
      outcomes.push(...(await inTurn(commands.slice(from), from, execute)))
    while (outcomes.length < commands.length) outcomes.push({ tag: 'NotTried' })
    return outcomes
  }
  const acted = acts.then(outcomes => ({
    sequence: newest(outcomes),
    refused: outcomes.some(({ tag }) => tag === 'Refused'),
  }))
  return { acted, outcome: complete() }
}

/** The newest sequence among the outcomes; 0 where nothing was done. */
export const newest = (outcomes: readonly CommandOutcome[]): Sequence =>
  outcomes.reduce((sequence, one) => (one.tag === 'Done' ? Math.max(sequence, one.sequence) : sequence), 0)
