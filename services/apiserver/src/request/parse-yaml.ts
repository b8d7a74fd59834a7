import { parseDocument } from 'yaml'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'

export interface ParsedYaml {
  readonly value: unknown
  /** One complaint for each key that stands twice in one mapping. */
  readonly duplicates: readonly string[]
}

const refused = (why: string): Either<Refusal, never> =>
  E.left({ tag: 'BadRequest', message: `error converting YAML to JSON: yaml: ${why}` })

/** One YAML document as JSON would have it. Aliases are followed only as far as the library holds to be no attack. */
export const parseYaml = (body: Uint8Array): Either<Refusal, ParsedYaml> => {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()
  const strict = parseDocument(text, { prettyErrors: false, logLevel: 'silent' })
  const repeated = strict.errors.filter(({ code }) => code === 'DUPLICATE_KEY')
  const [fault] = strict.errors.filter(({ code }) => code !== 'DUPLICATE_KEY')
  if (fault) return refused(fault.message)
  const document =
    repeated.length === 0 ? strict : parseDocument(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' })
  try {
    const value: unknown = document.toJS()
    return E.right({
      value,
      duplicates: repeated.map(({ pos }) => `yaml: key ${keyAt(text, pos[0])} already set in map`),
    })
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error))
  }
}

const keyAt = (text: string, position: number): string =>
  JSON.stringify(/^[^:\n]*/.exec(text.slice(position))?.[0]?.trim() ?? '')
