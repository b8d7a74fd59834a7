import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const cipher = 'aes-256-gcm'
const [ivBytes, tagBytes] = [12, 16]
/** Bytes of a key. */
export const keyBytes = 32

/** AES-256-GCM: nonce, tag and ciphertext in one. `about` is what it is bound to. */
export const encrypt = (key: Buffer, about: string, text: Uint8Array): Buffer => {
  const iv = randomBytes(ivBytes)
  const sealing = createCipheriv(cipher, key, iv).setAAD(Buffer.from(about))
  const sealed = Buffer.concat([sealing.update(text), sealing.final()])
  return Buffer.concat([iv, sealing.getAuthTag(), sealed])
}

/** What `encrypt` was given; `undefined` where the key is another, or anything was changed. */
export const decrypt = (key: Buffer, about: string, bytes: Buffer): Buffer | undefined => {
  if (bytes.length < ivBytes + tagBytes) return undefined
  const opening = createDecipheriv(cipher, key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
  opening.setAAD(Buffer.from(about))
  opening.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
  try {
    return Buffer.concat([opening.update(bytes.subarray(ivBytes + tagBytes)), opening.final()])
  } catch {
    return undefined
  }
}
