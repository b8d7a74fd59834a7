import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import { parseJson } from '@periplus/api'
import type { AggregatedApi } from './api-services.ts'
import { connectBackend } from './backend.ts'
import type { BackendDeps } from './backend.ts'
import { identityHeaders } from './identity-headers.ts'

const mostBytes = 4 * 1024 * 1024
const milliseconds = 5_000

/** Who asks on behalf of the API server itself. */
const aggregator = identityHeaders({ name: 'system:kube-aggregator', uid: '', groups: ['system:masters'], extra: {} })

const read = async (response: IncomingMessage): Promise<string | undefined> => {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of response as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > mostBytes) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString()
}

const valueIn = (text: string): Either<string, unknown> => {
  const parsed = parseJson(text)
  return E.isLeft(parsed) ? parsed : E.right(parsed.right.value)
}

/** What a server answers to a question of this one's own, as JSON; left: why nothing, at the latest after five seconds. */
export const askBackend = async (
  deps: BackendDeps,
  api: AggregatedApi,
  path: string,
  clock: Clock,
): Promise<Either<string, unknown>> => {
  const connected = await connectBackend(deps, api)
  if (E.isLeft(connected)) return connected
  const socket = connected.right
  const answer = new Promise<Either<string, unknown>>(resolve => {
    const sent = request({
      createConnection: () => socket,
      path,
      headers: {
        ...(aggregator as Record<string, string | string[]>),
        accept: 'application/json',
        connection: 'close',
      },
    })
    sent.on('error', error => resolve(E.left(error.message)))
    sent.on('response', response => {
      const code = response.statusCode ?? 0
      if (code < 200 || code > 299) return resolve(E.left(`bad status: ${code}`))
      read(response).then(
        text => resolve(text === undefined ? E.left('the response is too large') : valueIn(text)),
        (error: Error) => resolve(E.left(error.message)),
      )
    })
    sent.end()
  })
  const late = new Promise<Either<string, unknown>>(resolve => {
    const cancel = clock.after(milliseconds, () => resolve(E.left('timed out')))
    void answer.then(cancel)
  })
  const first = await Promise.race([answer, late])
  socket.destroy()
  return first
}
