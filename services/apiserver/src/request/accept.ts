import { E, own } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { notAcceptable, protobufMediaType } from '@periplus/api'
import type { Refusal } from '@periplus/api'

/** The form in which an answer is wanted; `group` and `version` are those of the form, `meta.k8s.io` `v1` by preference. */
export type Form =
  | { readonly tag: 'Plain' }
  | { readonly tag: 'Table'; readonly version: 'v1' | 'v1beta1' }
  | { readonly tag: 'PartialMetadata'; readonly version: 'v1' | 'v1beta1' }

export type Encoding = 'json' | 'yaml' | 'protobuf'

export interface Accepted {
  readonly encoding: Encoding
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

const encodings: Readonly<Record<string, Encoding>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  [protobufMediaType]: 'protobuf',
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

/** What can be answered. */
export interface Offer {
  /** The resource can be shown as a Table or as metadata only. */
  readonly transformable: boolean
  /** The kind has a protobuf form. A Table never has one, the metadata of an object always. */
  readonly protobuf: boolean
}

const offers = ({ transformable, protobuf }: Offer, { encoding, form }: Accepted): boolean => {
  if (form.tag === 'Plain') return protobuf || encoding !== 'protobuf'
  return transformable && (form.tag === 'PartialMetadata' || encoding !== 'protobuf')
}

/** The first media range of an `Accept` header that this server can answer with; an absent header means JSON. */
export const negotiate = (header: string | undefined, offer: Offer): Either<Refusal, Accepted> => {
  if (header === undefined || header.trim() === '') return E.right({ encoding: 'json', form: { tag: 'Plain' } })
  for (const { type, parameters } of parseRanges(header)) {
    const encoding = own(encodings, type)
    if (!encoding) continue
    const form = formOf(parameters)
    if (form && offers(offer, { encoding, form })) return E.right({ encoding, form })
  }
  return E.left(notAcceptable(['application/json', 'application/yaml', protobufMediaType]))
}

/**
 * How a value is written that is no object of a resource: refusals above all. A client that takes objects in another form takes
 * these as what it accepts besides.
 */
export const valueEncoding = (header: string | undefined): Encoding => {
  const whole = negotiate(header, { transformable: true, protobuf: true })
  if (E.isRight(whole) && whole.right.encoding === 'yaml') return 'yaml'
  const plain = negotiate(header, { transformable: false, protobuf: true })
  return E.isRight(plain) ? plain.right.encoding : 'json'
}
