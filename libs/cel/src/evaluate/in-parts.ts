import { atOnce } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { EvaluationFault } from '../values/value.ts'
import type { Value } from '../values/value.ts'
import type { Frame, Step } from './frame.ts'

/** What rests between small steps; at once where nobody waits for it. */
export const longStep = (long: NonNullable<Step['long']>): Step =>
  Object.assign((frame: Frame) => atOnce(long(frame)), { long })

/** The value of a part. */
export function* valueOf(part: Step, frame: Frame): Steps<Value> {
  return part.long ? yield* part.long(frame) : part(frame)
}

type Outcome = { readonly value: Value } | { readonly fault: EvaluationFault }

/** A part that takes long was asked for its value, which is not there yet. */
class Missing extends Error {
  readonly part: number
  constructor(part: number) {
    super('a part is still to be evaluated')
    this.part = part
  }
}

const told = (outcome: Outcome): Value => {
  if ('fault' in outcome) throw outcome.fault
  return outcome.value
}

/**
 * A step of other steps. Where one of them is long, it is too: what `build` makes is tried until all the parts that it asks for are
 * there. Each of them is evaluated once, in the order in which it is asked for. So what `build` makes may spend nothing before it has the
 * parts that it needs.
 */
export const inParts = (parts: readonly Step[], build: (parts: readonly Step[]) => Step): Step => {
  if (!parts.some(({ long }) => long)) return build(parts)
  // Whose evaluation it is that `tried` takes part in; that is over before another one begins.
  let outcomes: (Outcome | undefined)[] = []
  const held = (part: Step, at: number): Step => {
    const evaluate = (frame: Frame): Outcome => {
      if (part.long) throw new Missing(at)
      return outcomeOf(() => part(frame))
    }
    return frame => told((outcomes[at] ??= evaluate(frame)))
  }
  const tried = build(parts.map(held))
  return longStep(function* (frame) {
    const mine: (Outcome | undefined)[] = []
    for (;;) {
      outcomes = mine
      const missing = unlessMissing(() => tried(frame))
      if ('value' in missing) return missing.value
      mine[missing.part] = yield* longOutcome(parts[missing.part] as Step, frame)
    }
  })
}

const unlessMissing = (evaluate: () => Value): { readonly value: Value } | Missing => {
  try {
    return { value: evaluate() }
  } catch (thrown) {
    if (thrown instanceof Missing) return thrown
    throw thrown
  }
}

const outcomeOf = (evaluate: () => Value): Outcome => {
  try {
    return { value: evaluate() }
  } catch (thrown) {
    return faultOf(thrown)
  }
}

function* longOutcome(part: Step, frame: Frame): Steps<Outcome> {
  try {
    return { value: yield* valueOf(part, frame) }
  } catch (thrown) {
    return faultOf(thrown)
  }
}

const faultOf = (thrown: unknown): Outcome => {
  if (thrown instanceof EvaluationFault) return { fault: thrown }
  throw thrown
}
