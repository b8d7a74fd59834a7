import type { Message, StoredMessage } from '@periplus/bus'
import { nodeFeedStream, nodeFeedSubjectsOf } from './node-feed-message.ts'

/** Where the server of the stream says again what it has stored there, subject by subject: in order, at most once (JetStream's `republish`). */
export const toldSubjects = 'told.>'

const [storedPrefix, toldPrefix] = ['nodes.', 'told.'] as const

/** Where a node hears what it is to read, and no more. */
export const toldSubjectsOf = (node: string): readonly string[] =>
  nodeFeedSubjectsOf(node).map(subject => toldPrefix + subject.slice(storedPrefix.length))

/**
 * The stored message that is said again; `undefined`: it is none. Whoever may ask NATS anything can have the answer come here. What consumers are sent has
 * a subject for its acknowledgement, and no other answer has headers that say the four things which make it the writer's, each once.
 */
export const storedOfTold = ({ subject, reply, headers, data }: Message): Omit<StoredMessage, 'time'> | undefined => {
  if (reply !== '' || !subject.startsWith(toldPrefix)) return undefined
  const lines = headers.split('\r\n')
  const one = (name: string): string | undefined => {
    const found = lines.filter(line => line.startsWith(`${name}: `))
    return found.length === 1 ? found[0]?.slice(name.length + 2) : undefined
  }
  const stored = storedPrefix + subject.slice(toldPrefix.length)
  const sequence = Number(one('Nats-Sequence') ?? NaN)
  if (one('Nats-Stream') !== nodeFeedStream || one('Nats-Subject') !== stored) return undefined
  if (!Number.isSafeInteger(sequence) || one('Nats-Expected-Last-Sequence') !== String(sequence - 1)) return undefined
  return { subject: stored, sequence, headers, data }
}
