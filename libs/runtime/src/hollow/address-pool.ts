/** Pod addresses of one node, handed out as the CNI plugin `host-local` does: in order, wrapping around, gateway left out. */
export interface AddressPool {
  /** `undefined`: every address is taken. */
  take(): string | undefined
  release(address: string): void
}

/** `cidr` is IPv4, such as `10.244.3.0/24`; its first address is the gateway's and its last the broadcast. */
export const addressPool = (cidr: string): AddressPool => {
  const [base = '', prefix = ''] = cidr.split('/')
  const size = 2 ** (32 - Number(prefix))
  const network = Math.floor(number(base) / size) * size
  const taken = new Set<number>()
  let last = 1
  return {
    take: () => {
      for (let tries = 0; tries < size - 3; tries++) {
        last = last + 1 > size - 2 ? 2 : last + 1
        if (taken.has(last)) continue
        taken.add(last)
        return dotted(network + last)
      }
      return undefined
    },
    release: address => void taken.delete(number(address) - network),
  }
}

const number = (dottedAddress: string): number =>
  dottedAddress.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

const dotted = (address: number): string =>
  [24, 16, 8, 0].map(shift => Math.floor(address / 2 ** shift) % 256).join('.')
