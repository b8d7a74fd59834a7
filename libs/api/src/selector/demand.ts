import { isRestDue } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { parseInt64 } from '../int64/int64.ts'
import type { Requirement } from './requirement.ts'

/** All that a selector demands of one label, whatever the number of requirements that say so. */
interface Demand {
  /** `undefined`: the label may be there or not. */
  present: boolean | undefined
  /** Requirements that exclude each other: no value will do. */
  impossible: boolean
  allowed: ReadonlySet<string> | undefined
  readonly denied: Set<string>
  above: bigint | undefined
  below: bigint | undefined
}

type Labels = Readonly<Record<string, string>>

const demandPresence = (demand: Demand, present: boolean): void => {
  demand.impossible ||= demand.present === !present
  demand.present = present
}

function* allowOnly(demand: Demand, values: readonly string[]): Steps<void> {
  demandPresence(demand, true)
  const before = demand.allowed
  const allowed = new Set<string>()
  for (const value of values) {
    if (isRestDue()) yield
    if (before?.has(value) ?? true) allowed.add(value)
  }
  demand.allowed = allowed
}

function* deny({ denied }: Demand, values: readonly string[]): Steps<void> {
  for (const value of values) {
    if (isRestDue()) yield
    denied.add(value)
  }
}

/** A missing label satisfies `!=`, `notin` and `!`. */
function* add(demand: Demand, { operator, values }: Requirement): Steps<void> {
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return yield* allowOnly(demand, values)
    case '!=':
    case 'notin':
      return yield* deny(demand, values)
    case 'exists':
      return demandPresence(demand, true)
    case '!':
      return demandPresence(demand, false)
    case 'gt': {
      demandPresence(demand, true)
      const bound = parseInt64(values[0] ?? '0')
      if (bound === undefined) demand.impossible = true
      else if (demand.above === undefined || bound > demand.above) demand.above = bound
      return
    }
    case 'lt': {
      demandPresence(demand, true)
      const bound = parseInt64(values[0] ?? '0')
      if (bound === undefined) demand.impossible = true
      else if (demand.below === undefined || bound < demand.below) demand.below = bound
    }
  }
}

const isBetween = (value: string, { above, below }: Demand): boolean => {
  if (above === undefined && below === undefined) return true
  const number = parseInt64(value)
  return number !== undefined && (above === undefined || number > above) && (below === undefined || number < below)
}

const isMetBy = (demand: Demand, value: string | undefined): boolean => {
  if (value === undefined) return demand.present !== true
  if (demand.present === false || demand.denied.has(value)) return false
  return (demand.allowed === undefined || demand.allowed.has(value)) && isBetween(value, demand)
}

/**
 * The requirements as one test, made once and run on many objects. It costs as much as the selector has labels or the object has,
 * whichever are fewer: a selector of thousands of requirements, over thousands of objects, would take seconds one by one.
 */
export function* testInSteps(requirements: readonly Requirement[]): Steps<(labels: Labels) => boolean> {
  const demands = new Map<string, Demand>()
  for (const requirement of requirements) {
    if (isRestDue()) yield
    const { key } = requirement
    const demand = demands.get(key) ?? {
      ...{ present: undefined, impossible: false, allowed: undefined, above: undefined, below: undefined },
      denied: new Set<string>(),
    }
    demands.set(key, demand)
    yield* add(demand, requirement)
  }
  const each = [...demands]
  const needed = each.filter(([, { present }]) => present === true).length
  if (each.some(([, { impossible }]) => impossible)) return () => false
  return labels => {
    const keys = each.length > 8 ? Object.keys(labels) : undefined
    if (keys === undefined || keys.length >= each.length) {
      for (const [key, demand] of each)
        if (!isMetBy(demand, Object.hasOwn(labels, key) ? labels[key] : undefined)) return false
      return true
    }
    let met = 0
    for (const key of keys) {
      const demand = demands.get(key)
      if (demand === undefined) continue
      if (!isMetBy(demand, labels[key])) return false
      if (demand.present === true) met++
    }
    return met === needed
  }
}
