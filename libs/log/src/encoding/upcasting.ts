import type { StoredMessage } from '@periplus/bus'

/** An event as it lies in the log: CloudEvents attributes by name (without `ce-`, values as encoded there), and the body. */
export interface RawEvent {
  readonly attributes: ReadonlyMap<string, string>
  readonly body: Uint8Array
}

/**
 * Reads events of an old shape as if they had been written in the next one. Events are never edited: where a shape changes,
 * its type gets a new version, and an upcaster with a stored sample of the old one as its test.
 */
export interface Upcaster {
  /** The old `ce-type`, such as `io.periplus.object.created.v1`. */
  readonly type: string
  /** Gives the next version's event; its type must not be this one. */
  readonly upcast: (event: RawEvent) => RawEvent
}

/** Applies upcasters until none has anything to say. */
const upcast = (event: RawEvent, upcasters: readonly Upcaster[]): RawEvent => {
  let current = event
  for (let steps = 0; steps <= upcasters.length; steps++) {
    const type = current.attributes.get('type')
    const step = upcasters.find(one => one.type === type)
    if (!step) return current
    current = step.upcast(current)
  }
  throw new Error(`upcasters go around in circles at ${current.attributes.get('type')}`)
}

/** A stored message as if its event had been written in the present shape. */
export const upcastMessage = (
  { headers, data }: Pick<StoredMessage, 'headers' | 'data'>,
  upcasters: readonly Upcaster[],
): Pick<StoredMessage, 'headers' | 'data'> => {
  const lines = headers.split('\r\n').filter(line => line !== '')
  const ours = lines.filter(line => line.startsWith('ce-'))
  const others = lines.filter(line => !line.startsWith('ce-'))
  const attributes = new Map(
    ours.map(line => {
      const colon = line.indexOf(': ')
      return [line.slice('ce-'.length, colon), line.slice(colon + 2)]
    }),
  )
  const event = upcast({ attributes, body: data }, upcasters)
  const written = [...event.attributes].map(([name, value]) => `ce-${name}: ${value}`)
  return { headers: [...written, ...others, ''].join('\r\n'), data: event.body }
}
