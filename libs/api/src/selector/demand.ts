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

const allowOnly = (demand: Demand, values: readonly string[]): void => {
  demandPresence(demand, true)
  const { allowed } = demand
  demand.allowed = new Set(allowed ? values.filter(value => allowed.has(value)) : values)
}

/** A missing label satisfies `!=`, `notin` and `!`. */
const add = (demand: Demand, { operator, values }: Requirement): void => {
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return allowOnly(demand, values)
    case '!=':
    case 'notin':
      return values.forEach(value => demand.denied.add(value))
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
export const testOf = (requirements: readonly Requirement[]): ((labels: Labels) => boolean) => {
  const demands = new Map<string, Demand>()
  for (const requirement of requirements) {
    const { key } = requirement
    const demand = demands.get(key) ?? {
      ...{ present: undefined, impossible: false, allowed: undefined, above: undefined, below: undefined },
      denied: new Set<string>(),
    }
    demands.set(key, demand)
    add(demand, requirement)
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
