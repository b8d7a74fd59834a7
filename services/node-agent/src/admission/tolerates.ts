import type { Pod, Taint, Toleration } from '@periplus/kinds'

/** The first NoExecute taint of a node that the pod does not tolerate. */
export const intolerable = (pod: Pod, taints: readonly Taint[]): Taint | undefined =>
  taints.find(
    taint =>
      taint.effect === 'NoExecute' && !(pod.spec?.tolerations ?? []).some(toleration => tolerates(toleration, taint)),
  )

export const tolerates = ({ key, operator, value, effect }: Toleration, taint: Taint): boolean =>
  (!effect || effect === taint.effect) &&
  (!key ? operator === 'Exists' : key === taint.key) &&
  (operator === 'Exists' || (value ?? '') === (taint.value ?? ''))
