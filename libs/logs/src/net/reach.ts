import { lookup as lookUp } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import type { WriterLimits } from '../backend.ts'

type Reach = Pick<WriterLimits, 'mayReach' | 'resolve'>

/** No connection was made: every address of the name is closed to this sink. */
class NotAllowed extends Error {}

const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1')

/** Throws where a host that is an address may not be connected to: such a one is never looked up. */
export const checkLiteral = (host: string, { mayReach }: Reach): void => {
  const address = bare(host)
  if (isIP(address) !== 0 && !mayReach(address)) throw new NotAllowed(`connections to ${address} are not allowed`)
}

const familyOf = (address: string): LookupAddress => ({ address, family: isIP(address) })

/**
 * Looks names up for one connection and gives only addresses that may be connected to, so that a name that changes its address
 * between a check and a connection gains nothing.
 */
export const guardedLookup =
  ({ mayReach, resolve }: Reach): LookupFunction =>
  (hostname, options, callback) => {
    const answer = (error: NodeJS.ErrnoException | null, found: readonly LookupAddress[]): void => {
      if (error) return callback(error, '', 0)
      const allowed = found.filter(({ address }) => mayReach(address))
      const [first] = allowed
      if (first === undefined)
        return callback(new NotAllowed(`connections to the addresses of ${hostname} are not allowed`), '', 0)
      if (options.all) return callback(null, [...allowed])
      return callback(null, first.address, first.family)
    }
    const known = resolve?.(hostname)
    if (known !== undefined) return answer(null, known.map(familyOf))
    lookUp(hostname, { all: true }, answer)
  }
