import { differences } from '@periplus/replay'
import type { Difference } from '@periplus/replay'
import type { RecordedEvent } from '@periplus/log'

const objectOf = (event: RecordedEvent | undefined): unknown =>
  event === undefined ? {} : (JSON.parse(Buffer.from(event.body).toString()) as unknown)

const longestValue = 120

const valueText = (value: unknown): string => {
  const text = value === undefined ? '(absent)' : JSON.stringify(value)
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text
}

/** `path: before -> after`; what was absent before or after is marked with `+` or `-`. */
export const differenceLine = ({ path, before, after }: Difference): string => {
  if (before === undefined) return `+ ${path}: ${valueText(after)}`
  if (after === undefined) return `- ${path}: ${valueText(before)}`
  return `~ ${path}: ${valueText(before)} -> ${valueText(after)}`
}

/** What an event changed against the object's event before it; of a creation and a deletion only that they happened. */
export const changeLines = (before: RecordedEvent | undefined, event: RecordedEvent): readonly string[] => {
  if (before === undefined || before.type === 'deleted' || event.type === 'created') return []
  if (event.type === 'deleted') return []
  return differences(objectOf(before), objectOf(event)).map(differenceLine)
}

/** An object's history, oldest first: who did what when, and the difference. */
export const historyText = (events: readonly RecordedEvent[]): string =>
  events
    .map((event, index) => {
      const title = `${event.sequence}  ${event.time}  ${event.origin.actor}  ${event.type}`
      return [title, ...changeLines(events[index - 1], event).map(line => `    ${line}`)].join('\n')
    })
    .join('\n')
