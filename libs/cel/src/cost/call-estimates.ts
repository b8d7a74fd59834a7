import { perCharacter, perPatternCharacter } from '../values/size.ts'
import { exactly, either, plus, scaled, times } from './range.ts'
import type { Range } from './range.ts'

/** What is known of a call when its cost is estimated; the target, where there is one, comes first. */
export interface CallSizes {
  readonly size: (position: number) => Range
  /** The size of the elements of an argument that is a list; `undefined` where it is none. */
  readonly elementSize: (position: number) => Range | undefined
  /** Where an argument is an integer that is written out. */
  readonly literal: (position: number) => number | undefined
  readonly count: number
}

export interface CallEstimate {
  readonly cost: Range
  readonly size?: Range
}

type Estimate = (sizes: CallSizes) => CallEstimate

const free: Estimate = () => ({ cost: exactly(1) })
const dear: Estimate = () => ({ cost: exactly(350_000) })

/** Each character is looked at, and the result is as long as the text. */
const traversed =
  (position: number, factor = 1, keepsSize = false): Estimate =>
  ({ size }) => ({
    cost: scaled(size(position), perCharacter * factor),
    ...(keepsSize ? { size: size(position) } : {}),
  })

const both: Estimate = ({ size }) => ({
  cost: times(scaled(size(0), perCharacter), scaled(size(1), perCharacter)),
})

const pattern: Estimate = ({ size }) => ({
  cost: times(scaled(plus(size(0), exactly(1)), perCharacter), scaled(size(1), perPatternCharacter)),
})

const found: Estimate = sizes => ({ ...pattern(sizes), size: { min: 0, max: sizes.size(0).max } })

const compared: Estimate = ({ size }) => {
  const max = Math.min(size(0).max, size(1).max)
  return { cost: scaled({ min: max > 0 ? 1 : 0, max }, perCharacter) }
}

const joinedTexts: Estimate = ({ size }) => {
  const sum = plus(size(0), size(1))
  return { cost: scaled(sum, perCharacter), size: sum }
}

const eachElement: Estimate = ({ size, elementSize }) => {
  const element = elementSize(0)
  return element
    ? { cost: times(size(0), plus(exactly(1), scaled(element, perCharacter))) }
    : { cost: scaled(size(0), perCharacter) }
}

const split: Estimate = ({ size, literal }) => ({
  cost: scaled(size(0), 2 * perCharacter),
  size: { min: 0, max: literal(2) ?? size(0).max },
})

const replaced: Estimate = ({ size }) => {
  const [text, old, by] = [size(0), size(1), size(2)]
  const grows = old.min === 0 || by.max > old.min
  const count = {
    min: old.max === 0 ? text.min + 1 : old.max <= by.min ? 0 : Math.ceil(text.min / old.max),
    max: old.min === 0 ? text.max + 1 : grows ? Math.ceil(text.max / old.min) : 0,
  }
  const kept = {
    min: old.max === 0 || old.max <= by.min ? text.min : 0,
    max: old.min === 0 || !grows ? text.max : 0,
  }
  return { cost: scaled(text, 2 * perCharacter), size: plus(times(count, by), kept) }
}

const joined: Estimate = ({ size, elementSize, count }) => {
  const list = size(0)
  const separators = { min: Math.max(0, list.min - 1), max: Math.max(0, list.max - 1) }
  const sum = plus(times(list, elementSize(0) ?? exactly(0)), count > 1 ? times(size(1), separators) : exactly(0))
  return { cost: scaled(sum, perCharacter), size: sum }
}

const contained =
  (isNetwork: boolean, isText: boolean): Estimate =>
  ({ size }) => {
    const bytes = { min: 4, max: 16 }
    const parts = [scaled(plus(bytes, bytes), perCharacter)]
    if (isNetwork) parts.push(scaled(bytes, perCharacter), exactly(1))
    if (isText) parts.push(scaled(size(1), perCharacter))
    return { cost: plus(...parts) }
  }

const made = 11
const allocated =
  (factor: number, of: (sizes: CallSizes) => Range): Estimate =>
  sizes => ({ cost: plus(scaled(of(sizes), factor), exactly(made)), size: of(sizes) })

const squared =
  (position: number): ((sizes: CallSizes) => Range) =>
  ({ size }) =>
    times(size(position), size(position))

const product =
  (factor: number): Estimate =>
  ({ size }) => ({ cost: plus(scaled(times(size(0), size(1)), factor), exactly(1)) })

const selector: Estimate = ({ size }) => ({
  cost: plus(exactly(10), scaled(size(1), perCharacter), scaled(scaled(size(1), 0.5), 50)),
})

const slice: Estimate = sizes => {
  const [start, end] = [sizes.literal(1) ?? 0, sizes.literal(2) ?? sizes.size(0).max]
  return allocated(1, () => exactly(Math.max(0, end - start)))(sizes)
}

/** By the name of the function, as Kubernetes' own estimates go. */
const byName: ReadonlyMap<string, Estimate> = new Map<string, Estimate>([
  ['check', dear],
  ...['fieldSelector', 'labelSelector'].map((name): [string, Estimate] => [name, selector]),
  ...['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'].map((name): [string, Estimate] => [name, eachElement]),
  ...['url', 'lowerAscii', 'upperAscii', 'substring', 'trim'].map((name): [string, Estimate] => [
    name,
    traversed(0, 1, true),
  ]),
  ['replace', replaced],
  ['split', split],
  ['join', joined],
  ...['find', 'findAll'].map((name): [string, Estimate] => [name, found]),
  ...['cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver'].map((name): [string, Estimate] => [
    name,
    traversed(0),
  ]),
  ['ip.isCanonical', traversed(0, 2)],
  ['validate', ({ size }) => ({ cost: scaled(scaled(size(1), perCharacter), 128 * perPatternCharacter) })],
])

const byId: ReadonlyMap<string, Estimate> = new Map<string, Estimate>([
  ['string_to_ip', traversed(0)],
  ['cidr_contains_ip_string', contained(false, true)],
  ['cidr_contains_ip_ip', contained(false, false)],
  ['cidr_contains_cidr_string', contained(true, true)],
  ['cidr_contains_cidr', contained(true, false)],
  ['string_format', traversed(0)],
  ['string_to_bytes', ({ size }) => ({ cost: scaled(size(0), perCharacter), size: scaled(size(0), 4) })],
  ['bytes_to_string', traversed(0, 1, true)],
  [
    'strings_quote',
    ({ size }) => ({ cost: scaled(size(0), perCharacter), size: plus(scaled(size(0), 2), exactly(2)) }),
  ],
  ['starts_with_string', traversed(1)],
  ['ends_with_string', traversed(1)],
  ['in_list', ({ size }) => ({ cost: size(1) })],
  ['matches_string', pattern],
  ['matches', pattern],
  ['contains_string', both],
  ['add_string', joinedTexts],
  ['add_bytes', joinedTexts],
  ['add_list', ({ size }) => ({ cost: exactly(1), size: plus(size(0), size(1)) })],
  ...[
    'equals',
    'not_equals',
    ...['less', 'less_equals', 'greater', 'greater_equals'].flatMap(name => [`${name}_string`, `${name}_bytes`]),
  ].map((id): [string, Estimate] => [id, compared]),
  ['list_slice', slice],
  ['list_flatten', allocated(1, ({ size }) => size(0))],
  ['list_flatten_int', sizes => allocated(sizes.literal(1) ?? 2 ** 53, ({ size }) => size(0))(sizes)],
  ['lists_range', sizes => allocated(1, () => exactly(sizes.literal(0) ?? 2 ** 64))(sizes)],
  ['list_reverse', allocated(1, ({ size }) => size(0))],
  ['list_distinct', allocated(2, squared(0))],
  ['list_sets_contains_list', product(1)],
  ['list_sets_equivalent_list', product(2)],
  ['list_sets_intersects_list', product(1)],
])

/** What a call costs besides its arguments, and how large its result is. */
export const estimateOf = (name: string, id: string, sizes: CallSizes): CallEstimate => {
  const known = byId.get(id) ?? byName.get(name)
  if (known) return known(sizes)
  if (name === 'sort') return allocated(/string|bytes/.test(id) ? 2.1 : 2, squared(0))(sizes)
  if (name === '@sortByAssociatedKeys') return allocated(/string|bytes/.test(id) ? 2.1 : 2, squared(1))(sizes)
  return free(sizes)
}

export const ofAll = (estimates: readonly CallEstimate[]): CallEstimate =>
  estimates.reduce((all, one) => {
    const size = all.size && one.size ? either(all.size, one.size) : (all.size ?? one.size)
    return { cost: either(all.cost, one.cost), ...(size ? { size } : {}) }
  })
