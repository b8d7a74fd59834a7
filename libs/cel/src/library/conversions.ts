import { lengthOf, traversal } from '../values/size.ts'
import { durationText, parseDuration, parseTimestamp, timestampOf, timestampText } from '../values/time.ts'
import { doubleText } from '../values/double-text.ts'
import { Duration, TypeValue, Uint, typeNameOf } from '../values/value.ts'
import type { List, Value, ValueMap, Timestamp } from '../values/value.ts'
import { arg, fail, overload } from './overload.ts'
import type { Cost, Overload } from './overload.ts'

const wholeText: Cost = ([value = null], _, budget) => traversal(value, budget)

const whole = (value: bigint, least: bigint, most: bigint, type: string): bigint =>
  value < least || value > most ? fail(type === 'uint' ? 'unsigned integer overflow' : 'integer overflow') : value
const asInt = (value: bigint): bigint => whole(value, -(2n ** 63n), 2n ** 63n - 1n, 'int')
const asUint = (value: bigint): Uint => new Uint(whole(value, 0n, 2n ** 64n - 1n, 'uint'))

const truncated = (value: number, type: string, least: number, most: number): bigint =>
  value > least && value < most
    ? BigInt(Math.trunc(value))
    : fail(type === 'uint' ? 'unsigned integer overflow' : 'integer overflow')

const readInteger = (text: string, type: string, pattern: RegExp): bigint =>
  text.length <= 64 && pattern.test(text)
    ? BigInt(text.replace(/^\+/, ''))
    : fail(`type conversion error from 'string' to '${type}'`)

const readBool = (text: string): boolean => {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true
  return ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)
    ? false
    : fail(`type conversion error from 'string' to 'bool'`)
}

const readDouble = (text: string): number => {
  const special = specials.get(text.toLowerCase())
  if (special !== undefined) return special
  return text.length <= 400 && /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/.test(text)
    ? Number(text)
    : fail(`type conversion error from 'string' to 'double'`)
}

const specials: ReadonlyMap<string, number> = new Map([
  ['nan', NaN],
  ...['inf', '+inf', 'infinity', '+infinity'].map((name): [string, number] => [name, Infinity]),
  ...['-inf', '-infinity'].map((name): [string, number] => [name, -Infinity]),
])

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const decoded = (bytes: Uint8Array): string => {
  try {
    return utf8.decode(bytes)
  } catch {
    return fail('invalid UTF-8 in bytes, cannot convert to string')
  }
}

const itself = (args: readonly Value[]): Value => arg(args, 0)
const second = 1_000_000_000n
const floorSeconds = (nanos: bigint): bigint => (nanos - (((nanos % second) + second) % second)) / second

const strings: readonly Overload[] = [
  overload('string', 'string_to_string', 'string -> string', itself),
  overload('string', 'bool_to_string', 'bool -> string', args => String(arg(args, 0))),
  overload('string', 'int64_to_string', 'int -> string', args => String(arg(args, 0))),
  overload('string', 'uint64_to_string', 'uint -> string', args => String(arg<Uint>(args, 0).value)),
  overload('string', 'double_to_string', 'double -> string', args => doubleText(arg<number>(args, 0))),
  overload('string', 'bytes_to_string', 'bytes -> string', args => decoded(arg<Uint8Array>(args, 0)), wholeText),
  overload('string', 'timestamp_to_string', 'timestamp -> string', args => timestampText(arg<Timestamp>(args, 0))),
  overload('string', 'duration_to_string', 'duration -> string', args => durationText(arg<Duration>(args, 0))),
]

const numbers: readonly Overload[] = [
  overload('int', 'int64_to_int64', 'int -> int', itself),
  overload('int', 'uint64_to_int64', 'uint -> int', args => asInt(arg<Uint>(args, 0).value)),
  overload('int', 'double_to_int64', 'double -> int', args =>
    truncated(arg<number>(args, 0), 'int', -(2 ** 63), 2 ** 63),
  ),
  overload('int', 'string_to_int64', 'string -> int', args =>
    asInt(readInteger(arg<string>(args, 0), 'int', /^[-+]?\d+$/)),
  ),
  overload('int', 'timestamp_to_int64', 'timestamp -> int', args => floorSeconds(arg<Timestamp>(args, 0).nanos)),
  overload('int', 'duration_to_int64', 'duration -> int', args => arg<Duration>(args, 0).nanos),
  overload('uint', 'uint64_to_uint64', 'uint -> uint', itself),
  overload('uint', 'int64_to_uint64', 'int -> uint', args => asUint(arg<bigint>(args, 0))),
  overload(
    'uint',
    'double_to_uint64',
    'double -> uint',
    args => new Uint(truncated(arg<number>(args, 0), 'uint', -1, 2 ** 64)),
  ),
  overload('uint', 'string_to_uint64', 'string -> uint', args =>
    asUint(readInteger(arg<string>(args, 0), 'uint', /^\d+$/)),
  ),
  overload('double', 'double_to_double', 'double -> double', itself),
  overload('double', 'int64_to_double', 'int -> double', args => Number(arg<bigint>(args, 0))),
  overload('double', 'uint64_to_double', 'uint -> double', args => Number(arg<Uint>(args, 0).value)),
  overload('double', 'string_to_double', 'string -> double', args => readDouble(arg<string>(args, 0))),
  overload('bool', 'bool_to_bool', 'bool -> bool', itself),
  overload('bool', 'string_to_bool', 'string -> bool', args => readBool(arg<string>(args, 0))),
]

const readTimestamp = (text: string): Timestamp =>
  parseTimestamp(text) ?? fail(`type conversion error from 'string' to 'google.protobuf.Timestamp'`)
const readDuration = (text: string): Duration =>
  parseDuration(text) ?? fail(`type conversion error from 'string' to 'google.protobuf.Duration'`)

/** From one type to another, `type`, `dyn` and `size`. */
export const conversions: readonly Overload[] = [
  ...strings,
  ...numbers,
  overload('bytes', 'bytes_to_bytes', 'bytes -> bytes', itself),
  overload(
    'bytes',
    'string_to_bytes',
    'string -> bytes',
    args => new Uint8Array(Buffer.from(arg<string>(args, 0), 'utf8')),
    wholeText,
  ),
  overload('timestamp', 'timestamp_to_timestamp', 'timestamp -> timestamp', itself),
  overload('timestamp', 'string_to_timestamp', 'string -> timestamp', args => readTimestamp(arg<string>(args, 0))),
  overload('timestamp', 'int64_to_timestamp', 'int -> timestamp', args => timestampOf(arg<bigint>(args, 0) * second)),
  overload('duration', 'duration_to_duration', 'duration -> duration', itself),
  overload('duration', 'string_to_duration', 'string -> duration', args => readDuration(arg<string>(args, 0))),
  overload('duration', 'int64_to_duration', 'int -> duration', args => new Duration(arg<bigint>(args, 0))),
  overload('dyn', 'to_dyn', 'A -> dyn', itself),
  overload('type', 'type', 'A -> type(A)', args => new TypeValue(typeNameOf(arg(args, 0)))),
  ...['size', '.size'].flatMap(name => [
    overload(name, 'size_string', 'string -> int', (args, budget) => BigInt(lengthOf(arg<string>(args, 0), budget))),
    overload(name, 'size_bytes', 'bytes -> int', args => BigInt(arg<Uint8Array>(args, 0).length)),
    overload(name, 'size_list', 'list(A) -> int', args => BigInt(arg<List>(args, 0).size)),
    overload(name, 'size_map', 'map(A, B) -> int', args => BigInt(arg<ValueMap>(args, 0).size)),
  ]),
]
