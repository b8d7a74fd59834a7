import type { FieldError, Kind } from '@periplus/api'

/** The rules that Kubernetes has for names, with its words for those who break them. `undefined`: the text is fine. */
export type NameRule = (text: string) => string | undefined

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const subdomain = `${label}(\\.${label})*`
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const labelText = `(${qualified})?`

const rule = (longest: number, pattern: string, words: string): NameRule => {
  const whole = new RegExp(`^${pattern}$`)
  return text => {
    if (text.length > longest) return `must be no more than ${longest} characters`
    return whole.test(text) ? undefined : `${words} regex used for validation is '${pattern}')`
  }
}

export const dnsSubdomain = rule(
  253,
  subdomain,
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com',",
)

export const dnsLabel = rule(
  63,
  label,
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc',",
)

export const dns1035Label = rule(
  63,
  label1035,
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123',",
)

export const labelValue = rule(
  63,
  labelText,
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345',",
)

const namePart = rule(
  63,
  qualified,
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc',",
)

/** `[prefix/]name`, as keys of labels, annotations and taints, and finalizers, have it. */
export const qualifiedName: NameRule = text => {
  const parts = text.split('/')
  const name = parts.at(-1) ?? ''
  if (parts.length > 2)
    return "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
  if (parts.length === 2) {
    if (parts[0] === '') return 'prefix part must be non-empty'
    const wrong = dnsSubdomain(parts[0] ?? '')
    if (wrong) return `prefix part ${wrong}`
  }
  if (name === '') return 'name part must be non-empty'
  const wrong = namePart(name)
  return wrong && `name part ${wrong}`
}

/** For what stands in a path and needs nothing else, such as RBAC's names. */
export const pathSegment: NameRule = text => {
  if (text === '.' || text === '..') return `may not be '${text}'`
  if (text.includes('/')) return "may not contain '/'"
  return text.includes('%') ? "may not contain '%'" : undefined
}

const rules: Readonly<Record<string, NameRule>> = {
  '/namespaces': dnsLabel,
  '/services': dns1035Label,
  'rbac.authorization.k8s.io/roles': pathSegment,
  'rbac.authorization.k8s.io/rolebindings': pathSegment,
  'rbac.authorization.k8s.io/clusterroles': pathSegment,
  'rbac.authorization.k8s.io/clusterrolebindings': pathSegment,
  'apiregistration.k8s.io/apiservices': pathSegment,
}

export const nameErrors = (kind: Kind, name: string): readonly FieldError[] => {
  const wrong = (rules[`${kind.group}/${kind.resource}`] ?? dnsSubdomain)(name)
  return wrong === undefined ? [] : [invalidValue('metadata.name', name, wrong)]
}

export const invalidValue = (field: string, value: unknown, words: string): FieldError => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${JSON.stringify(value)}: ${words}`,
})
