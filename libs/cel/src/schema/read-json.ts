import { parseDuration, parseTimestamp } from '../values/time.ts'
import { EvaluationFault, List, ValueMap } from '../values/value.ts'
import type { ListIdentity, Value } from '../values/value.ts'
import { dynamic } from './declared.ts'
import type { Declared, Member } from './declared.ts'

type Json = Readonly<Record<string, unknown>>

/** A value of the API as expressions see it. Objects and lists are read only where an expression looks. */
export const readJson = (json: unknown, declared: Declared = dynamic): Value => {
  if (json === null || json === undefined) return null
  const { reads } = declared
  switch (reads.tag) {
    case 'dynamic':
      return readDynamic(json)
    case 'text':
      return typeof json === 'string' ? json : wrong('string')
    case 'flag':
      return typeof json === 'boolean' ? json : wrong('bool')
    case 'int':
      return typeof json === 'bigint' || Number.isInteger(json) ? BigInt(json as bigint | number) : wrong('int')
    case 'double':
      return typeof json === 'bigint' || typeof json === 'number' ? Number(json) : wrong('float')
    case 'bytes':
      return typeof json === 'string' ? new Uint8Array(Buffer.from(json, 'base64')) : wrong('string')
    case 'duration':
      return (typeof json === 'string' && parseDuration(json)) || wrong('duration')
    case 'date':
      return (typeof json === 'string' && parseTimestamp(`${json}T00:00:00Z`)) || wrong('date')
    case 'time':
      return (typeof json === 'string' && parseTimestamp(json)) || wrong('date-time')
    case 'list':
      return Array.isArray(json) ? new JsonList(json, reads.element, reads.by) : wrong('array')
    case 'map':
      return isObject(json) ? new JsonMap(json, reads.value) : wrong('map')
    case 'object':
      return isObject(json) ? new JsonObject(json, reads.fields) : wrong('map')
  }
}

const wrong = (wanted: string): never => {
  throw new EvaluationFault(`invalid data, expected ${wanted}`)
}

const isObject = (json: unknown): json is Json => typeof json === 'object' && json !== null && !Array.isArray(json)

const readDynamic = (json: unknown): Value => {
  switch (typeof json) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return json
    case 'number':
      return Number.isInteger(json) ? BigInt(json) : json
    default:
      return Array.isArray(json) ? new JsonList(json, dynamic, undefined) : new JsonMap(json as Json, dynamic)
  }
}

class JsonList extends List {
  override readonly by: ListIdentity | undefined
  private readonly json: readonly unknown[]
  private readonly element: Declared
  constructor(json: readonly unknown[], element: Declared, by: ListIdentity | undefined) {
    super()
    this.json = json
    this.element = element
    this.by = by
  }
  get size(): number {
    return this.json.length
  }
  at(position: number): Value {
    return readJson(this.json[position], this.element)
  }
}

class JsonMap extends ValueMap {
  private readonly json: Json
  private readonly value: Declared
  private names: readonly string[] | undefined
  constructor(json: Json, value: Declared) {
    super()
    this.json = json
    this.value = value
  }
  get size(): number {
    return this.keys().length
  }
  get(key: Value): Value | undefined {
    return typeof key === 'string' ? this.field(key) : undefined
  }
  field(name: string): Value | undefined {
    return Object.hasOwn(this.json, name) ? readJson(this.json[name], this.value) : undefined
  }
  keys(): readonly string[] {
    return (this.names ??= Object.keys(this.json))
  }
}

/** An object with known fields; what else it has, nobody sees. */
class JsonObject extends ValueMap {
  private readonly json: Json
  private readonly fields: ReadonlyMap<string, Member>
  constructor(json: Json, fields: ReadonlyMap<string, Member>) {
    super()
    this.json = json
    this.fields = fields
  }
  get size(): number {
    return this.keys().length
  }
  get(key: Value): Value | undefined {
    return typeof key === 'string' ? this.field(key) : undefined
  }
  field(name: string): Value | undefined {
    const member = this.fields.get(name)
    return member && Object.hasOwn(this.json, member.name)
      ? readJson(this.json[member.name], member.declared)
      : undefined
  }
  keys(): readonly string[] {
    return [...this.fields].flatMap(([name, member]) => (Object.hasOwn(this.json, member.name) ? [name] : []))
  }
}
