/** How a requirement compares, in the words of Kubernetes' `selection.Operator`. */
export type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt'

/** One condition on one label. `values` are sorted and without repetitions. */
export interface Requirement {
  readonly key: string
  readonly operator: Operator
  readonly values: readonly string[]
}

/** The order of keys and of values. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const symbols: Readonly<Partial<Record<Operator, string>>> = { gt: '>', lt: '<', in: ' in ', notin: ' notin ' }

/** As `labels.Requirement.String()` prints it. */
export const requirementText = ({ key, operator, values }: Requirement): string => {
  if (operator === 'exists') return key
  if (operator === '!') return `!${key}`
  const text = values.join(',')
  return `${key}${symbols[operator] ?? operator}${operator === 'in' || operator === 'notin' ? `(${text})` : text}`
}
