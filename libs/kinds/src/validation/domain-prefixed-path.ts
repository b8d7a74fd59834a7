import { fieldError, isDns1123Subdomain } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'

const { invalid, required } = fieldError

const pathFormat = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"
const isHttpPath = new RegExp(`^${pathFormat}$`)

/** What is wrong with `example.com/controller`: a name of somebody who acts, in a domain of theirs (`IsDomainPrefixedPath`). */
export const domainPrefixedPathErrors = (path: FieldPath, text: string): readonly FieldError[] => {
  if (text === '') return [required(path)]
  const slash = text.indexOf('/')
  if (slash <= 0 || slash === text.length - 1)
    return [invalid(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")')]
  const [host, rest] = [text.slice(0, slash), text.slice(slash + 1)]
  return [
    ...isDns1123Subdomain(host).map(complaint => invalid(path, host, complaint)),
    ...(isHttpPath.test(rest)
      ? []
      : [invalid(path, rest, `Invalid path (regex used for validation is '${pathFormat}')`)]),
  ]
}
