import { fnv1a } from '@periplus/prelude'
import type { Clock, Random } from '@periplus/prelude'
import type { RelayTarget } from './relay.ts'

/** Clients whose target is remembered; the one that was longest away is forgotten first. */
const mostClients = 4_096

const nameOf = ({ ip, port }: RelayTarget): string => `${ip}:${port}`

/**
 * Who gets a client's next connection, and who after that should the first not be there. With affinity it is whoever got the last one, while
 * that is a target still; a client that is not known, as after a restart, has a target that follows from its address alone.
 */
export const clientsOf = (clock: Pick<Clock, 'now'>, random: Random) => {
  const known = new Map<string, { readonly target: string; readonly until: number }>()
  const stays = (client: string, targets: readonly RelayTarget[], affinity: number): RelayTarget | undefined => {
    const last = known.get(client)
    const lasts = last && last.until > clock.now() ? targets.find(one => nameOf(one) === last.target) : undefined
    const chosen = lasts ?? usual(client, targets)
    known.delete(client)
    if (!chosen) return undefined
    known.set(client, { target: nameOf(chosen), until: clock.now() + affinity * 1000 })
    for (const [oldest] of known) {
      if (known.size <= mostClients) break
      known.delete(oldest)
    }
    return chosen
  }
  return (client: string, targets: readonly RelayTarget[], affinity?: number): readonly RelayTarget[] => {
    const first =
      affinity === undefined ? targets[Math.floor(random() * targets.length)] : stays(client, targets, affinity)
    return first ? [first, ...targets.filter(one => one !== first)] : []
  }
}

/** Of all pairs of this client and a target the one that hashes highest: as targets come and go, few clients change. */
const usual = (client: string, targets: readonly RelayTarget[]): RelayTarget | undefined => {
  const weighed = targets.map(target => ({ target, weight: fnv1a(`${client} ${nameOf(target)}`) }))
  return weighed.sort((a, b) => b.weight - a.weight)[0]?.target
}
