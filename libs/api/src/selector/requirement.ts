import { own } from '@periplus/prelude'
import { parseInt64 } from '../int64/int64.ts'

/** How a requirement compares, in the words of Kubernetes' `selection.Operator`. */
export type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt'

/** One condition on one label. `values` are sorted and without repetitions. */
export interface Requirement {
  readonly key: string
  readonly operator: Operator
  readonly values: readonly string[]
}

type Labels = Readonly<Record<string, string>>
type Test = (labels: Labels) => boolean

const compared = (key: string, bound: string, holds: (value: bigint, bound: bigint) => boolean): Test => {
  const limit = parseInt64(bound)
  return labels => {
    const value = parseInt64(own(labels, key) ?? '')
    return value !== undefined && limit !== undefined && holds(value, limit)
  }
}

const oneOf = (key: string, values: readonly string[]): Test => {
  if (values.length === 1) return labels => own(labels, key) === values[0]
  const set = new Set(values)
  return labels => {
    const value = own(labels, key)
    return value !== undefined && set.has(value)
  }
}

/** The requirement as a test, made once and run on many objects. A missing label satisfies `!=`, `notin` and `!`. */
export const testOf = ({ key, operator, values }: Requirement): Test => {
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return oneOf(key, values)
    case '!=':
    case 'notin': {
      const inside = oneOf(key, values)
      return labels => !inside(labels)
    }
    case 'exists':
      return labels => Object.hasOwn(labels, key)
    case '!':
      return labels => !Object.hasOwn(labels, key)
    case 'gt':
      return compared(key, values[0] ?? '0', (value, bound) => value > bound)
    case 'lt':
      return compared(key, values[0] ?? '0', (value, bound) => value < bound)
  }
}

const symbols: Readonly<Partial<Record<Operator, string>>> = { gt: '>', lt: '<', in: ' in ', notin: ' notin ' }

/** As `labels.Requirement.String()` prints it. */
export const requirementText = ({ key, operator, values }: Requirement): string => {
  if (operator === 'exists') return key
  if (operator === '!') return `!${key}`
  const text = values.join(',')
  return `${key}${symbols[operator] ?? operator}${operator === 'in' || operator === 'notin' ? `(${text})` : text}`
}
