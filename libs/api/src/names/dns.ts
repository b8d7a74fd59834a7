import { maxNameText, patternRule, patternText } from './validation.ts'
import type { Complaints } from './validation.ts'

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
/** Pattern of an RFC 1123 subdomain, whatever its length. */
export const subdomainPattern = `${label}(\\.${label})*`

const labelRule = patternRule(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  label,
  ['my-name', '123-abc'],
  63,
  maxNameText,
)

const subdomainRule = [
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  subdomainPattern,
  ['example.com'],
  253,
] as const

/** RFC 1123 subdomain, at most 253 bytes: names of most objects. */
export const isDns1123Subdomain: (value: string) => Complaints = patternRule(...subdomainRule, maxNameText)

/** The same before the name of a label, whose bytes are called so. */
export const isLabelPrefix: (value: string) => Complaints = patternRule(...subdomainRule)

/** RFC 1123 label, at most 63 bytes: names of namespaces, containers, ports of services. */
export const isDns1123Label = (value: string): Complaints => {
  const complaints = labelRule(value)
  // What would do for a subdomain has dots, and nothing else that is wrong.
  if (complaints.length === 0 || !value.includes('.') || isDns1123Subdomain(value).length > 0) return complaints
  return complaints.map(complaint => (complaint.startsWith('must be') ? complaint : 'must not contain dots'))
}

/** RFC 1035 label, at most 63 bytes: names of services. */
export const isDns1035Label: (value: string) => Complaints = patternRule(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  '[a-z]([-a-z0-9]*[a-z0-9])?',
  ['my-name', 'abc-123'],
  63,
  maxNameText,
)

const wildcard = `\\*\\.${subdomainPattern}`
const wildcardRule = patternRule(
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  wildcard,
  ['*.example.com'],
  253,
  maxNameText,
)

/** `*.` before a subdomain, as hosts of ingresses may be. */
export const isWildcardDns1123Subdomain = (value: string): Complaints => wildcardRule(value)

const pathSegment = ['/', '%']

/** What may stand as one segment of a URL path: names of RBAC objects and some others. */
export const isPathSegment = (value: string): Complaints => {
  if (value === '.' || value === '..') return [`may not be '${value}'`]
  return pathSegment.filter(part => value.includes(part)).map(part => `may not contain '${part}'`)
}

/** `host.name` in the group part of a finalizer or of a signer: at least one dot. */
export const isFullyQualifiedName = (value: string): Complaints => {
  const complaints = isDns1123Subdomain(value)
  if (complaints.length > 0) return complaints
  return value.includes('.') ? [] : ['should be a domain with at least two segments separated by dots']
}

/** An internet port number. */
export const isPortNumber = (port: number): Complaints =>
  Number.isInteger(port) && port >= 1 && port <= 65535 ? [] : ['must be between 1 and 65535, inclusive']

/** IANA service name: what a port may be called, at most 15 characters. */
export const isPortName = (value: string): Complaints => [
  ...(value.length > 15 ? ['must be no more than 15 characters'] : []),
  ...(/^[-a-z0-9]+$/.test(value) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
  ...(/[a-z]/.test(value) ? [] : ['must contain at least one letter (a-z)']),
  ...(value.includes('--') ? ['must not contain consecutive hyphens'] : []),
  ...(value.startsWith('-') || value.endsWith('-') ? ['must not begin or end with a hyphen'] : []),
]

const configKey = patternRule(
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  '[-._a-zA-Z0-9]+',
  ['key.name', 'KEY_NAME', 'key-name'],
  253,
  maxNameText,
)

/** A key in the data of a ConfigMap or Secret: it becomes a file name. */
export const isConfigMapKey = (value: string): Complaints => {
  const complaints = configKey(value)
  if (value === '.') return [...complaints, "must not be '.'"]
  if (value === '..') return [...complaints, "must not be '..'"]
  return value.startsWith('..') ? [...complaints, "must not start with '..'"] : complaints
}

/** The name of an environment variable: printable ASCII without `=`. */
export const isEnvVarName = (value: string): Complaints => [
  ...(value === '' ? ['environment variable name must be non-empty'] : []),
  ...(/^[ -<>-~]*$/.test(value)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]),
]

/** `25%`. */
export const isPercent: (value: string) => Complaints = value =>
  /^[0-9]+%$/.test(value)
    ? []
    : [patternText("a valid percent string must be a numeric string followed by an ending '%'", '[0-9]+%', '1%', '93%')]
