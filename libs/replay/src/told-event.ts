import { toJson } from '@periplus/api'
import type { RecordedEvent } from '@periplus/log'

/** An event as one line of JSON, in which the API server tells it; its body is JSON within. */
export const eventText = ({ body, ...about }: RecordedEvent): string =>
  `${toJson(about).slice(0, -1)},"body":${Buffer.from(body).toString()}}`

/** The event that such a text, parsed, tells; its body's spelling may be another one. */
export const toldEvent = (value: unknown): RecordedEvent => {
  const { body, ...about } = value as Omit<RecordedEvent, 'body'> & { readonly body: unknown }
  return { ...about, body: Buffer.from(toJson(body)) }
}
