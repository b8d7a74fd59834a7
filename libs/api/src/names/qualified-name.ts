import { isLabelPrefix, subdomainPattern } from './dns.ts'
import { maxLengthText, patternRule, patternText } from './validation.ts'
import type { Complaints } from './validation.ts'

const namePattern = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const nameRule =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
const examples = ['MyName', 'my.name', '123-abc']
const nameText = `name part ${patternText(nameRule, namePattern, ...examples)}`
const name = new RegExp(`^${namePattern}$`)

/** Nearly every one is short and right, and an object may have thousands. */
const shortAndRight = new RegExp(`^(?:${subdomainPattern}/)?${namePattern}$`)
const longestName = 63
const none: Complaints = []

/** A label or annotation key, resource name or condition type: `name` or `prefix.example.com/name`. */
export const isQualifiedName = (value: string): Complaints => {
  if (value.length <= longestName && shortAndRight.test(value)) return none
  const parts = value.split('/')
  if (parts.length > 2)
    return [
      `a valid label key ${patternText(nameRule, namePattern, ...examples)} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  const [prefix, part] = parts.length === 2 ? [parts[0], parts[1] ?? ''] : [undefined, value]
  const complaints: string[] = []
  if (prefix === '') complaints.push('prefix part must be non-empty')
  else if (prefix !== undefined) complaints.push(...isLabelPrefix(prefix).map(text => `prefix part ${text}`))
  if (part === '') complaints.push('name part must be non-empty')
  else if (part.length > longestName) complaints.push(`name part ${maxLengthText(longestName)}`)
  if (part.length > 4096 || !name.test(part)) complaints.push(nameText)
  return complaints
}

/** The value of a label: empty, or at most 63 bytes of letters, digits, `-`, `_` and `.`. */
export const isLabelValue: (value: string) => Complaints = patternRule(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?',
  ['MyValue', 'my_value', '12345'],
  63,
)
