import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import type { HTTPGetAction } from '@periplus/kinds'

/** A request that a pod has the node make, over the node's own network: it is made as narrowly as the kubelet makes it. */
export interface HttpRequest {
  readonly url: URL
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly signal: AbortSignal
}

export interface HttpResponse {
  readonly url: URL
  readonly status: number
  /** Its first 10 KiB; what comes after them is not read. */
  readonly body: string
}

const longestBody = 10 * 1024
const mostRequests = 10

/** Where a handler points to; throws what is wrong with it. */
export const urlOf = (action: HTTPGetAction, host: string, port: number): URL => {
  const { scheme = 'HTTP', path = '/' } = action
  const bracketed = host.includes(':') ? `[${host}]` : host
  return new URL(`${scheme.toLowerCase()}://${bracketed}:${port}${path.startsWith('/') ? path : `/${path}`}`)
}

/**
 * GET over a connection of its own, with any certificate. Redirects are followed on the same host only, so that nobody sends
 * the node elsewhere: any other redirect is the answer itself. Throws where there is no answer.
 */
export const getFollowing = async (request: HttpRequest): Promise<HttpResponse> => {
  let url = request.url
  for (let made = 1; ; made++) {
    const { location, ...response } = await get({ ...request, url })
    if (response.status < 300 || response.status >= 400 || location === undefined) return response
    const next = new URL(location, url)
    if (next.hostname !== request.url.hostname) return response
    if (made >= mostRequests) throw new Error('stopped after 10 redirects')
    url = next
  }
}

const get = ({
  url,
  headers,
  signal,
}: HttpRequest): Promise<HttpResponse & { readonly location: string | undefined }> =>
  new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? tlsRequest : plainRequest
    // A connection each time: a probe asks whether new ones are served.
    const call = send(url, { signal, agent: false, headers, rejectUnauthorized: false })
    call.on('error', reject)
    call.on('response', response => {
      const chunks: Buffer[] = []
      let size = 0
      const answer = (): void => {
        resolve({
          url,
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).subarray(0, longestBody).toString(),
          location: response.headers.location,
        })
        call.destroy()
      }
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        size += chunk.length
        if (size >= longestBody) answer()
      })
      response.on('error', reject)
      response.on('end', answer)
    })
    call.end()
  })
