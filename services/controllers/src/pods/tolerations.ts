import type { Taint, Toleration } from '@periplus/kinds'

/** As `v1.Toleration.ToleratesTaint`: an empty effect or key stands for any. */
export const tolerates = (toleration: Toleration, taint: Taint): boolean => {
  if (toleration.effect && toleration.effect !== taint.effect) return false
  if (toleration.key && toleration.key !== taint.key) return false
  if (toleration.operator === 'Exists') return true
  if (toleration.operator && toleration.operator !== 'Equal') return false
  return Boolean(toleration.key) && (toleration.value ?? '') === (taint.value ?? '')
}
