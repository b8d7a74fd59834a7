import { request as plainRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { request as tlsRequest } from 'node:https'
import type { Answer } from './answer.ts'
import { dialError } from './dial-error.ts'

export interface HttpGet {
  readonly scheme: string
  readonly host: string
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[]>>
  /** Milliseconds. */
  readonly timeout: number
}

const longestBody = 10 * 1024
const mostRedirects = 10

/** GET as a probe makes it: any certificate will do, redirects on the same host are followed, 200 to 399 is well. */
export const httpGet = async (get: HttpGet): Promise<Answer> => {
  const bracketed = get.host.includes(':') ? `[${get.host}]` : get.host
  const path = get.path.startsWith('/') ? get.path : `/${get.path}`
  const deadline = AbortSignal.timeout(get.timeout)
  let url = new URL(`${get.scheme.toLowerCase()}://${bracketed}:${get.port}${path}`)
  for (let redirects = 0; ; redirects++) {
    const answered = await once(url, get.headers, deadline).catch((error: unknown) => dialError('Get', url, error))
    if ('tag' in answered) return answered
    const { status, body, location } = answered
    if (status >= 300 && status < 400 && location !== undefined) {
      const next = new URL(location, url)
      if (next.hostname !== url.hostname)
        return { tag: 'success', text: 'Probe terminated redirects, Response body: ' + body }
      if (redirects >= mostRedirects) return { tag: 'failure', text: `Get "${url.href}": stopped after 10 redirects` }
      url = next
      continue
    }
    return status >= 200 && status < 400
      ? { tag: 'success', text: body }
      : { tag: 'failure', text: `HTTP probe failed with statuscode: ${status}` }
  }
}

interface Response {
  readonly status: number
  readonly body: string
  readonly location: string | undefined
}

const once = (url: URL, headers: HttpGet['headers'], signal: AbortSignal): Promise<Response> =>
  new Promise((resolve, reject) => {
    const options = {
      signal,
      // A closed connection each time: a probe asks whether new ones are served.
      agent: false,
      headers,
    }
    const answered = (response: IncomingMessage): void => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        if (size < longestBody) chunks.push(chunk)
        size += chunk.length
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).subarray(0, longestBody).toString(),
          location: response.headers.location,
        }),
      )
    }
    const request =
      url.protocol === 'https:'
        ? tlsRequest(url, { ...options, rejectUnauthorized: false }, answered)
        : plainRequest(url, options, answered)
    request.on('error', reject)
    request.end()
  })
