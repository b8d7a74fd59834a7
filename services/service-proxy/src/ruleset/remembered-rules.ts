import type { EndpointSlice, Service } from '@periplus/kinds'
import type { RulesOfService } from './ruleset-of.ts'
import { serviceRules } from './service-rules.ts'
import type { ServiceRules } from './service-rules.ts'

/** Of the same objects the rules are the same, so that one service's change costs nothing of what the others are. */
export const rememberedRules = (): RulesOfService => {
  const known = new WeakMap<
    Service,
    { slices: readonly EndpointSlice[]; zone: string | undefined; rules: ServiceRules }
  >()
  return (service, slices, network, place) => {
    const last = known.get(service)
    if (last && last.zone === place.zone && sameList(last.slices, slices)) return last.rules
    const rules = serviceRules(service, slices, network, place)
    known.set(service, { slices, zone: place.zone, rules })
    return rules
  }
}

const sameList = <A>(one: readonly A[], other: readonly A[]): boolean =>
  one.length === other.length && one.every((a, i) => a === other[i])
