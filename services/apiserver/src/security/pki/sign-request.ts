import { privateKeyFromPem, keyAlgorithm } from './key-pair.ts'
import { backdated, day, leafDays, serialNumber } from './certificates.ts'
import type { Identity } from './certificates.ts'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from './x509.ts'

/** What a certificate is to be good for, as a CertificateSigningRequest asks. */
export interface Wanted {
  readonly usages: readonly string[]
  /** Absent, or longer than a year: a year. */
  readonly expirationSeconds?: number
}

/** Kubernetes' names of key usages. */
const keyUsages: Readonly<Record<string, KeyUsageFlags>> = {
  signing: KeyUsageFlags.digitalSignature,
  'digital signature': KeyUsageFlags.digitalSignature,
  'content commitment': KeyUsageFlags.nonRepudiation,
  'key encipherment': KeyUsageFlags.keyEncipherment,
  'data encipherment': KeyUsageFlags.dataEncipherment,
  'key agreement': KeyUsageFlags.keyAgreement,
}

/** And of extended ones. */
const extendedUsages: Readonly<Record<string, string>> = {
  'server auth': '1.3.6.1.5.5.7.3.1',
  'client auth': '1.3.6.1.5.5.7.3.2',
}

const leastMilliseconds = 10 * 60_000
/** What is valid for no longer ends when it was asked to, though it begins earlier. */
const shortMilliseconds = 8 * 60 * 60_000

/** From when to when a certificate is valid; none outlives its authority. `now` in milliseconds. */
export const validityOf = ({ expirationSeconds }: Wanted, authorityEnds: number, now: number) => {
  const most = leafDays * day
  const asked = expirationSeconds === undefined ? most : expirationSeconds * 1000
  const duration = Math.min(most, Math.max(leastMilliseconds, asked))
  const ends = now + duration - (duration < shortMilliseconds ? 0 : backdated)
  return { notBefore: new Date(now - backdated), notAfter: new Date(Math.min(ends, authorityEnds)) }
}

/** Names that a certificate may carry; whatever else a request names stays out. */
const carried: ReadonlySet<string> = new Set(['dns', 'ip', 'email', 'url'])

const namesIn = (asked: Pkcs10CertificateRequest): readonly SubjectAlternativeNameExtension[] => {
  const names = asked.extensions
    .filter(extension => extension instanceof SubjectAlternativeNameExtension)
    .flatMap(extension => extension.names.toJSON())
    .filter(({ type }) => carried.has(type))
  return names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)]
}

/** The certificate, in PEM, that a PKCS#10 request in PEM asks for. Rejects where it is none, or its own key has not signed it. */
export const signRequest = async (
  authority: Identity,
  request: string,
  wanted: Wanted,
  now: number,
): Promise<string> => {
  const asked = new Pkcs10CertificateRequest(request)
  if (!(await asked.verify())) throw new Error('the request is not signed by its own key')
  const issuer = new X509Certificate(authority.certificate)
  const flags = wanted.usages.reduce((sum, usage) => sum | (keyUsages[usage] ?? 0), 0)
  const extended = wanted.usages.flatMap(usage => extendedUsages[usage] ?? [])
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: asked.subjectName.toJSON(),
    issuer: issuer.subjectName.toJSON(),
    ...validityOf(wanted, issuer.notAfter.getTime(), now),
    publicKey: asked.publicKey,
    signingKey: await privateKeyFromPem(authority.key),
    signingAlgorithm: keyAlgorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      ...(flags === 0 ? [] : [new KeyUsagesExtension(flags, true)]),
      ...(extended.length === 0 ? [] : [new ExtendedKeyUsageExtension(extended)]),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...namesIn(asked),
    ],
  })
  return `${certificate.toString('pem')}\n`
}
