import { selfSigned } from '@periplus/webhooks/contract'

export interface TestCertificates {
  readonly ca: string
  readonly key: string
  readonly cert: string
}

/** A certificate for the loopback that is its own authority: enough for a client that is told to trust it. */
export const loopbackCertificates = async (): Promise<TestCertificates> => {
  const { cert, key } = await selfSigned(['localhost'])
  return { ca: cert, cert, key }
}
