import { mostCustomValues } from '@periplus/api'
import { durationText, timestampText } from './time.ts'
import { Duration, EvaluationFault, List, Optional, Timestamp, Uint, ValueMap, typeNameOf } from './value.ts'
import type { Value } from './value.ts'

/** What a value may still come to as JSON: its parts may be shared, and be many more when they are written out. */
interface Room {
  values: number
  characters: number
}

const deepest = 500
const mostCharacters = 3 * 1024 * 1024

/**
 * A value as JSON. What may be missing and is, is null. Throws `EvaluationFault` for what JSON cannot say, and for more than any object
 * may have.
 */
export const toJsonValue = (value: Value): unknown =>
  written(value, { values: mostCustomValues, characters: mostCharacters }, 0)

const takeText = (text: string, room: Room): string => {
  room.characters -= text.length
  if (room.characters < 0) throw new EvaluationFault('the value is too large')
  return text
}

const number = (value: bigint): number | bigint => {
  const near = Number(value)
  return Number.isSafeInteger(near) ? near : value
}

const written = (value: Value, room: Room, depth: number): unknown => {
  if (--room.values < 0 || depth > deepest) throw new EvaluationFault('the value is too large')
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return takeText(value, room)
  if (typeof value === 'bigint') return number(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : unsayable(value)
  if (value instanceof Uint) return number(value.value)
  if (value instanceof Uint8Array) return takeText(Buffer.from(value).toString('base64'), room)
  if (value instanceof Timestamp) return timestampText(value)
  if (value instanceof Duration) return durationText(value)
  if (value instanceof Optional) return value.value === undefined ? null : written(value.value, room, depth + 1)
  if (value instanceof List) return elements(value, room, depth + 1)
  if (value instanceof ValueMap) return members(value, room, depth + 1)
  return unsayable(value)
}

const unsayable = (value: Value): never => {
  throw new EvaluationFault(`type conversion error from '${typeNameOf(value)}' to 'google.protobuf.Value'`)
}

const elements = (list: List, room: Room, depth: number): readonly unknown[] => {
  const all: unknown[] = []
  for (let i = 0; i < list.size; i++) all.push(written(list.at(i), room, depth))
  return all
}

const members = (map: ValueMap, room: Room, depth: number): unknown => {
  const all: [string, unknown][] = []
  for (const key of map.keys()) {
    if (typeof key !== 'string')
      throw new EvaluationFault(`map key ${String(key)} is of type ${typeNameOf(key)}, not string`)
    all.push([takeText(key, room), written(map.get(key) ?? null, room, depth)])
  }
  return Object.fromEntries(all)
}
