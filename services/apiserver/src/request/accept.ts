import { E, own } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'

/** The form in which an answer is wanted; `group` and `version` are those of the form, `meta.k8s.io` `v1` by preference. */
export type Form =
  | { readonly tag: 'Plain' }
  | { readonly tag: 'Table'; readonly version: 'v1' | 'v1beta1' }
  | { readonly tag: 'PartialMetadata'; readonly version: 'v1' | 'v1beta1' }

export interface Accepted {
  readonly encoding: 'json' | 'yaml'
  readonly form: Form
}

interface MediaRange {
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
  readonly quality: number
}

const parseRanges = (header: string): readonly MediaRange[] =>
  header
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(part => {
      const [type = '', ...rest] = part.split(';').map(piece => piece.trim())
      const parameters = Object.fromEntries(
        rest.flatMap(piece => {
          const equals = piece.indexOf('=')
          return equals > 0 ? [[piece.slice(0, equals).toLowerCase(), piece.slice(equals + 1)] as const] : []
        }),
      )
      const quality = Number(parameters.q ?? '1')
      return { type: type.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 1 : quality }
    })
    .sort((a, b) => b.quality - a.quality)

const encodings: Readonly<Record<string, Accepted['encoding']>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/*': 'json',
  '*/*': 'json',
}

const formOf = (parameters: Readonly<Record<string, string>>): Form | undefined => {
  const { as, v = 'v1', g = 'meta.k8s.io' } = parameters
  if (as === undefined || as === '') return { tag: 'Plain' }
  if (g !== 'meta.k8s.io' || (v !== 'v1' && v !== 'v1beta1')) return undefined
  if (as === 'Table') return { tag: 'Table', version: v }
  if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList')
    return { tag: 'PartialMetadata', version: v }
  return undefined
}

/**
 * The first media range of an `Accept` header that this server can answer with; an absent header means JSON. Protobuf is
 * never answered: clients that ask for it alone are refused, those that add `*\/*` get JSON.
 *
 * @param transformable whether the resource can be shown as a Table or as metadata only
 */
export const negotiate = (header: string | undefined, transformable: boolean): Either<Refusal, Accepted> => {
  if (header === undefined || header.trim() === '') return E.right({ encoding: 'json', form: { tag: 'Plain' } })
  for (const { type, parameters } of parseRanges(header)) {
    const encoding = own(encodings, type)
    if (!encoding) continue
    const form = formOf(parameters)
    if (!form || (form.tag !== 'Plain' && !transformable)) continue
    return E.right({ encoding, form })
  }
  return E.left({
    tag: 'NotAcceptable',
    message: 'only the following media types are accepted: application/json, application/yaml',
  })
}
