import { GrowingMap } from '../evaluate/growing.ts'
import { PlainMap, noSuchOverload } from '../values/value.ts'
import type { Value, ValueMap } from '../values/value.ts'
import { arg, fail, overload } from './overload.ts'
import type { Overload } from './overload.ts'

/** The evaluator looks at these itself, as they do not need all of their arguments. */
const bySelf = (): Value => fail(noSuchOverload().message)

const inserted = (map: ValueMap, key: Value, value: Value): ValueMap => {
  if (map.get(key) !== undefined) return fail(`insert failed: key ${String(key)} already exists`)
  const into = map instanceof GrowingMap ? map : copyOf(map)
  return into.put(key, value) ? into : fail('unsupported key type')
}

const copyOf = (map: ValueMap): PlainMap => {
  const copy = new PlainMap()
  for (const key of map.keys()) copy.put(key, map.get(key) ?? null)
  return copy
}

const merged = (map: ValueMap, added: ValueMap): ValueMap =>
  added.keys().reduce<ValueMap>((into, key) => inserted(into, key, added.get(key) ?? null), map)

/** `&& || ?: !`, and what macros are made of. */
export const logic: readonly Overload[] = [
  overload('_&&_', 'logical_and', 'bool, bool -> bool', bySelf),
  overload('_||_', 'logical_or', 'bool, bool -> bool', bySelf),
  overload('_?_:_', 'conditional', 'bool, A, A -> A', bySelf),
  overload('!_', 'logical_not', 'bool -> bool', args => !arg<boolean>(args, 0)),
  overload('@not_strictly_false', 'not_strictly_false', 'bool -> bool', bySelf),
  overload('cel.@mapInsert', '@mapInsert_map_key_value', 'map(K, V), K, V -> map(K, V)', args =>
    inserted(arg<ValueMap>(args, 0), arg(args, 1), arg(args, 2)),
  ),
  overload('cel.@mapInsert', '@mapInsert_map_map', 'map(K, V), map(K, V) -> map(K, V)', args =>
    merged(arg<ValueMap>(args, 0), arg<ValueMap>(args, 1)),
  ),
]
