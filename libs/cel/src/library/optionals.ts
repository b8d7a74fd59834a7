import type { Budget } from '../evaluate/budget.ts'
import { List, Optional, PlainList, ValueMap, elementsOf, noValue } from '../values/value.ts'
import type { Value } from '../values/value.ts'
import { arg, fail, overload } from './overload.ts'
import type { Overload } from './overload.ts'

const isZero = (value: Value): boolean =>
  value === null ||
  value === false ||
  value === 0n ||
  value === 0 ||
  value === '' ||
  (value instanceof Uint8Array && value.length === 0) ||
  ((value instanceof List || value instanceof ValueMap) && value.size === 0) ||
  (typeof value === 'object' && 'value' in value && value.value === 0n) ||
  (typeof value === 'object' && 'nanos' in value && value.nanos === 0n)

/** Values that may be missing. `or` and `orValue` are the evaluator's, as they look at their argument only where it is needed. */
export const optionals: readonly Overload[] = [
  overload('optional.of', 'optional_of', 'V -> optional(V)', args => new Optional(arg(args, 0))),
  overload('optional.ofNonZeroValue', 'optional_ofNonZeroValue', 'V -> optional(V)', args =>
    isZero(arg(args, 0)) ? noValue : new Optional(arg(args, 0)),
  ),
  overload('optional.none', 'optional_none', '-> optional(V)', () => noValue),
  overload(
    '.value',
    'optional_value',
    'optional(V) -> V',
    args => arg<Optional>(args, 0).value ?? none(arg<Optional>(args, 0)),
  ),
  overload('.hasValue', 'optional_hasValue', 'optional(V) -> bool', args => arg<Optional>(args, 0).value !== undefined),
  overload('.or', 'optional_or_optional', 'optional(V), optional(V) -> optional(V)', args =>
    arg<Optional>(args, arg<Optional>(args, 0).value === undefined ? 1 : 0),
  ),
  overload('.orValue', 'optional_orValue_value', 'optional(V), V -> V', args => {
    const { value } = arg<Optional>(args, 0)
    return value === undefined ? arg(args, 1) : value
  }),
  overload('optional.unwrap', 'optional_unwrap', 'list(optional(V)) -> list(V)', (args, budget) =>
    unwrapped(arg<List>(args, 0), budget),
  ),
  overload('.unwrapOpt', 'optional_unwrapOpt', 'list(optional(V)) -> list(V)', (args, budget) =>
    unwrapped(arg<List>(args, 0), budget),
  ),
]

const none = ({ value }: Optional): Value => (value === null ? null : fail('optional.none() dereference'))

const unwrapped = (list: List, budget: Budget): List =>
  new PlainList(
    [...elementsOf(list, budget)].flatMap(element =>
      element instanceof Optional && element.value !== undefined ? [element.value] : [],
    ),
  )
