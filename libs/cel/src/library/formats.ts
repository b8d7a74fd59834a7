import {
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isLabelValue,
  isQualifiedName,
  parseTime,
} from '@periplus/api'
import { costSize, perCharacter, perPatternCharacter } from '../values/size.ts'
import { parseTimestamp } from '../values/time.ts'
import { Opaque, Optional, PlainList, noValue } from '../values/value.ts'
import type { Value } from '../values/value.ts'
import { arg, overload } from './overload.ts'
import type { Cost, Overload } from './overload.ts'
import { parseUrl } from './urls.ts'

/** What is wrong with a text. */
type Validate = (text: string) => readonly string[]

class FormatValue extends Opaque {
  readonly type = { tag: 'opaque', name: 'kubernetes.NamedFormat' } as const
  readonly name: string
  readonly validate: Validate
  /** How long a regular expression for it would be: its price. */
  readonly patternLength: number
  constructor(name: string, validate: Validate, patternLength: number) {
    super()
    this.name = name
    this.validate = validate
    this.patternLength = patternLength
  }
  equals(other: Opaque): boolean {
    return other instanceof FormatValue && this.name === other.name
  }
}

/** A prefix of a name may end with a dash, as something will follow it. */
const asPrefix =
  (validate: Validate): Validate =>
  text =>
    validate(text.replace(/-$/, 'a'))

const unless =
  (holds: (text: string) => boolean, complaint: string): Validate =>
  text =>
    holds(text) ? [] : [complaint]

const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const formats: ReadonlyMap<string, FormatValue> = new Map(
  (
    [
      ['dns1123Label', 'DNS1123Label', isDns1123Label, 30],
      ['dns1123Subdomain', 'DNS1123Subdomain', isDns1123Subdomain, 60],
      ['dns1035Label', 'DNS1035Label', isDns1035Label, 30],
      ['qualifiedName', 'QualifiedName', isQualifiedName, 60],
      ['dns1123LabelPrefix', 'DNS1123LabelPrefix', asPrefix(isDns1123Label), 30],
      ['dns1123SubdomainPrefix', 'DNS1123SubdomainPrefix', asPrefix(isDns1123Subdomain), 60],
      ['dns1035LabelPrefix', 'DNS1035LabelPrefix', asPrefix(isDns1035Label), 30],
      ['labelValue', 'LabelValue', isLabelValue, 40],
      ['uri', 'URI', (text: string) => [parseUrl(text)].filter(one => typeof one === 'string'), 1031],
      ['uuid', 'uuid', unless(text => uuid.test(text), 'does not match the UUID format'), 78],
      ['byte', 'byte', unless(text => base64.test(text), 'invalid base64'), 83],
      [
        'date',
        'date',
        unless(text => text.length === 10 && parseTimestamp(`${text}T00:00:00Z`) !== undefined, 'invalid date'),
        78,
      ],
      [
        'datetime',
        'datetime',
        unless(text => text.length < 64 && parseTime(text) !== undefined, 'invalid datetime'),
        78,
      ],
    ] as const
  ).map(([key, name, validate, length]) => [key, new FormatValue(name, validate, length)]),
)

const validated: Cost = ([format, text = null], _, budget) =>
  Math.ceil((1 + costSize(text, budget)) * perCharacter) *
  Math.ceil((format instanceof FormatValue ? format.patternLength : 1) * perPatternCharacter)

const type = 'kubernetes.NamedFormat'

const complaintsOf = (args: readonly Value[]): Value => {
  const complaints = arg<FormatValue>(args, 0).validate(arg<string>(args, 1))
  return complaints.length === 0 ? noValue : new Optional(new PlainList(complaints))
}

const named = (args: readonly Value[]): Value => {
  const format = formats.get(arg<string>(args, 0))
  return format ? new Optional(format) : noValue
}

/** Kubernetes' named formats. */
export const namedFormats: readonly Overload[] = [
  overload('.validate', 'format-validate', `${type}, string -> optional(list(string))`, complaintsOf, validated),
  overload('format.named', 'format-named', `string -> optional(${type})`, named),
  ...[...formats].map(([key, format]) => overload(`format.${key}`, `format.${key}`, `-> ${type}`, () => format)),
]
