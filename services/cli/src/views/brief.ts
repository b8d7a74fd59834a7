import { fromJson } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import type { RecordedEvent } from '@periplus/log'
import { differenceLine, shownDifferences } from './history.ts'

const objectOf = (event: RecordedEvent): KubernetesObject =>
  fromJson(Buffer.from(event.body).toString()) as KubernetesObject

/** What changes with every write and tells nobody anything. */
const incidental = /(^metadata\.generation|[gG]eneration|Time)$/

const mostNamed = 2
const longestValue = 40

const changedFields = (before: KubernetesObject, after: KubernetesObject): string => {
  const lines = shownDifferences(before, after)
    .filter(({ path }) => !incidental.test(path))
    .map(difference => differenceLine(difference, longestValue))
  if (lines.length === 0) return 'nothing but times'
  const more = lines.length - mostNamed
  return [...lines.slice(0, mostNamed), ...(more > 0 ? [`and ${more} more`] : [])].join(', ')
}

/** How long ago something was, as cells end with it: `3 (5m ago)`. */
const withoutAge = (cell: string): string => {
  const opens = cell.lastIndexOf(' (')
  return opens >= 0 && cell.endsWith(' ago)') ? cell.slice(0, opens) : cell
}

/** The cells of `kubectl get` that look different, without those that change by themselves. */
const changedColumns = (kind: Kind, before: KubernetesObject, after: KubernetesObject, now: number): string =>
  kind.columns
    .filter(({ priority, name }) => priority === 0 && name !== 'Age')
    .map(column => {
      const [was, is] = [before, after].map(object => withoutAge(`${column.of(object, now)}`))
      return was === is ? '' : `${column.name.toUpperCase()} ${was} -> ${is}`
    })
    .filter(text => text !== '')
    .join(', ')

/** In a few words what an event changed: as `kubectl get` shows it where it is a status, else field by field. */
export const briefChange = (
  kind: Kind | undefined,
  before: RecordedEvent | undefined,
  event: RecordedEvent,
): string => {
  if (!before || event.type === 'created' || event.type === 'deleted') return ''
  const [was, is] = [objectOf(before), objectOf(event)]
  const shown = kind && event.type === 'status-changed' ? changedColumns(kind, was, is, Date.parse(event.time)) : ''
  return shown === '' ? changedFields(was, is) : shown
}
