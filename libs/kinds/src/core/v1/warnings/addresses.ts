import type { FieldPath } from '@periplus/api'
import { blockText, ipBlockOf, ipNumberOf, ipText } from '../../../validation/ip-canonical.ts'
import { ipFamilyOf, isIpAddress } from '../../../validation/ip-address.ts'

type Texts = readonly string[]

const quoted = (text: string): string => JSON.stringify(text)

/** Leading zeros, or version 4 within version 6: taken from of old only. */
const isOldForm = (address: string): boolean =>
  !isIpAddress(address) || (address.includes(':') && ipFamilyOf(address) === 4)

/** Of a block of addresses that is sound, and says more than its prefix or is not written as everybody writes it. */
export const cidrWarnings = (path: FieldPath, text: string): Texts => {
  const block = ipBlockOf(text)
  if (!block) return []
  const [address = '', length = ''] = text.split('/')
  const number = ipNumberOf(address) ?? block.first
  const [whole, alone] = [blockText(block), `${ipText(number, block.family)}/${block.family === 4 ? 32 : 128}`]
  const isOld = isOldForm(address) || length !== String(Number(length))
  const told = [
    ...(number === block.first
      ? []
      : [
          `${path}: CIDR value ${quoted(text)} is ambiguous in this context (should be ${quoted(whole)} or ${quoted(alone)}?)`,
        ]),
    ...(isOld
      ? [
          `${path}: non-standard CIDR value ${quoted(text)} will be considered invalid in a future Kubernetes release: use ${quoted(whole)}`,
        ]
      : []),
  ]
  return told.length > 0 || text === whole
    ? told
    : [`${path}: IPv6 CIDR value ${quoted(text)} should be in RFC 5952 canonical format (${quoted(whole)})`]
}
