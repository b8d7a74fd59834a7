const slabBytes = 256 * 1024
/** Larger things have memory of their own. */
const largest = slabBytes / 8

/** A piece of memory that many share. Never written to twice: what a reader still holds of it stays as it was. */
export interface Slab {
  readonly memory: Buffer
  used: number
  /** Bytes of those who still live here. */
  live: number
  readonly tenants: Tenant[]
}

/** Something whose bytes lie in a slab, and can be moved to another. */
export interface Tenant {
  /** Where it lives; `undefined` outside of slabs. */
  slab: Slab | undefined
  readonly bytes: Buffer
  moveTo(bytes: Buffer): void
}

/**
 * Memory for bytes that stay: an allocation of its own for each of 100,000 objects costs more than their folding, in time as
 * in overhead. A slab that has become half empty is left by those who still live in it, so at most half is ever wasted.
 */
export interface ByteSlabs {
  /** Room for the tenant, which lives there from now on. */
  allocate(length: number, tenant: Tenant): Buffer
  /** The tenant's bytes are no longer needed by us. */
  release(tenant: Tenant): void
}

const emptySlab = (): Slab => ({ memory: Buffer.allocUnsafeSlow(slabBytes), used: 0, live: 0, tenants: [] })

export const byteSlabs = (): ByteSlabs => {
  let filling: Slab | undefined

  const allocate = (length: number, tenant: Tenant): Buffer => {
    tenant.slab = undefined
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
    slab.tenants.push(tenant)
    tenant.slab = slab
    return bytes
  }
  const leaveIfHalfEmpty = (slab: Slab): void => {
    if (slab === filling || slab.live * 2 >= slabBytes) return
    for (const tenant of slab.tenants.splice(0)) {
      if (tenant.slab !== slab) continue
      const { bytes } = tenant
      const room = allocate(bytes.length, tenant)
      bytes.copy(room)
      tenant.moveTo(room)
    }
  }
  return {
    allocate,
    release: tenant => {
      const { slab } = tenant
      if (!slab) return
      tenant.slab = undefined
      slab.live -= tenant.bytes.length
      leaveIfHalfEmpty(slab)
    },
  }
}
