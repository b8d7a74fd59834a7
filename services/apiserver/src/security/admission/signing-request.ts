import { Pkcs10CertificateRequest, SubjectAlternativeNameExtension } from '../pki/x509.ts'

/** Kinds of names that a certificate has besides its subject's. */
export type AlternativeName = 'dns' | 'ip' | 'email' | 'url'

export interface RequestedSubject {
  readonly commonNames: readonly string[]
  readonly organizations: readonly string[]
  /** It asks for names or addresses of these kinds besides; others there are too, which nobody signs. */
  readonly names: ReadonlySet<string>
}

/** The subject of a PKCS#10 request in PEM, as a signing request carries it (base64); `undefined` where it is none. */
export const subjectOf = (request: string): RequestedSubject | undefined => {
  const pem = Buffer.from(request, 'base64').toString('latin1')
  if (!pem.includes('-----BEGIN CERTIFICATE REQUEST-----')) return undefined
  try {
    const { subjectName, extensions } = new Pkcs10CertificateRequest(pem)
    const names = extensions
      .filter(extension => extension instanceof SubjectAlternativeNameExtension)
      .flatMap(extension => extension.names.toJSON().map(({ type }) => type))
    return {
      commonNames: subjectName.getField('CN'),
      organizations: subjectName.getField('O'),
      names: new Set(names),
    }
  } catch {
    return undefined
  }
}
