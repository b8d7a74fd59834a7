import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { compile } from '../../src/compile.ts'
import { list, map, scalars } from '../../src/types/type.ts'
import type { Type } from '../../src/types/type.ts'
import { equal } from '../../src/values/equal.ts'
import { Budget } from '../../src/evaluate/budget.ts'
import { PlainList, PlainMap, TypeValue, Uint } from '../../src/values/value.ts'
import type { Value } from '../../src/values/value.ts'
import { parseTextproto } from './textproto.ts'
import type { Field, Message } from './textproto.ts'

/** What came of one vector. */
export interface Outcome {
  readonly file: string
  readonly name: string
  /** `undefined`: as it should be. */
  readonly wrong: string | undefined
  /** It asks for protocol buffers' messages or enumerations, which Kubernetes' expressions do not meet. */
  readonly needsMessages: boolean
}

const isMessage = (field: Field | undefined): field is Message => field instanceof Map

const one = (message: Message | undefined, name: string): Field | undefined => message?.get(name)?.[0]
const inner = (message: Message | undefined, name: string): Message | undefined => {
  const field = one(message, name)
  return isMessage(field) ? field : undefined
}
const messages = (message: Message | undefined, name: string): readonly Message[] =>
  (message?.get(name) ?? []).filter(isMessage)
const text = (field: Field | undefined): string =>
  !field || isMessage(field) ? '' : 'word' in field ? field.word : field.text.toString('utf8')
const doubleOf = (word: string): number =>
  /^-?inf/i.test(word) ? (word.startsWith('-') ? -Infinity : Infinity) : Number(word)

/** A value of CEL, out of `google.api.expr.v1alpha1.Value`; `undefined` where it is a message. */
const valueOf = (message: Message): Value | undefined => {
  const [[kind, [field]] = ['', []]] = [...message] as [string, Field[]][]
  switch (kind) {
    case 'null_value':
      return null
    case 'bool_value':
      return text(field) === 'true'
    case 'int64_value':
      return BigInt(text(field))
    case 'uint64_value':
      return new Uint(BigInt(text(field)))
    case 'double_value':
      return doubleOf(text(field))
    case 'string_value':
      return text(field)
    case 'bytes_value':
      return field && !isMessage(field) && 'text' in field ? new Uint8Array(field.text) : undefined
    case 'type_value':
      return new TypeValue(text(field))
    case 'list_value': {
      const elements = messages(isMessage(field) ? field : undefined, 'values').map(valueOf)
      return elements.every(element => element !== undefined) ? new PlainList(elements) : undefined
    }
    case 'map_value': {
      const made = new PlainMap()
      for (const entry of messages(isMessage(field) ? field : undefined, 'entries')) {
        const [key, value] = [inner(entry, 'key'), inner(entry, 'value')].map(part => part && valueOf(part))
        if (key === undefined || value === undefined) return undefined
        made.put(key, value)
      }
      return made
    }
    default:
      return undefined
  }
}

const primitive: Readonly<Record<string, Type>> = {
  BOOL: scalars.bool,
  INT64: scalars.int,
  UINT64: scalars.uint,
  DOUBLE: scalars.double,
  STRING: scalars.string,
  BYTES: scalars.bytes,
}

const typeOf = (message: Message | undefined): Type | undefined => {
  const [[kind, [field]] = ['', []]] = [...(message ?? [])] as [string, Field[]][]
  const within = isMessage(field) ? field : undefined
  if (kind === 'primitive') return primitive[text(field)]
  if (kind === 'dyn') return scalars.dyn
  if (kind === 'null') return scalars.null_type
  if (kind === 'well_known')
    return text(field) === 'TIMESTAMP' ? scalars.timestamp : text(field) === 'DURATION' ? scalars.duration : scalars.dyn
  if (kind === 'list_type') return list(typeOf(inner(within, 'elem_type')) ?? scalars.dyn)
  if (kind === 'map_type')
    return map(typeOf(inner(within, 'key_type')) ?? scalars.dyn, typeOf(inner(within, 'value_type')) ?? scalars.dyn)
  return undefined
}

const ofMessages =
  /TestAllTypes|NestedTestAllTypes|google\.protobuf\.(?!Timestamp\b|Duration\b)|GlobalEnum|proto[23]\.|TestRequired|cel\.block|cel\.index|cel\.iterVar|base64\.|math\.|cel\.bind|type_env.*message/

const run = (test: Message): string | undefined => {
  const variables = new Map(
    messages(test, 'type_env').map((declared): [string, Type] => [
      text(one(declared, 'name')),
      typeOf(inner(inner(declared, 'ident'), 'type')) ?? scalars.dyn,
    ]),
  )
  const bound = new Map(
    messages(test, 'bindings').map((binding): [string, Value | undefined] => {
      const value = inner(inner(binding, 'value'), 'value')
      return [text(one(binding, 'key')), value && valueOf(value)]
    }),
  )
  for (const name of bound.keys()) if (!variables.has(name)) variables.set(name, scalars.dyn)
  const wantsError = test.has('eval_error') || test.has('any_eval_errors')
  const compiled = compile(text(one(test, 'expr')), { variables, mixed: true })
  if (compiled._tag === 'Left') return wantsError ? undefined : compiled.left.split('\n')[0]
  if (text(one(test, 'check_only')) === 'true') return undefined
  const { result } = compiled.right.evaluate(name => bound.get(name), 10_000_000)
  if (result._tag === 'Left') return wantsError ? undefined : result.left.message
  if (wantsError) return `has a value: ${String(result.right)}`
  const wanted = inner(test, 'value') ?? inner(inner(test, 'typed_result'), 'result')
  const value = wanted ? valueOf(wanted) : true
  const same =
    value !== undefined &&
    (equal(value, result.right, new Budget(1e6)) || (Number.isNaN(value) && Number.isNaN(result.right)))
  return same ? undefined : `is ${String(result.right)}`
}

/** Every vector of a folder (`tests/simple/testdata` of CEL's specification). */
export const runVectors = (folder: string): readonly Outcome[] =>
  readdirSync(folder)
    .filter(name => name.endsWith('.textproto'))
    .flatMap(file =>
      messages(parseTextproto(readFileSync(join(folder, file), 'utf8')), 'section').flatMap(section =>
        messages(section, 'test').map(test => ({
          file: file.replace('.textproto', ''),
          name: `${text(one(section, 'name'))}/${text(one(test, 'name'))}`,
          wrong: run(test),
          needsMessages: ofMessages.test(text(one(test, 'expr'))) || test.has('container') || hasMessages(test),
        })),
      ),
    )

const hasMessages = (field: Field): boolean =>
  isMessage(field) &&
  [...field].some(
    ([name, values]) =>
      name === 'object_value' ||
      name === 'message_type' ||
      name === 'enum_value' ||
      name === 'wrapper' ||
      values.some(hasMessages),
  )
