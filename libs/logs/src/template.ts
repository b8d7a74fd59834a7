import { nanoTimeText } from '@periplus/prelude'
import type { LogLine } from './line.ts'

/** A name with places for what differs from line to line. */
export interface Template {
  readonly of: (line: LogLine) => string
  /** Places that there are not. */
  readonly unknown: readonly string[]
}

const places: ReadonlyMap<string, (line: LogLine) => string> = new Map([
  ['namespace', ({ source }) => source.namespace],
  ['pod', ({ source }) => source.pod],
  ['podUid', ({ source }) => source.podUid],
  ['container', ({ source }) => source.container],
  ['node', ({ source }) => source.node],
  ['stream', ({ stream }) => stream],
  ['date', ({ time }) => nanoTimeText(time).slice(0, 10)],
])

/** `logs-{namespace}-{date}`: `{namespace}`, `{pod}`, `{podUid}`, `{container}`, `{node}`, `{stream}` and `{date}` (UTC). */
export const templateOf = (text: string): Template => {
  const parts = text.split(/\{([^{}]*)\}/)
  const unknown = parts.filter((name, i) => i % 2 === 1 && !places.has(name))
  if (parts.length === 1) return { of: () => text, unknown }
  return {
    unknown,
    of: line => parts.map((part, i) => (i % 2 === 1 ? (places.get(part)?.(line) ?? '') : part)).join(''),
  }
}
