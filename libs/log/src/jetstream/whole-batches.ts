import type { StoredMessage } from '@periplus/bus'

/** The batch that a message is a part of, unless it is the last one of it. */
const unfinished = ({ headers }: StoredMessage): string | undefined =>
  headers.includes('Nats-Batch-Commit: ') ? undefined : batchOf(headers)

const batchOf = (headers: string): string | undefined => /(?:^|\n)Nats-Batch-Id: ([^\r]*)/.exec(headers)?.[1]

/** How many of the messages can be told without parting a batch. */
const wholeUpTo = (messages: readonly StoredMessage[]): number => {
  const last = messages.at(-1)
  const batch = last && unfinished(last)
  if (batch === undefined) return messages.length
  let end = messages.length
  while (end > 0 && batchOf(messages[end - 1]?.headers ?? '') === batch) end--
  return end
}

/**
 * The same messages, none of them before the last one of its batch: the server stores a batch as one, but delivers it like any
 * messages. `newest`: nothing is known to follow this sequence, so what came up to it is told as it is.
 */
export async function* wholeBatches(
  source: AsyncIterable<readonly StoredMessage[]>,
  newest: number | undefined,
): AsyncGenerator<readonly StoredMessage[]> {
  let held: readonly StoredMessage[] = []
  for await (const came of source) {
    const messages = held.length === 0 ? came : [...held, ...came]
    const end = messages.at(-1)?.sequence === newest ? messages.length : wholeUpTo(messages)
    held = end === messages.length ? [] : messages.slice(end)
    if (end > 0) yield end === messages.length ? messages : messages.slice(0, end)
  }
  if (held.length > 0) yield held
}
