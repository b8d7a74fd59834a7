import { concatenated } from '../values/concatenation.ts'
import { keysText, isElement } from '../values/equal.ts'
import { costSize, perCharacter } from '../values/size.ts'
import { durationOf, timestampOf } from '../values/time.ts'
import { PlainList, Uint, elementsOf } from '../values/value.ts'
import type { Value, Duration, List, Timestamp } from '../values/value.ts'
import type { Budget } from '../evaluate/budget.ts'
import { GrowingList } from '../evaluate/growing.ts'
import { arg, fail, overload } from './overload.ts'
import type { Cost, Overload, Run } from './overload.ts'

const mostInt = 2n ** 63n - 1n
const mostUint = 2n ** 64n - 1n

export const intOf = (value: bigint): bigint =>
  value > mostInt || value < -mostInt - 1n ? fail('integer overflow') : value
export const uintOf = (value: bigint): Uint =>
  value > mostUint || value < 0n ? fail('unsigned integer overflow') : new Uint(value)

type Of<T> = (a: T, b: T) => T

const ints =
  (of: Of<bigint>): Run =>
  args =>
    intOf(of(arg<bigint>(args, 0), arg<bigint>(args, 1)))
const uints =
  (of: Of<bigint>): Run =>
  args =>
    uintOf(of(arg<Uint>(args, 0).value, arg<Uint>(args, 1).value))
const doubles =
  (of: Of<number>): Run =>
  args =>
    of(arg<number>(args, 0), arg<number>(args, 1))

const divided: Of<bigint> = (a, b) => (b === 0n ? fail('division by zero') : a / b)
const modulus: Of<bigint> = (a, b) => (b === 0n ? fail('modulus by zero') : a % b)

/** Adding to a set leaves out what is there, adding to a list with keys replaces what has the same. */
const joined = (a: List, b: List, budget: Budget): List => {
  if (a instanceof GrowingList) return a.grow(b, budget)
  if (!a.by) return concatenated(a, b, budget)
  budget.toil(a.size + b.size)
  if (a.by.tag === 'set') {
    const added = [...elementsOf(b, budget)].filter(element => !isElement(element, a, budget))
    return new PlainList([...elementsOf(a, budget), ...added])
  }
  const { keys } = a.by
  const found = new Map<string, Value>()
  for (const element of [...elementsOf(a, budget), ...elementsOf(b, budget)])
    found.set(keysText(element, keys), element)
  return new PlainList([...found.values()])
}

const bothSizes: Cost = ([a = null, b = null], _, budget) =>
  Math.ceil((costSize(a, budget) + costSize(b, budget)) * perCharacter)

const nanosOf = (args: readonly Value[], position: number): bigint => arg<Timestamp | Duration>(args, position).nanos
const sum: Of<bigint> = (a, b) => a + b
const difference: Of<bigint> = (a, b) => a - b
const times =
  (make: (nanos: bigint) => Value, of: Of<bigint>): Run =>
  args =>
    make(of(nanosOf(args, 0), nanosOf(args, 1)))

/** `+ - * / %` and the sign. */
export const arithmetic: readonly Overload[] = [
  overload('_+_', 'add_int64', 'int, int -> int', ints(sum)),
  overload('_+_', 'add_uint64', 'uint, uint -> uint', uints(sum)),
  overload(
    '_+_',
    'add_double',
    'double, double -> double',
    doubles((a, b) => a + b),
  ),
  overload(
    '_+_',
    'add_string',
    'string, string -> string',
    args => arg<string>(args, 0) + arg<string>(args, 1),
    bothSizes,
  ),
  overload(
    '_+_',
    'add_bytes',
    'bytes, bytes -> bytes',
    args => new Uint8Array(Buffer.concat([arg<Uint8Array>(args, 0), arg<Uint8Array>(args, 1)])),
    bothSizes,
  ),
  overload('_+_', 'add_list', 'list(A), list(A) -> list(A)', (args, budget) =>
    joined(arg<List>(args, 0), arg<List>(args, 1), budget),
  ),
  overload('_+_', 'add_duration_duration', 'duration, duration -> duration', times(durationOf, sum)),
  overload('_+_', 'add_duration_timestamp', 'duration, timestamp -> timestamp', times(timestampOf, sum)),
  overload('_+_', 'add_timestamp_duration', 'timestamp, duration -> timestamp', times(timestampOf, sum)),
  overload('_-_', 'subtract_int64', 'int, int -> int', ints(difference)),
  overload('_-_', 'subtract_uint64', 'uint, uint -> uint', uints(difference)),
  overload(
    '_-_',
    'subtract_double',
    'double, double -> double',
    doubles((a, b) => a - b),
  ),
  overload('_-_', 'subtract_duration_duration', 'duration, duration -> duration', times(durationOf, difference)),
  overload('_-_', 'subtract_timestamp_duration', 'timestamp, duration -> timestamp', times(timestampOf, difference)),
  overload('_-_', 'subtract_timestamp_timestamp', 'timestamp, timestamp -> duration', times(durationOf, difference)),
  overload(
    '_*_',
    'multiply_int64',
    'int, int -> int',
    ints((a, b) => a * b),
  ),
  overload(
    '_*_',
    'multiply_uint64',
    'uint, uint -> uint',
    uints((a, b) => a * b),
  ),
  overload(
    '_*_',
    'multiply_double',
    'double, double -> double',
    doubles((a, b) => a * b),
  ),
  overload('_/_', 'divide_int64', 'int, int -> int', ints(divided)),
  overload('_/_', 'divide_uint64', 'uint, uint -> uint', uints(divided)),
  overload(
    '_/_',
    'divide_double',
    'double, double -> double',
    doubles((a, b) => a / b),
  ),
  overload('_%_', 'modulo_int64', 'int, int -> int', ints(modulus)),
  overload('_%_', 'modulo_uint64', 'uint, uint -> uint', uints(modulus)),
  overload('-_', 'negate_int64', 'int -> int', args => intOf(-arg<bigint>(args, 0))),
  overload('-_', 'negate_double', 'double -> double', args => -arg<number>(args, 0)),
]
