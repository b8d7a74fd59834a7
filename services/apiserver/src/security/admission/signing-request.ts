import { Pkcs10CertificateRequest, SubjectAlternativeNameExtension } from '../pki/x509.ts'

export interface RequestedSubject {
  readonly commonNames: readonly string[]
  readonly organizations: readonly string[]
  /** It asks for names or addresses besides. */
  readonly hasNames: boolean
}

/** The subject of a PKCS#10 request in PEM, as a signing request carries it (base64); `undefined` where it is none. */
export const subjectOf = (request: string): RequestedSubject | undefined => {
  const pem = Buffer.from(request, 'base64').toString('latin1')
  if (!pem.includes('-----BEGIN CERTIFICATE REQUEST-----')) return undefined
  try {
    const { subjectName, extensions } = new Pkcs10CertificateRequest(pem)
    const hasNames = extensions.some(extension => extension instanceof SubjectAlternativeNameExtension)
    return { commonNames: subjectName.getField('CN'), organizations: subjectName.getField('O'), hasNames }
  } catch {
    return undefined
  }
}
