import { nkeys } from 'nats'

/** A key by which NATS knows a user: whoever holds the seed is he. */
export interface UserKey {
  /** A secret. */
  readonly seed: string
  /** What the server is told of it; begins with `U`. */
  readonly publicKey: string
}

/** A new key of a user (NATS' nkeys: Ed25519). */
export const newUserKey = (): UserKey => {
  const pair = nkeys.createUser()
  return { seed: Buffer.from(pair.getSeed()).toString(), publicKey: pair.getPublicKey() }
}

const said = (name: string): Uint8Array => Buffer.from(`periplus user key of ${name}`)

/** What a holder of the key says of himself in public: that the key is his, under this name, signed with it. */
export const keyClaim = (seed: string, name: string): string => {
  const pair = nkeys.fromSeed(Buffer.from(seed))
  return `${pair.getPublicKey()}.${Buffer.from(pair.sign(said(name))).toString('base64url')}`
}

/** The public key that a claim under this name is about; `undefined` where nobody with that key has made it. */
export const claimedKey = (claim: string, name: string): string | undefined => {
  const [, publicKey, signature] = /^(U[A-Z2-7]{55})\.([\w-]{86})$/.exec(claim) ?? []
  if (publicKey === undefined || signature === undefined) return undefined
  try {
    return nkeys.fromPublic(publicKey).verify(said(name), Buffer.from(signature, 'base64url')) ? publicKey : undefined
  } catch {
    return undefined
  }
}

/** What a connection says to show that it has the key. */
export const signed = (seed: string, nonce: string): { readonly nkey: string; readonly sig: string } => {
  const pair = nkeys.fromSeed(Buffer.from(seed))
  return { nkey: pair.getPublicKey(), sig: Buffer.from(pair.sign(Buffer.from(nonce))).toString('base64url') }
}
