import { E } from '@periplus/prelude'
import { parseDuration, schema } from '@periplus/api'
import type { Schema } from '@periplus/api'

/**
 * A field of a configuration that is a length of time (Kubernetes' `metav1.Duration`): text as Go's `time.ParseDuration` reads it. A
 * configuration with another text cannot be read.
 */
export const duration: Schema<string> = { ...schema.string }

/** Of a `duration` that was read: its milliseconds. */
export const millisecondsOf = (text: string): number => {
  const read = parseDuration(text)
  if (E.isLeft(read)) throw new Error(read.left)
  return read.right
}

/** What Go says of the first length of time in a value that it does not read. */
export const durationFault = (of: Schema<unknown>, value: unknown): string | undefined => {
  if (value === undefined || value === null) return undefined
  if (of === duration) {
    const read = parseDuration(String(value))
    return E.isLeft(read) ? read.left : undefined
  }
  const { shape } = of
  if (shape.tag === 'list') return firstFault((value as readonly unknown[]).map(one => [shape.of, one]))
  if (shape.tag !== 'struct') return undefined
  const fields = value as Readonly<Record<string, unknown>>
  return firstFault(Object.entries(shape.fields).map(([name, field]) => [field.schema, fields[name]]))
}

const firstFault = (parts: readonly (readonly [Schema<unknown>, unknown])[]): string | undefined => {
  for (const [of, value] of parts) {
    const fault = durationFault(of, value)
    if (fault !== undefined) return fault
  }
  return undefined
}
