const slabBytes = 256 * 1024
/** Larger things have memory of their own. */
const largest = slabBytes / 8

/** A piece of memory that many share. Never written to twice: what a reader still holds of it stays as it was. */
export interface Slab {
  readonly memory: Buffer
  used: number
  /** Bytes of those who still live here. */
  live: number
  readonly users: SlabUser[]
}

/** Something whose bytes lie in a slab, and can be moved to another. */
export interface SlabUser {
  /** Where it lives; `undefined` outside of slabs. */
  slab: Slab | undefined
  readonly bytes: Buffer
  relocate(bytes: Buffer): void
}

/**
 * Memory for bytes that stay: an allocation of its own for each of 100,000 objects costs more than their folding, in time as
 * in overhead. A slab that has become half empty is left by those who still live in it, so at most half is ever wasted.
 */
export interface ByteSlabs {
  /** Room for the user, which lives there from now on. */
  allocate(length: number, user: SlabUser): Buffer
  /** The user's bytes are no longer needed by us. */
  release(user: SlabUser): void
}

const emptySlab = (): Slab => ({ memory: Buffer.allocUnsafeSlow(slabBytes), used: 0, live: 0, users: [] })

export const byteSlabs = (): ByteSlabs => {
  let filling: Slab | undefined

  const allocate = (length: number, user: SlabUser): Buffer => {
    user.slab = undefined
    if (length > largest) return Buffer.allocUnsafeSlow(length)
    if (!filling || filling.used + length > slabBytes) {
      const full = filling
      filling = emptySlab()
      if (full) leaveIfHalfEmpty(full)
    }
    const slab = filling
    const bytes = slab.memory.subarray(slab.used, slab.used + length)
    slab.used += length
    slab.live += length
    slab.users.push(user)
    user.slab = slab
    return bytes
  }
  const leaveIfHalfEmpty = (slab: Slab): void => {
    if (slab === filling || slab.live * 2 >= slabBytes) return
    for (const user of slab.users.splice(0)) {
      if (user.slab !== slab) continue
      const { bytes } = user
      const room = allocate(bytes.length, user)
      bytes.copy(room)
      user.relocate(room)
    }
  }
  return {
    allocate,
    release: user => {
      const { slab } = user
      if (!slab) return
      user.slab = undefined
      slab.live -= user.bytes.length
      leaveIfHalfEmpty(slab)
    },
  }
}
