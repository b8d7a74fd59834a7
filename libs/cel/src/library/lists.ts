import type { Budget } from '../evaluate/budget.ts'
import { compareValues } from '../values/compare.ts'
import { elementsWithin, equal, isElement } from '../values/equal.ts'
import { costSize, deepTraversal } from '../values/size.ts'
import { Duration, List, PlainList, Uint, elementsOf, noSuchOverload, typeNameOf } from '../values/value.ts'
import type { Value } from '../values/value.ts'
import { durationOf } from '../values/time.ts'
import { intOf, uintOf } from './arithmetic.ts'
import { arg, fail, overload } from './overload.ts'
import type { Cost, Overload, Run } from './overload.ts'

const ordered = (a: Value, b: Value, budget: Budget): number =>
  compareValues(a, b, budget) ?? fail(noSuchOverload().message)

const isSorted: Run = (args, budget) => {
  const list = arg<List>(args, 0)
  let before: Value | undefined
  for (const element of elementsOf(list, budget)) {
    if (before !== undefined && ordered(before, element, budget) > 0) return false
    before = element
  }
  return true
}

const best =
  (name: string, sign: number): Run =>
  (args, budget) => {
    const list = arg<List>(args, 0)
    if (list.size === 0) return fail(`${name} called on empty list`)
    let found = list.at(0)
    for (const element of elementsOf(list, budget)) if (ordered(element, found, budget) * sign > 0) found = element
    return found
  }

const total =
  (zero: Value): Run =>
  (args, budget) => {
    let sum = zero
    for (const element of elementsOf(arg<List>(args, 0), budget)) sum = plus(sum, element)
    return sum
  }

const plus = (a: Value, b: Value): Value => {
  if (typeof a === 'bigint' && typeof b === 'bigint') return intOf(a + b)
  if (typeof a === 'number' && typeof b === 'number') return a + b
  if (a instanceof Uint && b instanceof Uint) return uintOf(a.value + b.value)
  if (a instanceof Duration && b instanceof Duration) return durationOf(a.nanos + b.nanos)
  return fail(noSuchOverload().message)
}

const indexOf =
  (last: boolean): Run =>
  (args, budget) => {
    const [list, value] = [arg<List>(args, 0), arg(args, 1)]
    for (let i = 0; i < list.size; i++) {
      budget.toil(list.reach)
      const at = last ? list.size - 1 - i : i
      if (equal(list.at(at), value, budget)) return BigInt(at)
    }
    return -1n
  }

const byAll: Cost = ([list = null], _, budget) => deepTraversal(list, budget)

const comparable = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes']
const summable: readonly (readonly [string, Value])[] = [
  ['int', 0n],
  ['uint', new Uint(0n)],
  ['double', 0],
  ['duration', new Duration(0n)],
]

/** Kubernetes' functions of lists. */
const ofKubernetes: readonly Overload[] = [
  ...comparable.flatMap(type => [
    overload('.isSorted', `list_${type}_is_sorted_bool`, `list(${type}) -> bool`, isSorted, byAll),
    overload('.max', `list_${type}_max_${type}`, `list(${type}) -> ${type}`, best('max', 1), byAll),
    overload('.min', `list_${type}_min_${type}`, `list(${type}) -> ${type}`, best('min', -1), byAll),
  ]),
  ...summable.map(([type, zero]) =>
    overload('.sum', `list_${type}_sum_${type}`, `list(${type}) -> ${type}`, total(zero), byAll),
  ),
  overload('.indexOf', 'list_a_index_of_int', 'list(A), A -> int', indexOf(false), byAll),
  overload('.lastIndexOf', 'list_a_last_index_of_int', 'list(A), A -> int', indexOf(true), byAll),
]

const slice: Run = (args, budget) => {
  const [list, start, end] = [arg<List>(args, 0), arg<bigint>(args, 1), arg<bigint>(args, 2)]
  const cannot = (why: string) => fail(`cannot slice(${start}, ${end}), ${why}`)
  if (start < 0n || end < 0n) return cannot('negative indexes not supported')
  if (start > end) return cannot('start index must be less than or equal to end index')
  if (BigInt(list.size) < end) return cannot(`list is length ${list.size}`)
  budget.toil(Number(end - start) * (2 + list.reach))
  return new PlainList(Array.from({ length: Number(end - start) }, (_, i) => list.at(Number(start) + i)))
}

const flattened = (list: List, depth: bigint, budget: Budget): Value[] => {
  if (depth < 0n) return fail('level must be non-negative')
  budget.toil(1 + list.size)
  return [...elementsOf(list, budget)].flatMap(element =>
    element instanceof List && depth > 0n ? flattened(element, depth - 1n, budget) : [element],
  )
}

const distinct: Run = (args, budget) => {
  const found: Value[] = []
  for (const element of elementsOf(arg<List>(args, 0), budget))
    if (!isElement(element, new PlainList(found), budget)) found.push(element)
  return new PlainList(found)
}

const range: Run = (args, budget) => {
  const size = Number(arg<bigint>(args, 0))
  budget.toil(Math.max(0, size))
  return new PlainList(Array.from({ length: Math.max(0, size) }, (_, i) => BigInt(i)))
}

const sorted: Run = (args, budget) => {
  const [list, keys] = [arg<List>(args, 0), arg<List>(args, args.length - 1)]
  if (list.size !== keys.size)
    return fail(
      `@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${list.size} and ${keys.size} elements respectively`,
    )
  budget.toil(list.size * (1 + Math.log2(1 + list.size)))
  const pairs = [...elementsOf(list, budget)].map((element, i) => ({ element, key: keys.at(i) }))
  const [first] = pairs
  if (first && compareValues(first.key, first.key, budget) === undefined)
    return fail('list elements must be comparable')
  if (pairs.some(({ key }) => first && typeNameOf(key) !== typeNameOf(first.key)))
    return fail('list elements must have the same type')
  return new PlainList(pairs.sort((a, b) => ordered(a.key, b.key, budget)).map(({ element }) => element))
}

/** For the call, and for a list that is made. */
const allocation = 11
const byOutput: Cost = (_, result, budget) => costSize(result, budget) + allocation
const byDepth: Cost = args => arg<List>(args, 0).size * Number(args.length > 1 ? arg<bigint>(args, 1) : 1n) + allocation
const byComparing =
  (position: number): Cost =>
  args => {
    const list = arg<List>(args, position)
    const first = list.size === 0 ? null : list.at(0)
    const factor = typeof first === 'string' || first instanceof Uint8Array ? 2.1 : 2
    return Math.floor(list.size * list.size * factor) + allocation
  }

/** CEL's own extension for lists. */
const ofCel: readonly Overload[] = [
  overload('.slice', 'list_slice', 'list(T), int, int -> list(T)', slice, byOutput),
  overload(
    '.flatten',
    'list_flatten',
    'list(list(T)) -> list(T)',
    (args, budget) => new PlainList(flattened(arg<List>(args, 0), 1n, budget)),
    byDepth,
  ),
  overload(
    '.flatten',
    'list_flatten_int',
    'list(dyn), int -> list(dyn)',
    (args, budget) => new PlainList(flattened(arg<List>(args, 0), arg<bigint>(args, 1), budget)),
    byDepth,
  ),
  overload('lists.range', 'lists_range', 'int -> list(int)', range, byOutput),
  overload(
    '.reverse',
    'list_reverse',
    'list(T) -> list(T)',
    (args, budget) => new PlainList([...elementsOf(arg<List>(args, 0), budget)].reverse()),
    byOutput,
  ),
  overload('.distinct', 'list_distinct', 'list(T) -> list(T)', distinct, byComparing(0)),
  ...comparable.flatMap(type => [
    overload('.sort', `list_${type}_sort`, `list(${type}) -> list(${type})`, sorted, byComparing(0)),
    overload(
      '.@sortByAssociatedKeys',
      `list_${type}_sortByAssociatedKeys`,
      `list(T), list(${type}) -> list(T)`,
      sorted,
      byComparing(1),
    ),
  ]),
]

const bySizes =
  (factor: number): Cost =>
  args =>
    1 + Math.floor(arg<List>(args, 0).size * arg<List>(args, 1).size * factor)

const sets: readonly Overload[] = [
  overload(
    'sets.contains',
    'list_sets_contains_list',
    'list(T), list(T) -> bool',
    (args, budget) => elementsWithin(arg<List>(args, 1), arg<List>(args, 0), budget),
    bySizes(1),
  ),
  overload(
    'sets.equivalent',
    'list_sets_equivalent_list',
    'list(T), list(T) -> bool',
    (args, budget) =>
      elementsWithin(arg<List>(args, 1), arg<List>(args, 0), budget) &&
      elementsWithin(arg<List>(args, 0), arg<List>(args, 1), budget),
    bySizes(2),
  ),
  overload(
    'sets.intersects',
    'list_sets_intersects_list',
    'list(T), list(T) -> bool',
    (args, budget) =>
      [...elementsOf(arg<List>(args, 0), budget)].some(element => isElement(element, arg<List>(args, 1), budget)),
    bySizes(1),
  ),
]

export const lists: readonly Overload[] = [...ofKubernetes, ...ofCel, ...sets]
