import { createHash } from 'node:crypto'

/** Names of users' objects are too long, and not theirs to choose, for chains and sets: what is hashed is what tells them apart. */
export const hashOf = (...parts: readonly (string | undefined)[]): string =>
  createHash('sha256')
    .update(parts.map(part => part ?? '').join('/'))
    .digest('hex')
    .slice(0, 16)
