import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { textOf } from '@periplus/logs'
import type { LogLine } from '@periplus/logs'
import type { LineFilter, SinkSpec } from '../definitions/sink.ts'
import { parserOf } from './parse.ts'
import { linePattern } from './pattern.ts'

/** What becomes of a line on its way to a backend; `undefined`: it does not go there. */
export type LineStep = (line: LogLine) => LogLine | undefined

const fieldText = (line: LogLine, field: string | undefined): string => {
  if (field === undefined) return textOf(line)
  const value = line.fields?.get(field)
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
}

const changed = (line: LogLine, change: (fields: Map<string, unknown>) => void): LogLine => {
  const fields = new Map(line.fields)
  change(fields)
  return { ...line, fields }
}

const stepOf = ({ grep, add, remove }: LineFilter, path: string): Either<string, LineStep> => {
  if (grep) {
    const { field, exclude = false } = grep
    const pattern = linePattern(grep.pattern)
    if (E.isLeft(pattern)) return E.left(`${path}.grep.pattern: ${pattern.left}`)
    const { found } = pattern.right
    return E.right(line => (found(fieldText(line, field)) === exclude ? undefined : line))
  }
  return E.right(line =>
    changed(line, fields => {
      for (const [name, value] of Object.entries(add ?? {})) fields.set(name, value)
      for (const name of remove ?? []) fields.delete(name)
    }),
  )
}

/** The steps of a sink as one: parsing, then its filters in their order. Left: which of them cannot be. */
export const lineSteps = ({ parse, filters = [], streams }: SinkSpec): Either<string, LineStep> => {
  const parser = parserOf(parse)
  if (E.isLeft(parser)) return parser
  const steps: LineStep[] = []
  if (streams) steps.push(line => (streams.includes(line.stream) ? line : undefined))
  const read = parser.right
  if (read)
    steps.push(line => {
      const fields = read(textOf(line))
      return fields === undefined ? line : { ...line, fields }
    })
  for (const [i, filter] of filters.entries()) {
    const step = stepOf(filter, `spec.filters[${i}]`)
    if (E.isLeft(step)) return step
    steps.push(step.right)
  }
  return E.right(first => {
    let line: LogLine | undefined = first
    for (const step of steps) if (line !== undefined) line = step(line)
    return line
  })
}
