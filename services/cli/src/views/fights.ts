import type { RecordedEvent } from '@periplus/log'
import type { Fight } from '@periplus/replay'
import { toJson } from '@periplus/api'
import type { ToldEvent } from '../past/past.ts'
import { nameOf } from './event-line.ts'

const longestValue = 80

const valueText = (value: unknown, isSecret: boolean): string => {
  if (value === undefined) return '(absent)'
  const text = isSecret ? '(not shown)' : toJson(value)
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text
}

/** Who fights whom over which field, and how often they have undone each other. */
export const fightTitle = ({ ref, path, undone, last, values }: Fight): string => {
  const isSecret = ref.group === '' && ref.resource === 'secrets'
  const [first, then] = last.map(({ origin }, i) => `${origin.actor} sets ${valueText(values[i], isSecret)}`)
  return `${nameOf(ref)}  ${path}: ${first}, ${then}; put back ${undone} times`
}

/** The event with all that led to it, as far as that is told; in the log's order. */
export const chainOf = (event: RecordedEvent, told: readonly ToldEvent[]): readonly ToldEvent[] => {
  const bySequence = new Map(told.map(one => [one.event.sequence, one]))
  const found = new Map<number, ToldEvent>()
  const queue = [event.sequence]
  for (let sequence = queue.shift(); sequence !== undefined; sequence = queue.shift()) {
    const one = bySequence.get(sequence)
    if (!one || found.has(sequence)) continue
    found.set(sequence, one)
    queue.push(...one.event.origin.causes)
  }
  if (found.size === 0) return [{ event, previous: undefined, decision: undefined, own: true }]
  return [...found.values()].sort((a, b) => a.event.sequence - b.event.sequence)
}
