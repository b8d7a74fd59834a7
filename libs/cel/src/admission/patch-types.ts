import { functionsOf } from '../check/environment.ts'
import type { Environment } from '../check/environment.ts'
import { jsonPatchFunctions } from '../library/json-patch.ts'
import { kubernetesFunctions } from '../library/standard.ts'
import { scalars } from '../types/type.ts'
import type { ObjectType, Type } from '../types/type.ts'
import { List, StructValue, ValueMap } from '../values/value.ts'
import type { Value } from '../values/value.ts'

/** `Object` or `Object.spec.template`: a part of an object, named for its path. Its fields may have any name and type. */
const objectType = (name: string): ObjectType => ({ tag: 'object', name, field: () => scalars.dyn })

/** What an apply configuration is: `Object{...}`. */
export const wholeObject = objectType('Object')

const patchFields = new Map<string, Type>([
  ['op', scalars.string],
  ['path', scalars.string],
  ['from', scalars.string],
  ['value', scalars.dyn],
])

/** One operation of a JSON patch: `JSONPatch{op: 'add', path: '/a', value: 1}`. */
export const patchOperation: ObjectType = { tag: 'object', name: 'JSONPatch', field: name => patchFields.get(name) }

/** What expressions of mutations may name besides variables. */
export const patchTypes: Required<Pick<Environment, 'functions' | 'structs'>> = {
  functions: new Map([...kubernetesFunctions, ...functionsOf(jsonPatchFunctions)]),
  structs: name =>
    name === patchOperation.name ? patchOperation : /^Object(\.|$)/.test(name) ? objectType(name) : undefined,
}

/**
 * What is wrong with the types that the parts of an object were written as: each has the path of its field. Lists and maps between
 * them have no name.
 */
export const misnamed = (value: StructValue): readonly string[] => namesWithin(value, value.typeName)

const namesWithin = (value: Value, path: string): readonly string[] => {
  if (value instanceof StructValue) {
    const wrong =
      value.typeName === path
        ? []
        : [
            `unexpected type name ${JSON.stringify(value.typeName)}, expected ${JSON.stringify(path)}, which matches field name path from root Object type`,
          ]
    return [...wrong, ...value.keys().flatMap(key => namesWithin(value.get(key) ?? null, `${path}.${String(key)}`))]
  }
  if (value instanceof List)
    return Array.from({ length: value.size }, (_, i) => value.at(i)).flatMap(one => namesWithin(one, path))
  if (value instanceof ValueMap) return value.keys().flatMap(key => namesWithin(value.get(key) ?? null, path))
  return []
}
