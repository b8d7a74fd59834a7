import { E } from '@periplus/prelude'
import type { Pod, Toleration } from '@periplus/kinds'
import { withSpec, writtenPod } from './pods.ts'
import type { AdmissionPlugin } from './plugin.ts'

const taints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
const seconds = 300

/** A pod that doesn't say otherwise stays five minutes on a node that has gone quiet; an update can't take that away. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  mutate: candidate => {
    const pod = writtenPod(candidate)
    const missing = pod ? taints.filter(taint => !tolerates(pod, taint)) : []
    if (!pod || missing.length === 0) return E.right(candidate.next)
    const added: readonly Toleration[] = missing.map(key => ({
      key,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: seconds,
    }))
    return E.right(withSpec(pod, { tolerations: [...(pod.spec?.tolerations ?? []), ...added] }))
  },
}

const tolerates = (pod: Pod, taint: string): boolean =>
  pod.spec?.tolerations?.some(({ key, effect }) => (key === taint || !key) && (effect === 'NoExecute' || !effect)) ??
  false
