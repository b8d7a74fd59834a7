import type * as t from 'io-ts'
import { codecOf } from './codec.ts'
import type { ScalarType } from './codec.ts'
import type { Schema } from './schema.ts'
import { isRecord } from '../json/json-value.ts'

type Predicate = (value: unknown) => boolean

/** The parts of io-ts' codec tree that `codecOf` makes. */
type Tagged =
  | { readonly _tag: 'InterfaceType' | 'PartialType'; readonly props: t.Props }
  | { readonly _tag: 'IntersectionType'; readonly types: readonly t.Mixed[] }
  | { readonly _tag: 'ArrayType'; readonly type: t.Mixed }
  | { readonly _tag: 'DictionaryType'; readonly codomain: t.Mixed }
  | { readonly _tag: 'RecursiveType'; readonly runDefinition: () => t.Mixed }
  | ScalarType

const known = new WeakMap<t.Mixed, Predicate>()

const fieldsPredicate = (props: t.Props, optional: boolean): Predicate => {
  const names = Object.keys(props)
  const tests = names.map(name => compile(props[name] as t.Mixed))
  return value => {
    if (!isRecord(value)) return false
    for (let at = 0; at < names.length; at++) {
      const field = value[names[at] as string]
      if (field === undefined ? !optional : !(tests[at] as Predicate)(field)) return false
    }
    return true
  }
}

const make = (codec: t.Mixed): Predicate => {
  const tagged = codec as unknown as Tagged
  switch (tagged._tag) {
    case 'InterfaceType':
      return fieldsPredicate(tagged.props, false)
    case 'PartialType':
      return fieldsPredicate(tagged.props, true)
    case 'IntersectionType': {
      const tests = tagged.types.map(compile)
      return value => tests.every(test => test(value))
    }
    case 'ArrayType': {
      const test = compile(tagged.type)
      return value => Array.isArray(value) && value.every(test)
    }
    case 'DictionaryType': {
      const test = compile(tagged.codomain)
      return value => {
        if (!isRecord(value)) return false
        for (const key in value) if (!test(value[key])) return false
        return true
      }
    }
    case 'RecursiveType': {
      let test: Predicate | undefined
      return value => (test ??= compile(tagged.runDefinition()))(value)
    }
    case 'ScalarType':
      return value => codec.is(value)
  }
}

const compile = (codec: t.Mixed): Predicate => {
  const found = known.get(codec)
  if (found !== undefined) return found
  const made = make(codec)
  known.set(codec, made)
  return made
}

/** Whether a value fits the schema, from the codec's own tree and much faster than its `decode`, which then explains why not. */
export const predicateOf = (schema: Schema<unknown>): Predicate => compile(codecOf(schema) as unknown as t.Mixed)
