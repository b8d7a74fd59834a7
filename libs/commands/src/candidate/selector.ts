import { asJson } from './json.ts'

/** Whether a `metav1.LabelSelector` selects the labels. Absent selects nothing, empty everything. */
export const matchesSelector = (selector: unknown, labels: Readonly<Record<string, string>>): boolean => {
  if (selector === undefined || selector === null) return false
  const { matchLabels, matchExpressions } = asJson(selector)
  return (
    Object.entries(asJson(matchLabels)).every(([key, value]) => labels[key] === value) &&
    (Array.isArray(matchExpressions) ? matchExpressions : []).every(expression => fits(asJson(expression), labels))
  )
}

const fits = (
  { key, operator, values }: Readonly<Record<string, unknown>>,
  labels: Readonly<Record<string, string>>,
): boolean => {
  const value = labels[String(key)]
  const listed = Array.isArray(values) && values.includes(value)
  switch (operator) {
    case 'In':
      return value !== undefined && listed
    case 'NotIn':
      return value === undefined || !listed
    case 'Exists':
      return value !== undefined
    default:
      return operator === 'DoesNotExist' && value === undefined
  }
}
