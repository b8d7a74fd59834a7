import type { IncomingMessage, ServerResponse } from 'node:http'

/** An answer that is there as a whole. */
export interface Page {
  readonly code: number
  readonly contentType: string
  readonly body: string
}

export const plain = (code: number, body: string): Page => ({ code, contentType: 'text/plain; charset=utf-8', body })

export const notFound = plain(404, '404 page not found\n')

export const write = ({ code, contentType, body }: Page, request: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(code, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) })
  response.end(request.method === 'HEAD' ? undefined : body)
}
