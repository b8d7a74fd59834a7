import { atOnce, isRestDue } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { goQuote } from '../status/go-quote.ts'
import { isLabelValue, isQualifiedName } from '../names/qualified-name.ts'
import type { Operator, Requirement } from './requirement.ts'

const int64 = /^[+-]?[0-9]{1,19}$/

const goList = (values: readonly string[]): string => `[${values.map(goQuote).join(',')}]`

const countComplaint = (operator: Operator, values: readonly string[]): string | undefined => {
  const said = `values: Invalid value: ${goList(values)}: `
  switch (operator) {
    case 'in':
    case 'notin':
      return values.length === 0 ? `${said}for 'in', 'notin' operators, values set can't be empty` : undefined
    case '=':
    case '==':
    case '!=':
      return values.length === 1 ? undefined : `${said}exact-match compatibility requires one single value`
    case 'exists':
    case '!':
      return values.length === 0 ? undefined : `${said}values set must be empty for exists and does not exist`
    case 'gt':
    case 'lt':
      if (values.length !== 1) return `${said}for 'Gt', 'Lt' operators, exactly one value is required`
      return int64.test(values[0] ?? '')
        ? undefined
        : `values[0]: Invalid value: ${goQuote(values[0] ?? '')}: for 'Gt', 'Lt' operators, the value must be an integer`
  }
}

/** What is wrong with a label key in selector text, as `labels.Parse` says it. */
export const keyComplaint = (key: string, path: string): string | undefined => {
  const complaints = isQualifiedName(key)
  return complaints.length === 0 ? undefined : `${path}: Invalid value: ${goQuote(key)}: ${complaints.join('; ')}`
}

/** More complaints than that nobody is told: a selector may have a hundred thousand bad values. */
const mostComplaints = 1_000

/** What is wrong with a requirement, in the words of `labels.NewRequirement`, the first thousand of it; `undefined` when nothing is. */
export function* complaintInSteps({ key, operator, values }: Requirement): Steps<string | undefined> {
  const complaints = [keyComplaint(key, 'key'), countComplaint(operator, values)].filter(one => one !== undefined)
  for (const [position, value] of values.entries()) {
    if (isRestDue()) yield
    const wrong = isLabelValue(value)
    if (wrong.length === 0) continue
    complaints.push(`values[${position}][${key}]: Invalid value: ${goQuote(value)}: ${wrong.join('; ')}`)
    if (complaints.length >= mostComplaints) break
  }
  if (complaints.length === 0) return undefined
  return complaints.length === 1 ? complaints[0] : `[${complaints.join(', ')}]`
}

/** The same at once. */
export const requirementComplaint = (requirement: Requirement): string | undefined =>
  atOnce(complaintInSteps(requirement))
