import { E } from '@periplus/prelude'
import type { KubernetesObject } from '@periplus/api'
import type { Pod } from '@periplus/kinds'
import type { AdmissionPlugin } from './plugin.ts'

const copied = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region']

/** A pod that is bound takes its node's zone and region as labels, so that it may read them as its own. */
export const podTopologyLabels: AdmissionPlugin = {
  name: 'PodTopologyLabels',
  mutate: ({ kind, subresource, next }, { cut }) => {
    if (kind.group !== '' || kind.resource !== 'pods' || subresource !== 'binding') return E.right(next)
    const name = (next as Pod).spec?.nodeName
    const node = name === undefined ? undefined : cut.entry({ group: '', resource: 'nodes', namespace: '', name })
    const labels = node?.object().metadata?.labels ?? {}
    const own = copied.flatMap(key => (Object.hasOwn(labels, key) ? [[key, labels[key]!] as const] : []))
    if (own.length === 0) return E.right(next)
    const metadata = { ...next.metadata, labels: { ...next.metadata?.labels, ...Object.fromEntries(own) } }
    return E.right({ ...next, metadata } as KubernetesObject)
  },
}
