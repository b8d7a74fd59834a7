import type { Taint, Toleration } from '../core/v1/tolerations.ts'

/** As `v1.Toleration.ToleratesTaint`: an empty effect or key stands for any, no operator for `Equal`. */
export const tolerates = ({ key, operator, value, effect }: Toleration, taint: Taint): boolean => {
  if (effect && effect !== taint.effect) return false
  if (key && key !== taint.key) return false
  switch (operator) {
    case 'Exists':
      return true
    case undefined:
    case '':
    case 'Equal':
      return (value ?? '') === (taint.value ?? '')
    default:
      return false
  }
}

/** Whether any of a pod's tolerations tolerates the taint. */
export const isTolerated = (tolerations: readonly Toleration[] | undefined, taint: Taint): boolean =>
  (tolerations ?? []).some(toleration => tolerates(toleration, taint))

/** The first of a node's taints with one of these effects that is not tolerated. */
export const untoleratedTaint = (
  tolerations: readonly Toleration[] | undefined,
  taints: readonly Taint[] | undefined,
  effects: readonly string[],
): Taint | undefined => taints?.find(taint => effects.includes(taint.effect) && !isTolerated(tolerations, taint))
