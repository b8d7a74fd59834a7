import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import { headerOf } from './exchange.ts'
import type { Incoming } from './exchange.ts'

/** Kubernetes' limit for one request body. */
export const bodyLimitBytes = 3 * 1024 * 1024

const tooLarge: Refusal = { tag: 'RequestEntityTooLarge', limitBytes: bodyLimitBytes }

/** The whole body; refused as soon as it is known to be over the limit, without keeping what comes after. */
export const readBody = async (request: Incoming): Promise<Either<Refusal, Uint8Array>> => {
  const announced = Number(headerOf(request, 'content-length') ?? '0')
  if (announced > bodyLimitBytes) return E.left(tooLarge)
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > bodyLimitBytes) return E.left(tooLarge)
      chunks.push(chunk)
    }
  } catch (error) {
    return E.left({ tag: 'BadRequest', message: `error reading the request's body: ${String(error)}` })
  }
  return E.right(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size))
}
