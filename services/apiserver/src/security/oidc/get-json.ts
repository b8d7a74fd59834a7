import { request } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { E, messageOf } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'

/** Documents of issuers are some kilobytes. */
const mostBytes = 1024 * 1024
const patience = 5_000

/** A document over HTTPS; left: why there is none. `ca`: PEM, whom the server's certificate must come from; absent: whom this machine trusts. */
export type GetJson = (url: string, ca: string | undefined) => Promise<Either<string, unknown>>

/** Asks once, for five seconds at most, and follows nobody elsewhere. */
export const getJson =
  (clock: Clock): GetJson =>
  async (url, ca) => {
    const ended = new AbortController()
    const cancel = clock.after(patience, () => ended.abort())
    try {
      const response = await responseOf(url, ca, ended.signal)
      if (response.statusCode !== 200) {
        response.destroy()
        return E.left(`Get ${JSON.stringify(url)}: ${response.statusCode}`)
      }
      const text = await textOf(response)
      return text === undefined
        ? E.left(`Get ${JSON.stringify(url)}: the answer is too large`)
        : E.right(JSON.parse(text))
    } catch (error) {
      return E.left(
        `Get ${JSON.stringify(url)}: ${ended.signal.aborted ? 'context deadline exceeded' : messageOf(error)}`,
      )
    } finally {
      cancel()
    }
  }

const responseOf = (url: string, ca: string | undefined, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const headers = { accept: 'application/json', connection: 'close' }
    const sent = request(url, {
      agent: false,
      headers,
      signal,
      allowPartialTrustChain: true,
      ...(ca === undefined ? {} : { ca }),
    })
    sent.on('error', reject)
    sent.on('response', resolve)
    sent.end()
  })

const textOf = async (response: IncomingMessage): Promise<string | undefined> => {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of response as AsyncIterable<Buffer>) {
    length += piece.length
    if (length > mostBytes) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString()
}
