import { get } from 'node:http'

/** The body of an answer over a connection of its own, or the code of what went wrong. */
export const ask = (url: string): Promise<string> =>
  new Promise(resolve => {
    const request = get(url, { agent: false, timeout: 3000 }, response => {
      let body = ''
      response.on('data', chunk => (body += String(chunk)))
      response.on('end', () => resolve(`${response.statusCode} ${body.trim()}`))
    })
    request.on('timeout', () => request.destroy(new Error('timeout')))
    request.on('error', error => resolve('code' in error ? String(error.code) : error.message))
  })
