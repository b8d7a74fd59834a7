import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from './x509.ts'
import { generateKeyPair, keyAlgorithm, privateKeyFromPem, privateKeyPem } from './key-pair.ts'

/** A certificate with its key, both PEM. The key is a secret: it is written to files of mode 0600 and nowhere else. */
export interface Identity {
  readonly certificate: string
  readonly key: string
}

/** Who a certificate is for: `names` are the subject alternative names of a server, DNS names and addresses alike. */
export type Subject =
  | {
      readonly tag: 'Server'
      readonly commonName: string
      readonly names: readonly string[]
      /** It connects to others of its kind, too, and shows them the same certificate. */
      readonly isPeer?: true
    }
  | { readonly tag: 'Client'; readonly commonName: string; readonly organizations: readonly string[] }

/** Milliseconds. */
export const day = 24 * 60 * 60 * 1000
const authorityDays = 3650
export const leafDays = 365
/** Milliseconds. Clocks differ a little: what was issued now is valid already. */
export const backdated = 5 * 60 * 1000

/** The first byte keeps the number positive and of full length. */
export const serialNumber = (): string => `4${randomBytes(16).toString('hex').slice(1)}`

const validity = (now: number, days: number): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(now - backdated),
  notAfter: new Date(now + days * day),
})

/** A new authority of the cluster's own, self-signed, for ten years. `now` in milliseconds. */
export const newAuthority = async (now: number, commonName = 'periplus-ca'): Promise<Identity> => {
  const keys = await generateKeyPair()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=${commonName}`,
    ...validity(now, authorityDays),
    keys,
    signingAlgorithm: keyAlgorithm,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: `${certificate.toString('pem')}\n`, key: await privateKeyPem(keys.privateKey) }
}

const usagesOf = (subject: Subject): ExtendedKeyUsage[] => {
  if (subject.tag === 'Client') return [ExtendedKeyUsage.clientAuth]
  return subject.isPeer ? [ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth] : [ExtendedKeyUsage.serverAuth]
}

/** A certificate under the authority, for a year unless `days` says otherwise (a fraction is fine, a negative is expired). */
export const issueCertificate = async (
  authority: Identity,
  subject: Subject,
  now: number,
  days = leafDays,
): Promise<Identity> => {
  const issuer = new X509Certificate(authority.certificate)
  const keys = await generateKeyPair()
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: nameOf(subject),
    issuer: issuer.subjectName.toJSON(),
    ...validity(days < 0 ? now + days * 2 * day : now, days),
    publicKey: keys.publicKey,
    signingKey: await privateKeyFromPem(authority.key),
    signingAlgorithm: keyAlgorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension(usagesOf(subject)),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...(subject.tag === 'Server' ? [alternativeNames(subject.names)] : []),
    ],
  })
  return { certificate: `${certificate.toString('pem')}\n`, key: await privateKeyPem(keys.privateKey) }
}

/** A new key, and the PKCS#10 request by which a client asks for its certificate; both PEM. */
export const newClientRequest = async (
  commonName: string,
  organizations: readonly string[],
): Promise<{ readonly request: string; readonly key: string }> => {
  const keys = await generateKeyPair()
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: nameOf({ tag: 'Client', commonName, organizations }),
    keys,
    signingAlgorithm: keyAlgorithm,
  })
  return { request: `${request.toString('pem')}\n`, key: await privateKeyPem(keys.privateKey) }
}

const nameOf = (subject: Subject): Record<string, string[]>[] => [
  ...(subject.tag === 'Client' ? subject.organizations.map(organization => ({ O: [organization] })) : []),
  { CN: [subject.commonName] },
]

const alternativeNames = (names: readonly string[]): SubjectAlternativeNameExtension =>
  new SubjectAlternativeNameExtension(
    names.map(value => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
  )

/** Whether the certificate should be replaced: it ends within `days`, another authority issued it, it is for somebody else, or misses a name. */
export const needsRenewal = (
  identity: Identity,
  authority: Identity,
  subject: Subject,
  now: number,
  days = 30,
): boolean => {
  const certificate = new X509Certificate(identity.certificate)
  const issuer = new X509Certificate(authority.certificate)
  if (certificate.notAfter.getTime() < now + days * day) return true
  if (certificate.issuer !== issuer.subject) return true
  const key = certificate.getExtension(AuthorityKeyIdentifierExtension)?.keyId
  if (key !== issuer.getExtension(SubjectKeyIdentifierExtension)?.keyId) return true
  if (JSON.stringify(certificate.subjectName.toJSON()) !== JSON.stringify(nameOf(subject))) return true
  const usages = certificate.getExtension(ExtendedKeyUsageExtension)?.usages ?? []
  if (usagesOf(subject).some(usage => !usages.includes(usage))) return true
  if (subject.tag === 'Client') return false
  const names = certificate.getExtension(SubjectAlternativeNameExtension)?.names.toJSON() ?? []
  return subject.names.some(name => !names.some(({ value }) => value === name))
}
