import { messageOf } from '@periplus/prelude'
import type { ProbeAnswer } from './answer.ts'

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ECONNRESET: 'read: connection reset by peer',
  ETIMEDOUT: 'i/o timeout',
}

/**
 * A failed connection in the words of Go's network library, which people know from the kubelet's events. They name the port
 * even where it is the usual one.
 */
export const dialError = (verb: string, url: URL, error: unknown): ProbeAnswer => {
  const code = codeOf(error)
  const address = `${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`
  const target = `${verb} "${url.protocol}//${address}${url.pathname}${url.search}"`
  if (isTimeout(error))
    return {
      tag: 'failure',
      text: `${target}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    }
  const known = words[code]
  if (code === 'ECONNRESET') return { tag: 'failure', text: `${target}: ${known}` }
  if (known) return { tag: 'failure', text: `${target}: dial tcp ${address}: ${known}` }
  return { tag: 'failure', text: `${target}: ${messageOf(error)}` }
}

export const isTimeout = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

export const connectWords = (error: unknown): string => words[codeOf(error)] ?? messageOf(error)
