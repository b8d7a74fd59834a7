import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import { headerOf } from './exchange.ts'
import type { Incoming } from './exchange.ts'

/** Kubernetes' limit for one request body. */
const bodyLimitBytes = 3 * 1024 * 1024

const tooLarge: Refusal = { tag: 'RequestEntityTooLarge', limitBytes: bodyLimitBytes }

/**
 * The whole body; refused as soon as it is known to be over the limit. What comes after that is thrown away as it comes, and
 * not refused to be read: a client that is still sending would never see the answer.
 */
export const readBody = (request: Incoming): Promise<Either<Refusal, Uint8Array>> =>
  new Promise(resolve => {
    const announced = Number(headerOf(request, 'content-length') ?? '0')
    const chunks: Buffer[] = []
    let size = 0
    const finish = (answer: Either<Refusal, Uint8Array>): void => {
      request.off('data', take)
      request.off('end', end)
      request.off('error', fail)
      request.off('close', gone)
      request.on('error', () => undefined)
      resolve(answer)
    }
    const refuse = (): void => {
      finish(E.left(tooLarge))
      request.resume()
    }
    const take = (chunk: Buffer): void => {
      size += chunk.length
      if (size > bodyLimitBytes) refuse()
      else chunks.push(chunk)
    }
    const end = (): void => finish(E.right(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size)))
    const fail = (error: Error): void =>
      finish(E.left({ tag: 'BadRequest', message: `error reading the request's body: ${error.message}` }))
    const gone = (): void => fail(new Error('the client went away'))
    if (announced > bodyLimitBytes) return refuse()
    request.on('data', take)
    request.on('end', end)
    request.on('error', fail)
    request.on('close', gone)
  })
