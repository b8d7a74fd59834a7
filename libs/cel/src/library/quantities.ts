import { E } from '@periplus/prelude'
import {
  addQuantities,
  approximateValue,
  compareQuantities,
  parseQuantity,
  quantityFromValue,
  subtractQuantities,
} from '@periplus/api'
import type { Quantity } from '@periplus/api'
import { traversal } from '../values/size.ts'
import { Opaque } from '../values/value.ts'
import type { Value } from '../values/value.ts'
import { arg, fail, overload } from './overload.ts'
import type { Cost, Overload } from './overload.ts'

class QuantityValue extends Opaque {
  readonly type = { tag: 'opaque', name: 'kubernetes.Quantity' } as const
  readonly quantity: Quantity
  constructor(quantity: Quantity) {
    super()
    this.quantity = quantity
  }
  equals(other: Opaque): boolean {
    return other instanceof QuantityValue && compareQuantities(this.quantity, other.quantity) === 0
  }
}

/** Longer ones are none, and reading one is not linear. */
const longest = 1_000

const read = (text: string): Quantity | undefined => {
  const parsed = text.length > longest || /^\s|\s$/.test(text) ? undefined : parseQuantity(text)
  return parsed && E.isRight(parsed) ? parsed.right : undefined
}

const of = (args: readonly Value[], position = 0): Quantity => arg<QuantityValue>(args, position).quantity
const compared = (args: readonly Value[]): number => compareQuantities(of(args), of(args, 1))
const nano = 1_000_000_000n
const mostInt = 2n ** 63n - 1n

const isInteger = ({ nanos }: Quantity): boolean =>
  nanos % nano === 0n && nanos / nano <= mostInt && nanos / nano >= -mostInt - 1n

const integer = (args: readonly Value[]): bigint =>
  isInteger(of(args)) ? of(args).nanos / nano : fail('cannot convert value to integer')

const combined =
  (by: (a: Quantity, b: Quantity) => Quantity, second: (args: readonly Value[]) => Quantity) =>
  (args: readonly Value[]): Value =>
    new QuantityValue(by(of(args), second(args)))
const other = (args: readonly Value[]): Quantity => of(args, 1)
const whole = (args: readonly Value[]): Quantity => quantityFromValue(arg<bigint>(args, 1))

const byText: Cost = ([text = null], _, budget) => traversal(text, budget)
const type = 'kubernetes.Quantity'

/** Kubernetes' quantities. */
export const quantities: readonly Overload[] = [
  overload(
    'quantity',
    'string_to_quantity',
    `string -> ${type}`,
    args =>
      new QuantityValue(
        read(arg<string>(args, 0)) ??
          fail("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
      ),
    byText,
  ),
  overload(
    'isQuantity',
    'is_quantity_string',
    'string -> bool',
    args => read(arg<string>(args, 0)) !== undefined,
    byText,
  ),
  overload('.sign', 'quantity_sign', `${type} -> int`, args => BigInt(Math.sign(Number(of(args).nanos)))),
  overload('.isGreaterThan', 'quantity_is_greater_than', `${type}, ${type} -> bool`, args => compared(args) > 0),
  overload('.isLessThan', 'quantity_is_less_than', `${type}, ${type} -> bool`, args => compared(args) < 0),
  overload('.compareTo', 'quantity_compare_to', `${type}, ${type} -> int`, args => BigInt(compared(args))),
  overload('.asApproximateFloat', 'quantity_get_float', `${type} -> double`, args => approximateValue(of(args))),
  overload('.asInteger', 'quantity_get_int', `${type} -> int`, integer),
  overload('.isInteger', 'quantity_is_integer', `${type} -> bool`, args => isInteger(of(args))),
  overload('.add', 'quantity_add', `${type}, ${type} -> ${type}`, combined(addQuantities, other)),
  overload('.add', 'quantity_add_int', `${type}, int -> ${type}`, combined(addQuantities, whole)),
  overload('.sub', 'quantity_sub', `${type}, ${type} -> ${type}`, combined(subtractQuantities, other)),
  overload('.sub', 'quantity_sub_int', `${type}, int -> ${type}`, combined(subtractQuantities, whole)),
]
