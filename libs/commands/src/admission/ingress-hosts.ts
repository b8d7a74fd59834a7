import { E } from '@periplus/prelude'
import { annotatedSince, ingressClassOf, ingressHosts, namedSince } from '@periplus/kinds'
import type { Ingress } from '@periplus/kinds'
import type { AdmissionPlugin } from './plugin.ts'

/**
 * Notes on an Ingress since when it names what it names: a host belongs to the namespace that named it first, and an old Ingress could
 * otherwise name another's host later, and have it.
 */
export const ingressHostAges: AdmissionPlugin = {
  name: 'IngressHostAges',
  mutate: ({ kind, previous, next }, { now }) => {
    if (kind.group !== 'networking.k8s.io' || kind.resource !== 'ingresses') return E.right(next)
    const { metadata } = next
    const said = metadata?.annotations ?? {}
    const annotations = annotatedSince(said, new Map(agesOf(next, previous as Ingress | undefined, now)))
    return E.right(annotations === said ? next : { ...next, metadata: { ...metadata, annotations } })
  },
}

const agesOf = (next: Ingress, previous: Ingress | undefined, now: number): readonly (readonly [string, string])[] => {
  if (!previous) return []
  const before = namedSince(previous)
  // Nobody serves what another class's Ingress names.
  const same = ingressClassOf(previous) === ingressClassOf(next) ? new Set(ingressHosts(previous)) : new Set()
  return ingressHosts(next).flatMap(host => {
    const since = same.has(host) ? before.get(host) : new Date(now).toISOString()
    return since === undefined ? [] : [[host, since] as const]
  })
}
