import { pemBlocks } from '../../validation/pem.ts'

/**
 * Why base64 of a PEM text is no chain of certificates, or `undefined`. What is in the blocks is not looked at: that takes more than
 * text.
 */
export const certificateFault = (certificate: string): string | undefined => {
  if (certificate === '') return undefined
  const blocks = pemBlocks(Buffer.from(certificate, 'base64').toString('latin1'))
  const other = blocks.find(({ type }) => type !== 'CERTIFICATE')
  if (other) return `only CERTIFICATE PEM blocks are allowed, found "${other.type}"`
  if (blocks.some(({ body }) => body.includes(':'))) return 'no PEM block headers are permitted'
  return blocks.length === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined
}
