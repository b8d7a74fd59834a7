import type { Complaints } from '@periplus/api'

const label = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const whole = new RegExp(`^(?:${label.replaceAll('(', '(?:')})(?:\\.${label.replaceAll('(', '(?:')})*$`)
const text = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${label}(\\.${label})*')`

const longest = 253

/** A subdomain in which names of services such as `_http._tcp.example.com` are fine. */
export const isDns1123SubdomainWithUnderscore = (value: string): Complaints => [
  ...(value.length > longest ? [`must be no more than ${longest} characters`] : []),
  ...(value.length <= 4096 && whole.test(value) ? [] : [text]),
]
