import type * as t from 'io-ts'
import { codecOf } from './codec.ts'
import type { ScalarType } from './codec.ts'
import { isScalar } from './scalars.ts'
import type { Scalar, Schema } from './schema.ts'

type Predicate = (value: unknown) => boolean

/** The parts of io-ts' codec tree that `codecOf` makes. */
type Tagged =
  | { readonly _tag: 'InterfaceType' | 'PartialType'; readonly props: t.Props }
  | { readonly _tag: 'IntersectionType'; readonly types: readonly t.Mixed[] }
  | { readonly _tag: 'ArrayType'; readonly type: t.Mixed }
  | { readonly _tag: 'DictionaryType'; readonly codomain: t.Mixed }
  | { readonly _tag: 'RecursiveType'; readonly runDefinition: () => t.Mixed }
  | ScalarType

const notAnObject = "typeof v !== 'object' || v === null || Array.isArray(v)"

/** Scalars that need no call; the others are functions of the program's one argument. */
const inline: Readonly<Partial<Record<Scalar, string>>> = {
  string: "typeof x === 'string'",
  boolean: "typeof x === 'boolean'",
  int32: "typeof x === 'number' && (x | 0) === x",
  double: "typeof x === 'number'",
}

/**
 * The source of a program with one function for each codec. Members are read by name in straight code, which the engine
 * makes into plain loads; a loop over names would be some ten times slower. Nothing of a request ever gets into the source: only
 * names of the schema, and those as JSON text.
 */
class Program {
  private readonly names = new Map<t.Mixed, string>()
  readonly functions: string[] = []

  /** An expression over `x`. */
  private test(codec: t.Mixed): string {
    const tagged = codec as unknown as Tagged
    if (tagged._tag === 'ScalarType') return inline[tagged.scalar] ?? `scalars[${JSON.stringify(tagged.scalar)}](x)`
    return `${this.functionOf(codec)}(x)`
  }

  private members(props: t.Props, optional: boolean): string {
    return Object.entries(props)
      .map(([name, codec]) => {
        const fails = optional
          ? `x !== undefined && !(${this.test(codec)})`
          : `x === undefined || !(${this.test(codec)})`
        return `x = v[${JSON.stringify(name)}]; if (${fails}) return false;`
      })
      .join('\n')
  }

  private body(codec: t.Mixed): string {
    const tagged = codec as unknown as Tagged
    switch (tagged._tag) {
      case 'InterfaceType':
        return this.members(tagged.props, false)
      case 'PartialType':
        return this.members(tagged.props, true)
      case 'IntersectionType':
        return `if (${notAnObject}) return false; let x; ${tagged.types.map(type => this.body(type)).join('\n')} return true`
      case 'ArrayType':
        return `if (!Array.isArray(v)) return false; for (const x of v) if (!(${this.test(tagged.type)})) return false; return true`
      case 'DictionaryType':
        return `if (${notAnObject}) return false; for (const k in v) { const x = v[k]; if (!(${this.test(tagged.codomain)})) return false } return true`
      case 'RecursiveType':
        return `return ${this.functionOf(tagged.runDefinition())}(v)`
      case 'ScalarType':
        return `const x = v; return ${this.test(codec)}`
    }
  }

  functionOf(codec: t.Mixed): string {
    const known = this.names.get(codec)
    if (known !== undefined) return known
    const name = `f${this.names.size}`
    this.names.set(codec, name)
    this.functions.push(`function ${name}(v) { ${this.body(codec)} }`)
    return name
  }
}

const compile = (codec: t.Mixed): Predicate => {
  const program = new Program()
  const entry = program.functionOf(codec)
  const make = new Function('scalars', `'use strict';\n${program.functions.join('\n')}\nreturn ${entry}`)
  return (make as (scalars: typeof isScalar) => Predicate)(isScalar)
}

const known = new WeakMap<t.Mixed, Predicate>()

/**
 * Whether a value fits the schema: a program that is generated from the codec's own tree, at the first call for the schema. It
 * answers much faster than the codec's `decode`, which is then asked only to explain a no.
 */
export const predicateOf = (schema: Schema<unknown>): Predicate => {
  const codec = codecOf(schema) as unknown as t.Mixed
  const found = known.get(codec)
  if (found !== undefined) return found
  const made = compile(codec)
  known.set(codec, made)
  return made
}
