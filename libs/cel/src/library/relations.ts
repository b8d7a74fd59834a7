import type { Budget } from '../evaluate/budget.ts'
import { compareValues } from '../values/compare.ts'
import { equal, isElement } from '../values/equal.ts'
import { costSize, perCharacter } from '../values/size.ts'
import { List, Optional, ValueMap, noValue, noSuchOverload } from '../values/value.ts'
import type { Value } from '../values/value.ts'
import { arg, fail, overload } from './overload.ts'
import type { Cost, Overload } from './overload.ts'

const smallest: Cost = ([a = null, b = null], _, budget) =>
  Math.ceil(Math.min(costSize(a, budget), costSize(b, budget)) * perCharacter)

const compared = (args: readonly Value[], budget: Budget): number => {
  const [a, b] = [arg(args, 0), arg(args, 1)]
  return (
    compareValues(a, b, budget) ??
    (Number.isNaN(a) || Number.isNaN(b) ? fail('NaN values cannot be ordered') : fail(noSuchOverload().message))
  )
}

const comparisons: readonly (readonly [string, string, (order: number) => boolean])[] = [
  ['_<_', 'less', order => order < 0],
  ['_<=_', 'less_equals', order => order <= 0],
  ['_>_', 'greater', order => order > 0],
  ['_>=_', 'greater_equals', order => order >= 0],
]

/** What can be compared, with the ends of cel-go's names for it. */
const comparable: readonly (readonly [string, string])[] = [
  ['bool, bool', 'bool'],
  ['int, int', 'int64'],
  ['int, double', 'int64_double'],
  ['int, uint', 'int64_uint64'],
  ['uint, uint', 'uint64'],
  ['uint, double', 'uint64_double'],
  ['uint, int', 'uint64_int64'],
  ['double, double', 'double'],
  ['double, int', 'double_int64'],
  ['double, uint', 'double_uint64'],
  ['string, string', 'string'],
  ['bytes, bytes', 'bytes'],
  ['timestamp, timestamp', 'timestamp'],
  ['duration, duration', 'duration'],
]

const ordered: readonly Overload[] = comparisons.flatMap(([name, id, holds]) =>
  comparable.map(([types, end]) =>
    overload(
      name,
      `${id}_${end}`,
      `${types} -> bool`,
      (args, budget) => holds(compared(args, budget)),
      end === 'string' || end === 'bytes' ? smallest : undefined,
    ),
  ),
)

/** Positions may be written as any number that is whole. */
const positionOf = (index: Value): number => {
  if (typeof index === 'bigint') return Number(index)
  if (typeof index === 'number')
    return Number.isInteger(index) ? index : fail(`unsupported index type 'double' in list`)
  return typeof index === 'object' && index !== null && 'value' in index && typeof index.value === 'bigint'
    ? Number(index.value)
    : fail(noSuchOverload().message)
}

const elementAt = (list: List, index: Value): Value => {
  const position = positionOf(index)
  return position < 0 || position >= list.size ? fail(`index out of bounds: ${position}`) : list.at(position)
}

const memberAt = (map: ValueMap, key: Value): Value => map.get(key) ?? missing(map, key)

const missing = (map: ValueMap, key: Value): Value =>
  map.get(key) === null ? null : fail(`no such key: ${typeof key === 'object' ? '' : String(key)}`)

const optionally = (collection: Value, index: Value): Optional => {
  if (collection instanceof ValueMap) {
    const value = collection.get(index)
    return value === undefined ? noValue : new Optional(value)
  }
  if (!(collection instanceof List)) return fail(noSuchOverload().message)
  const position = positionOf(index)
  return position < 0 || position >= collection.size ? noValue : new Optional(collection.at(position))
}

/** `optional[?index]`, of what there may be. */
const within = (args: readonly Value[]): Value => {
  const { value } = arg<Optional>(args, 0)
  return value === undefined ? noValue : optionally(value, arg(args, 1))
}

const opaqueCostsOne: Cost = (args, result, budget) =>
  typeof args[0] === 'object' && args[0] !== null && 'type' in args[0] ? 1 : smallest(args, result, budget)

const equals = (args: readonly Value[], budget: Budget): boolean => equal(arg(args, 0), arg(args, 1), budget)

/** `== != < <= > >= in []`. */
export const relations: readonly Overload[] = [
  overload('_==_', 'equals', 'A, A -> bool', equals, opaqueCostsOne),
  overload('_!=_', 'not_equals', 'A, A -> bool', (args, budget) => !equals(args, budget), smallest),
  ...ordered,
  overload(
    '@in',
    'in_list',
    'A, list(A) -> bool',
    (args, budget) => isElement(arg(args, 0), arg<List>(args, 1), budget),
    args => arg<List>(args, 1).size,
  ),
  overload('@in', 'in_map', 'A, map(A, B) -> bool', args => arg<ValueMap>(args, 1).get(arg(args, 0)) !== undefined),
  {
    ...overload('_[_]', 'index_list', 'list(A), int -> A', args => elementAt(arg<List>(args, 0), arg(args, 1))),
    takesAny: true,
  },
  overload('_[_]', 'index_map', 'map(A, B), A -> B', args => memberAt(arg<ValueMap>(args, 0), arg(args, 1))),
  overload('_[_]', 'optional_list_index_int', 'optional(list(A)), int -> optional(A)', within),
  overload('_[_]', 'optional_map_index_value', 'optional(map(A, B)), A -> optional(B)', within),
  overload('_[?_]', 'list_optindex_optional_int', 'list(A), int -> optional(A)', args =>
    optionally(arg(args, 0), arg(args, 1)),
  ),
  overload('_[?_]', 'optional_list_optindex_optional_int', 'optional(list(A)), int -> optional(A)', within),
  overload('_[?_]', 'map_optindex_optional_value', 'map(A, B), A -> optional(B)', args =>
    optionally(arg(args, 0), arg(args, 1)),
  ),
  overload('_[?_]', 'optional_map_optindex_optional_value', 'optional(map(A, B)), A -> optional(B)', within),
]
