import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decrypt, encrypt, keyBytes } from '@periplus/prelude'
import {
  natsHealthPasswordFile,
  natsPasswordFile,
  natsRoutePasswordFile,
  natsUsers,
  secretIn,
  writePrivately,
} from '@periplus/service'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'

const sharedPasswords = [
  'nats.password',
  natsHealthPasswordFile,
  natsRoutePasswordFile,
  ...natsUsers.map(natsPasswordFile),
]

/** What every copy of a control plane has, below its home; the rest is issued again from it. */
const shared: readonly string[] = [
  ...['pki/ca.pem', 'pki/front-proxy-ca.pem', 'pki/service-accounts.key', 'pki/secrets.keys'],
  ...sharedPasswords.map(file => `nats/${file}`),
]

/** By their paths below the home. */
export type SharedFiles = Readonly<Record<string, string>>

/** The keys as whoever has `key` can read them, and nobody else; `key` is a secret, and kept nowhere. */
export interface SealedKeys {
  /** In base64. */
  readonly sealed: string
  readonly key: string
}

/** Of the Secret in kube-system where they lie for whoever shows the bootstrap token of this id. */
export const sealedKeysName = (tokenId: string): string => `control-plane-${tokenId}`

/** A key is of one bundle alone: there is nothing else to bind it to. */
const about = ''

export const sealKeys = (home: Home): SealedKeys => {
  // One that nobody has needed yet is made.
  for (const file of sharedPasswords) secretIn(join(home.nats, file))
  const files = Object.fromEntries(shared.map(name => [name, readFileSync(join(home.directory, name), 'utf8')]))
  const key = randomBytes(keyBytes)
  const sealed = encrypt(key, about, Buffer.from(JSON.stringify(files)))
  return { sealed: sealed.toString('base64'), key: key.toString('base64url') }
}

/** Refuses keys that are of another token, or were changed. */
export const unsealKeys = ({ sealed, key }: SealedKeys): SharedFiles => {
  try {
    const text = decrypt(Buffer.from(key, 'base64url'), about, Buffer.from(sealed, 'base64'))
    const files = JSON.parse(text?.toString() ?? '{}') as Partial<SharedFiles>
    if (shared.every(name => typeof files[name] === 'string')) return files as SharedFiles
  } catch {
    // Whatever is wrong with it, it is not what `token create` printed.
  }
  throw new CannotGoOn("the control plane's keys cannot be read with this --key: it is of another token")
}

/** By which the servers of NATS know each other. A secret. */
export const routePasswordIn = (files: SharedFiles): string => (files[`nats/${natsRoutePasswordFile}`] ?? '').trim()

export const keepKeys = (home: Home, files: SharedFiles): void => {
  for (const name of shared) writePrivately(join(home.directory, name), files[name] ?? '', { durable: true })
}
