import type { PeerCertificate, TLSSocket } from 'node:tls'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import type { User } from '../../ports.ts'

interface Presented {
  readonly user: User
  readonly notBefore: number
  readonly notAfter: number
}

/** What a connection's certificate says doesn't change while it lives. */
const presented = new WeakMap<object, Either<string, Presented> | undefined>()

/** What is asked of a certificate with every request, besides its time. */
export interface CertificateChecks {
  /** Of a user and when the certificate began, in milliseconds. */
  readonly isRevoked: (user: string, notBefore: number) => boolean
  /** Whether it is of those who certify clients, where the server trusts others too. */
  readonly isClients?: (socket: TLSSocket) => boolean
}

/**
 * The user of a client certificate: `CN` is the name, each `O` a group. `undefined` where no certificate was presented. The
 * server must ask for certificates without refusing the connection (`requestCert: true, rejectUnauthorized: false`): who
 * presents a wrong one gets a Status, not a broken handshake. The end of validity is checked with every request, since a
 * connection may outlive it. `now` in milliseconds.
 */
export const certificateUser = (
  socket: TLSSocket,
  now: number,
  { isRevoked, isClients = () => true }: CertificateChecks,
): Either<Refusal, User> | undefined => {
  if (!presented.has(socket)) presented.set(socket, read(socket))
  const found = presented.get(socket)
  if (!found) return undefined
  if (E.isLeft(found)) return unauthorized(found.left)
  if (!isClients(socket)) return unauthorized('x509: certificate signed by unknown authority')
  const { user, notBefore, notAfter } = found.right
  if (now > notAfter) return unauthorized('x509: certificate has expired or is not yet valid')
  if (isRevoked(user.name, notBefore)) return unauthorized('x509: the host of this node was taken out of the cluster')
  return now < notBefore ? unauthorized('x509: certificate has expired or is not yet valid') : E.right(user)
}

const unauthorized = (message: string): Either<Refusal, never> => E.left({ tag: 'Unauthorized', message })

const read = (socket: TLSSocket): Either<string, Presented> | undefined => {
  const certificate = socket.getPeerCertificate?.()
  if (!certificate?.subject) return undefined
  // A timed-out certificate is told from the clock, below; Node's own verdict says the same.
  const verdict = socket.authorizationError as unknown
  if (!socket.authorized && String(verdict) !== 'CERT_HAS_EXPIRED') return E.left(`x509: ${String(verdict)}`)
  const name = one(certificate.subject.CN)
  if (name === '') return E.left('x509: the certificate names no user')
  return E.right({
    user: userOf(certificate, name),
    notBefore: Date.parse(certificate.valid_from),
    notAfter: socket.authorized ? Date.parse(certificate.valid_to) : 0,
  })
}

const userOf = (certificate: PeerCertificate, name: string): User => ({
  name,
  uid: '',
  groups: [...many(certificate.subject.O), 'system:authenticated'],
  extra: {
    'authentication.kubernetes.io/credential-id': [
      `X509SHA256=${certificate.fingerprint256.replaceAll(':', '').toLowerCase()}`,
    ],
  },
})

const many = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value

const one = (value: string | readonly string[] | undefined): string => many(value)[0] ?? ''
