import { E } from '@periplus/prelude'
import type { KubernetesObject } from '@periplus/api'
import type { Node } from '@periplus/kinds'
import type { AdmissionPlugin } from './plugin.ts'

const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }

/** A new node takes no pods before it has said that it is ready. */
export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  mutate: ({ kind, operation, next }) => {
    if (kind.group !== '' || kind.resource !== 'nodes' || operation !== 'create') return E.right(next)
    const node: Node = next
    const taints = node.spec?.taints ?? []
    if (taints.some(({ key, effect }) => key === notReady.key && effect === notReady.effect)) return E.right(next)
    return E.right({ ...node, spec: { ...node.spec, taints: [...taints, notReady] } } as KubernetesObject)
  },
}
