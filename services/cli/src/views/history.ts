import { fromJson, toJson } from '@periplus/api'
import { differences } from '@periplus/replay'
import type { Difference } from '@periplus/replay'
import type { RecordedEvent } from '@periplus/log'

const objectOf = (event: RecordedEvent | undefined): unknown =>
  event === undefined ? {} : (fromJson(Buffer.from(event.body).toString()) as unknown)

const valueText = (value: unknown, longest: number): string => {
  const text = value === undefined ? '(absent)' : toJson(value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

/**
 * `path: before -> after`; what was absent before or after is marked with `+` or `-`. Values are cut at `longest` characters.
 */
export const differenceLine = ({ path, before, after }: Difference, longest = 120): string => {
  if (before === undefined) return `+ ${path}: ${valueText(after, longest)}`
  if (after === undefined) return `- ${path}: ${valueText(before, longest)}`
  return `~ ${path}: ${valueText(before, longest)} -> ${valueText(after, longest)}`
}

/** What differs for people: not who manages which fields, which `kubectl get` leaves out, too. */
export const shownDifferences = (before: unknown, after: unknown): readonly Difference[] =>
  differences(before, after).filter(({ path }) => !path.startsWith('metadata.managedFields'))

/** What an event changed against the object's event before it; of a creation and a deletion only that they happened. */
const changeLines = (before: RecordedEvent | undefined, event: RecordedEvent): readonly string[] => {
  if (before === undefined || before.type === 'deleted' || event.type === 'created') return []
  if (event.type === 'deleted') return []
  return shownDifferences(objectOf(before), objectOf(event)).map(one => differenceLine(one))
}

/** An object's history, oldest first: who did what when, and the difference. */
export const historyText = (events: readonly RecordedEvent[]): string =>
  events
    .map((event, index) => {
      const title = `${event.sequence}  ${event.time}  ${event.origin.actor}  ${event.type}`
      return [title, ...changeLines(events[index - 1], event).map(line => `    ${line}`)].join('\n')
    })
    .join('\n')
