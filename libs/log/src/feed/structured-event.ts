import { asBuffer } from '@periplus/prelude'
import { textOfHeader } from '../encoding/header-text.ts'

const prefix = 'ce-'

/** A message of the feed as others take events, one text each. */
export interface StructuredEvent {
  /** CloudEvents' attributes by name, as text. */
  readonly attributes: ReadonlyMap<string, string>
  /** CloudEvents 1.0 in its JSON format, with the object as `data`. */
  readonly json: string
}

/** Throws where a value is not encoded as CloudEvents say. */
export const structuredEvent = ({
  headers,
  data,
}: {
  readonly headers: string
  readonly data: Uint8Array
}): StructuredEvent => {
  const attributes = new Map<string, string>()
  for (const line of headers.split('\r\n')) {
    const colon = line.indexOf(': ')
    const name = line.slice(0, colon).toLowerCase()
    if (name.startsWith(prefix)) attributes.set(name.slice(prefix.length), textOfHeader(line.slice(colon + 2)))
  }
  const members = JSON.stringify(Object.fromEntries(attributes))
  // The object is JSON as it stands.
  const object = asBuffer(data).toString()
  return { attributes, json: object === '' ? members : `${members.slice(0, -1)},"data":${object}}` }
}
