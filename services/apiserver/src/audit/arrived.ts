import { isIP } from 'node:net'
import { connectionOf, headerOf } from '../http/exchange.ts'
import type { Incoming } from '../http/exchange.ts'
import { bearerToken } from '../security/authentication/bearer-token.ts'
import type { Arrived } from './trail.ts'

/** More of a user agent is not told, as in Kubernetes. */
const longestUserAgent = 1024
/** More of the servers that say that they passed a request on are not told. */
const mostSources = 32

/** What is told of a request whoever it comes from. */
export const arrivedAs = (request: Incoming, auditId: string): Arrived => ({
  auditId,
  requestUri: request.url ?? '/',
  sourceIps: sourcesOf(request),
  userAgent: shortened(headerOf(request, 'user-agent') ?? ''),
})

const shortened = (agent: string): string =>
  agent.length > longestUserAgent ? `${agent.slice(0, longestUserAgent)}...TRUNCATED` : agent

/** Where it comes from, as far as those say who passed it on, and the last of them as the connection has it. */
const sourcesOf = (request: Incoming): readonly string[] => {
  const forwarded = (headerOf(request, 'x-forwarded-for') ?? '').split(',', mostSources).map(address => address.trim())
  const told = forwarded.filter(address => isIP(address) > 0)
  const real = (headerOf(request, 'x-real-ip') ?? '').trim()
  const sources = isIP(real) === 0 || told.includes(real) ? told : [...told, real]
  const remote = (connectionOf(request).remoteAddress ?? '').replace(/^::ffff:/, '')
  return remote === '' || sources.at(-1) === remote ? sources : [...sources, remote]
}

/** How a request whose credentials are wrong tried to say who it is from. */
export const attemptedBy = (request: Incoming): string => {
  const { authorization = '' } = request.headers
  const methods = [
    ...(/^basic /i.test(authorization) ? ['basic'] : []),
    ...(bearerToken(request.headers) === undefined ? [] : ['bearer']),
    ...(connectionOf(request).getPeerCertificate?.().subject ? ['x509'] : []),
  ]
  return methods.length > 0
    ? `Authentication failed, attempted: ${methods.join(', ')}`
    : 'Authentication failed, no credentials provided'
}
