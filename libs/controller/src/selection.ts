import type { LabelSelector } from '@periplus/kinds'

type Labels = Readonly<Record<string, string>> | undefined

/** Whether the labels fit. An absent selector selects nothing, an empty one everything. */
export const selects = (selector: LabelSelector | undefined, labels: Labels): boolean =>
  selector !== undefined &&
  hasLabels(selector.matchLabels, labels) &&
  (selector.matchExpressions ?? []).every(({ key, operator, values }) => {
    const value = labels?.[key]
    switch (operator) {
      case 'In':
        return value !== undefined && (values ?? []).includes(value)
      case 'NotIn':
        return value === undefined || !(values ?? []).includes(value)
      case 'Exists':
        return value !== undefined
      case 'DoesNotExist':
        return value === undefined
      default:
        return false
    }
  })

/** Whether `labels` has all of `wanted`: how Services and ReplicationControllers select. */
export const hasLabels = (wanted: Labels, labels: Labels): boolean => {
  for (const key in wanted) if (labels?.[key] !== wanted[key]) return false
  return true
}

/** Whether a selector selects everything, as one without any requirement does. */
export const selectsEverything = (selector: LabelSelector | undefined): boolean =>
  selector !== undefined &&
  Object.keys(selector.matchLabels ?? {}).length === 0 &&
  (selector.matchExpressions ?? []).length === 0
