import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { decodeValue, fieldError, groupVersion, statusOf } from '@periplus/api'
import type { Decodable, FieldError, Refusal } from '@periplus/api'
import { parseYaml } from '../request/parse-yaml.ts'
import { durationFault } from './duration.ts'

const said = (refusal: Refusal): string => statusOf(refusal).message ?? refusal.tag

/**
 * What a configuration file (YAML or JSON) says, read as strictly as Kubernetes reads its own: it names its version and kind, and has
 * no field twice and none that nobody knows. Left: a line for a person.
 */
export const readConfiguration = <A>(of: Decodable<A>, text: string): Either<string, A> => {
  const parsed = parseYaml(Buffer.from(text))
  if (E.isLeft(parsed)) return E.left(said(parsed.left))
  const { value, duplicates } = parsed.right
  const [duplicate] = duplicates
  if (duplicate !== undefined) return E.left(`strict decoding error: ${duplicate}`)
  const { apiVersion, kind } = (value ?? {}) as { readonly apiVersion?: unknown; readonly kind?: unknown }
  if (apiVersion === undefined || kind === undefined)
    return E.left(`must say apiVersion: ${groupVersion(of)} and kind: ${of.kind}`)
  const decoded = decodeValue(of, value, { fieldValidation: 'Strict' })
  if (E.isLeft(decoded)) return E.left(said(decoded.left))
  // As it was written: an empty text is no absent one.
  const fault = durationFault(of.schema, value)
  return fault === undefined ? E.right(decoded.right.object) : E.left(fault)
}

/** The same as `readConfiguration`, held to the rules of its kind. Left: a line for each fault. */
export const readChecked = <A>(
  of: Decodable<A>,
  text: string,
  errorsOf: (read: A) => readonly FieldError[],
): Either<readonly string[], A> => {
  const read = readConfiguration(of, text)
  if (E.isLeft(read)) return E.left([read.left])
  const errors = errorsOf(read.right)
  return errors.length === 0 ? read : E.left(errors.map(fieldError.line))
}
