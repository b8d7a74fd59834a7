import type { Taint, Toleration } from '@periplus/kinds'

/** As `v1.Toleration.ToleratesTaint`: an empty effect or key stands for any. */
export const tolerates = (toleration: Toleration, taint: Taint): boolean => {
  if (toleration.effect && toleration.effect !== taint.effect) return false
  if (toleration.key && toleration.key !== taint.key) return false
  switch (toleration.operator) {
    case 'Exists':
      return true
    case undefined:
    case '':
    case 'Equal':
      return (toleration.value ?? '') === (taint.value ?? '') && Boolean(toleration.key)
    default:
      return false
  }
}

export const isTolerated = (tolerations: readonly Toleration[] | undefined, taint: Taint): boolean =>
  (tolerations ?? []).some(toleration => tolerates(toleration, taint))
