import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { aloneOf, aloneText } from './node-feed-chain.ts'
import type { FeedChain, FeedPoint } from './node-feed-chain.ts'
import type { ToldObject, ToldToAll } from './told-object.ts'

/** The body of a message to all. */
export interface Together {
  readonly data: Uint8Array
  /** Bytes that it comes to as it was; absent: it is not deflated. */
  readonly deflated?: number
}

/** Below this, what is deflated is hardly smaller. */
const worthDeflating = 512

const newline = 10

/** Group, resource, namespace, name, sequence, uid, and how many bytes follow; -1: it is gone. */
type Line = readonly [string, string, string, string, number, string, number]

const objectLines = ({ ref: { group, resource, namespace, name }, sequence, uid, body }: ToldToAll) => [
  Buffer.from(`${JSON.stringify([group, resource, namespace, name, sequence, uid, body?.length ?? -1])}\n`),
  body ?? new Uint8Array(),
]

/**
 * A line of JSON that says who was told something alone, and of each object such a line and what it is. Objects of whole rounds stand together, and
 * deflated (RFC 1951), as each message is sent once to every node, and copied for each by the server before.
 */
export const together = (all: readonly ToldToAll[], after: FeedChain): Together => {
  const body = Buffer.concat([Buffer.from(`${aloneText(after)}\n`), ...all.flatMap(objectLines)])
  const smaller = body.length < worthDeflating ? body : deflateRawSync(body, { level: 1 })
  return smaller.length < body.length ? { data: smaller, deflated: body.length } : { data: body }
}

/** What `together` made of a chain that has `general`. */
export const readTogether = (
  { data, deflated }: Together,
  general: FeedPoint,
): { readonly alone: FeedChain['alone']; readonly objects: readonly ToldObject[] } => {
  const body = deflated === undefined ? data : inflateRawSync(data, { maxOutputLength: deflated })
  const lineAt = (at: number): { readonly text: string; readonly end: number } => {
    const end = body.indexOf(newline, at)
    return { text: Buffer.from(body.subarray(at, end)).toString(), end: end + 1 }
  }
  const first = lineAt(0)
  const objects: ToldObject[] = []
  for (let at = first.end; at < body.length;) {
    const { text, end } = lineAt(at)
    const [group, resource, namespace, name, sequence, uid, bytes] = JSON.parse(text) as Line
    at = end + Math.max(0, bytes)
    objects.push({
      ...{ ref: { group, resource, namespace, name }, audience: { tag: 'All' }, sequence, uid },
      ...(bytes < 0 ? {} : { body: body.subarray(end, at) }),
    })
  }
  return { alone: aloneOf(first.text, general), objects }
}
