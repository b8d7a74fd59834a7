import { templateOf } from '../template.ts'
import type { Template } from '../template.ts'
import type { ConfigReader } from './read-config.ts'

/** A field whose text may have places for what differs from line to line. */
export const readTemplate = (config: ConfigReader, field: string, byDefault: string): Template => {
  const template = templateOf(config.text(field) ?? byDefault)
  for (const name of template.unknown) config.fault(field, `{${name.slice(0, 64)}} is no place that is filled in`)
  return template
}
