import { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import { connectionOf } from '../../http/exchange.ts'
import type { AuthenticatedRequest, User } from '../../ports.ts'

/** Who may say for others who they are, and in which headers: `--requestheader-*` of kube-apiserver. */
export interface FrontProxyOptions {
  /** PEM, one or several: whose certificates front proxies have. */
  readonly authorities: string
  /** Common names of their certificates; none: any. */
  readonly allowedNames: readonly string[]
  readonly usernameHeaders: readonly string[]
  readonly uidHeaders: readonly string[]
  readonly groupHeaders: readonly string[]
  readonly extraHeaderPrefixes: readonly string[]
}

/** Whom a front proxy speaks for; `undefined`: it is none, or speaks for nobody. `now` in milliseconds. */
export type FrontProxy = (request: AuthenticatedRequest, now: number) => Either<Refusal, User> | undefined

const clientAuthentication = '1.3.6.1.5.5.7.3.2'

const certificatesIn = (pem: string): readonly X509Certificate[] =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(one => new X509Certificate(one))

/** Whether a certificate is of one of these authorities, which have signed it themselves. */
const isIssuedBy = (certificate: X509Certificate, authorities: readonly X509Certificate[]): boolean =>
  authorities.some(one => one.ca && certificate.checkIssued(one) && certificate.verify(one.publicKey))

/** Of a connection's certificate, which doesn't change while it lives. */
const ofConnection = (is: (certificate: X509Certificate) => boolean): ((socket: TLSSocket) => boolean) => {
  const known = new WeakMap<object, boolean>()
  return socket => {
    const before = known.get(socket)
    if (before !== undefined) return before
    const certificate = socket.getPeerX509Certificate?.()
    const found = certificate !== undefined && is(certificate)
    known.set(socket, found)
    return found
  }
}

/** Whether the certificate of a connection is of these authorities: who serves several kinds has to tell them apart. */
export const issuedBy = (pem: string): ((socket: TLSSocket) => boolean) => {
  const authorities = certificatesIn(pem)
  return ofConnection(certificate => isIssuedBy(certificate, authorities))
}

/** Whose word is taken for who asks. */
export const frontProxy = (options: FrontProxyOptions): FrontProxy => {
  const authorities = certificatesIn(options.authorities)
  const isTrusted = ofConnection(
    certificate =>
      isIssuedBy(certificate, authorities) &&
      (certificate.keyUsage === undefined || certificate.keyUsage.includes(clientAuthentication)),
  )
  return (request, now) => {
    const socket = connectionOf(request)
    if (!isTrusted(socket)) return undefined
    const user = userIn(headersOf(request), options)
    if (!user) return undefined
    const { subject, valid_from, valid_to } = socket.getPeerCertificate()
    if (now < Date.parse(valid_from) || now > Date.parse(valid_to))
      return unauthorized('x509: certificate has expired or is not yet valid')
    const names = [subject.CN ?? ''].flat()
    if (options.allowedNames.length > 0 && !options.allowedNames.includes(names[0] ?? ''))
      return unauthorized(`x509: subject with cn=${names[0]} is not in the allowed list`)
    forget(request, options)
    return E.right(user)
  }
}

const unauthorized = (message: string): Either<Refusal, never> => E.left({ tag: 'Unauthorized', message })

type Headers = readonly (readonly [name: string, value: string])[]

/** As they came, one by one: names in lower case, values in the UTF-8 whose bytes they are. */
const headersOf = ({ rawHeaders }: AuthenticatedRequest): Headers =>
  rawHeaders.flatMap((name, i) =>
    i % 2 === 0 ? [[name.toLowerCase(), Buffer.from(rawHeaders[i + 1] ?? '', 'latin1').toString()] as const] : [],
  )

const valuesOf = (headers: Headers, names: readonly string[]): readonly string[] =>
  names.flatMap(name => headers.flatMap(([one, value]) => (one === name.toLowerCase() && value !== '' ? [value] : [])))

const userIn = (headers: Headers, options: FrontProxyOptions): User | undefined => {
  const [name] = valuesOf(headers, options.usernameHeaders)
  if (name === undefined) return undefined
  const groups = valuesOf(headers, options.groupHeaders)
  const isPlaced = name === 'system:anonymous' || groups.some(group => everybody.includes(group))
  return {
    name,
    uid: valuesOf(headers, options.uidHeaders)[0] ?? '',
    groups: isPlaced ? groups : [...groups, 'system:authenticated'],
    extra: extraOf(headers, options.extraHeaderPrefixes),
  }
}

const everybody: readonly string[] = ['system:authenticated', 'system:unauthenticated']

const extraOf = (headers: Headers, prefixes: readonly string[]): User['extra'] => {
  const extra = new Map<string, readonly string[]>()
  for (const prefix of prefixes.map(one => one.toLowerCase()))
    for (const [name, value] of headers) {
      if (!name.startsWith(prefix)) continue
      const key = unescaped(name.slice(prefix.length))
      extra.set(key, [...(extra.get(key) ?? []), value])
    }
  return Object.fromEntries(extra)
}

const unescaped = (key: string): string => {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}

/** What said who asks is told to nobody further on. */
const forget = ({ headers }: AuthenticatedRequest, options: FrontProxyOptions): void => {
  const { usernameHeaders, uidHeaders, groupHeaders, extraHeaderPrefixes } = options
  const named = new Set([...usernameHeaders, ...uidHeaders, ...groupHeaders].map(name => name.toLowerCase()))
  const prefixes = extraHeaderPrefixes.map(prefix => prefix.toLowerCase())
  for (const name of Object.keys(headers))
    if (named.has(name) || prefixes.some(prefix => name.startsWith(prefix))) delete headers[name]
}
