import { decodeMulti } from '@msgpack/msgpack'
import { E } from '@periplus/prelude'
import { taken } from '../backend.ts'
import type { LogBackend, WriteFailure } from '../backend.ts'
import { readConfig } from '../config/read-config.ts'
import { readTemplate } from '../config/read-template.ts'
import type { LogLine } from '../line.ts'
import { peer } from '../net/peer.ts'
import { readTls } from '../net/tls.ts'
import { chunkOf, forwardMessage } from './forward-message.ts'

/** The first whole message of what has come; `undefined` while there is none. */
const messageIn = (received: Buffer): unknown => {
  if (received.length === 0) return undefined
  try {
    for (const message of decodeMulti(received)) return message ?? null
    return undefined
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw new Error('what answers does not speak the Forward Protocol', { cause: error })
  }
}

const ackIn = (message: unknown): unknown =>
  typeof message === 'object' && message !== null && 'ack' in message ? message.ack : undefined

/** Lines of one tag, with their order kept. */
const byTag = (lines: readonly LogLine[], tagOf: (line: LogLine) => string): ReadonlyMap<string, readonly number[]> => {
  const tags = new Map<string, number[]>()
  for (const [index, line] of lines.entries()) {
    const tag = tagOf(line)
    const known = tags.get(tag)
    if (known) known.push(index)
    else tags.set(tag, [index])
  }
  return tags
}

/**
 * Fluentd's and Fluent Bit's Forward Protocol, version 1, over TCP or TLS, with an acknowledgement for each chunk
 * (`require_ack_response`). Shared keys are not spoken: TLS with a client's certificate tells who one is.
 */
export const fluentdBackend: LogBackend = {
  name: 'fluentd',
  open: (config, credentials, limits) => {
    const read = readConfig(config)
    const host = read.requiredText('host')
    const port = read.count('port', 24_224, 65_535)
    const tag = readTemplate(read, 'tag', 'kubernetes.{namespace}.{pod}.{container}')
    const secure = read.oneOf('transport', ['tcp', 'tls'], 'tcp') === 'tls'
    const tls = readTls(read, credentials)
    return read.opens(() => {
      const server = peer({ host, port, ...(secure ? { tls } : {}), limits })
      const send = async (
        name: string,
        lines: readonly LogLine[],
        signal: AbortSignal,
      ): Promise<WriteFailure | undefined> => {
        const chunk = chunkOf(lines)
        const answer = await server.ask(forwardMessage(name, lines, chunk), messageIn, signal)
        if (E.isLeft(answer)) return answer.left
        if (ackIn(answer.right) === chunk) return undefined
        return { tag: 'Unavailable', why: `${host}:${port}: another chunk was acknowledged` }
      }
      return {
        write: async (lines, signal) => {
          const again: number[] = []
          let failure: WriteFailure | undefined
          for (const [name, indexes] of byTag(lines, tag.of)) {
            const own = indexes.flatMap(index => lines[index] ?? [])
            failure ??= await send(name, own, signal)
            if (failure) again.push(...indexes)
          }
          if (failure === undefined) return taken
          return again.length === lines.length ? failure : { tag: 'Taken', again: again.sort((a, b) => a - b), failure }
        },
        flush: async () => undefined,
        close: async () => server.close(),
      }
    })
  },
}
