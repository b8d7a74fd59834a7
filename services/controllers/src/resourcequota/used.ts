import { formatQuantity, quantityOf, zeroQuantity } from '@periplus/api'
import type { KubernetesObject, Quantity, Stored } from '@periplus/api'
import { countedResource, countedUntil, inQuotaScope, quotaUsage, quotaUsageOfAll } from '@periplus/kinds'
import type { CountedResource, Pod, ResourceQuota } from '@periplus/kinds'
import { own } from '@periplus/prelude'
import type { Cut } from '@periplus/projection'

type Limited = ReadonlyMap<string, CountedResource & { readonly names: readonly string[] }>

/** Asked for at every change in a namespace, of quotas that may name thousands of resources and never change themselves. */
const remembered = new WeakMap<ResourceQuota, Limited>()

/** What the quota limits, by the resource whose objects take of it; what nothing is counted by is not among it. */
const limitedNames = (quota: ResourceQuota): Limited => {
  const known = remembered.get(quota) ?? limitedBy(quota)
  remembered.set(quota, known)
  return known
}

const limitedBy = ({ spec }: ResourceQuota): Limited => {
  const limited = new Map<string, CountedResource & { names: string[] }>()
  for (const name of Object.keys(spec?.hard ?? {})) {
    const counted = countedResource(name)
    if (!counted) continue
    const key = `${counted.group}/${counted.resource}`
    const known = limited.get(key)
    if (known) known.names.push(name)
    else limited.set(key, { ...counted, names: [name] })
  }
  return limited
}

/** As the API stores it, which cuts what is beyond its integers down to the largest. */
const stored = (amount: Quantity | undefined): string =>
  amount === undefined ? '0' : formatQuantity(quantityOf(formatQuantity(amount)))

/** How much of what the quota limits is in use, as text; of names that nobody takes of, nothing is said. */
export const usedOf = (cut: Cut, quota: Stored<ResourceQuota>, now: number): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...limitedNames(quota).values()].flatMap(({ group, resource, names }) => {
      const objects = cut.entries(group, resource, quota.metadata.namespace).map(entry => entry.object())
      const used = quotaUsageOfAll(quota, group, resource, objects, now)
      return names.map(name => [name, stored(own(used, name))] as const)
    }),
  )

/** What an object takes of what the quota limits, as long as it is counted at all, in a text to compare by. */
const shareOf = (
  quota: ResourceQuota,
  { group, resource }: CountedResource,
  names: readonly string[],
  object: KubernetesObject | undefined,
): string => {
  if (!object || !inQuotaScope(quota, group, resource, object)) return ''
  const usage = quotaUsage(group, resource, object, -Infinity)
  const until = resource === 'pods' && group === '' ? countedUntil(object as Pod) : undefined
  return JSON.stringify([until, ...names.map(name => formatQuantity(own(usage, name) ?? zeroQuantity))])
}

/** Whether a change of an object of this resource changes what is used of the quota, then or when its time is over. */
export const changesUse = (
  quota: ResourceQuota,
  counted: CountedResource,
  before: KubernetesObject | undefined,
  after: KubernetesObject | undefined,
): boolean => {
  const names = limitedNames(quota).get(`${counted.group}/${counted.resource}`)?.names ?? []
  return names.length > 0 && shareOf(quota, counted, names, before) !== shareOf(quota, counted, names, after)
}

/** Milliseconds until the next pod that is being deleted counts no more; `undefined` where none is. */
export const nextUncounted = (cut: Cut, quota: Stored<ResourceQuota>, now: number): number | undefined => {
  if (!limitedNames(quota).has('/pods')) return undefined
  const moments = cut.entries('', 'pods', quota.metadata.namespace).flatMap(entry => {
    const until = countedUntil(entry.object() as Pod)
    return until !== undefined && until >= now ? [until] : []
  })
  return moments.length === 0 ? undefined : moments.reduce((a, b) => Math.min(a, b)) - now + 1
}
