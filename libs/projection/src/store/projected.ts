import { crc32 } from 'node:zlib'
import { asBuffer } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'
import type { RecordedEvent } from '@periplus/log'
import type { Tip } from './snapshot.ts'

/** What one event makes of the projection; computed once for every adapter, so that their contents are the same. */
export interface Projected {
  /** `<group>/<resource>`. */
  readonly resource: string
  /** `<namespace>/<name>`. */
  readonly field: string
  readonly sequence: number
  /** It ended the object. */
  readonly gone: boolean
  /** A checksum of what follows, the event, and the object's JSON unless it is gone. */
  readonly value: Buffer
}

export const resourceOf = ({ group, resource }: Pick<ObjectRef, 'group' | 'resource'>): string => `${group}/${resource}`
export const fieldOf = ({ namespace, name }: Pick<ObjectRef, 'namespace' | 'name'>): string => `${namespace}/${name}`

/** The object of a resource and a field, or of both joined by a slash. */
const refOfPath = (path: string): ObjectRef => {
  const [group = '', resource = '', namespace = '', ...name] = path.split('/')
  return { group, resource, namespace, name: name.join('/') }
}

/** The newest of the events that no later one can take away, as text; `undefined` where there is none. */
export const tipOf = (events: readonly RecordedEvent[]): string | undefined => {
  const tip = events.findLast(event => !event.rollup)
  return tip && `${tip.sequence} ${tip.id}`
}

export const readTip = (text: string | null | undefined): Tip | undefined => {
  if (!text) return undefined
  const space = text.indexOf(' ')
  return { sequence: Number(text.slice(0, space)), id: text.slice(space + 1) }
}

const newline = 0x0a
const checksumDigits = 8

/** CRC-32 in eight hexadecimal digits. */
const checksumOf = (bytes: Uint8Array): string => crc32(bytes).toString(16).padStart(checksumDigits, '0')

/** A store holds what cannot be what was written to it: it is to be emptied, and built anew from the log. */
export class DamagedStore extends Error {}

export const project = (event: RecordedEvent): Projected => {
  // What is sealed on the log is here too.
  const { ref, body, ...rest } = event.stored ?? event
  const gone = event.type === 'deleted'
  const json = asBuffer(body)
  const head = Buffer.from(`${JSON.stringify(rest)}\n`)
  const content = gone ? head : Buffer.concat([head, json])
  return {
    resource: resourceOf(ref),
    field: fieldOf(ref),
    sequence: event.sequence,
    gone,
    value: Buffer.concat([Buffer.from(checksumOf(content)), content]),
  }
}

/** The event of a `Projected.value`; a tombstone's body is empty. Throws `DamagedStore` where the value is not as it was written. */
export const eventOfValue = (resource: string, field: string, value: Buffer): RecordedEvent => {
  const content = value.subarray(checksumDigits)
  if (value.toString('latin1', 0, checksumDigits) !== checksumOf(content))
    throw new DamagedStore(`what the store has of ${resource}/${field} is not what was written`)
  const end = content.indexOf(newline)
  const head = JSON.parse(content.toString('utf8', 0, end)) as Omit<RecordedEvent, 'ref' | 'body'>
  return { ...head, ref: refOfPath(`${resource}/${field}`), body: content.subarray(end + 1) }
}
