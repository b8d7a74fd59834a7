import { fieldError, isDns1123Label, isDns1123Subdomain } from '@periplus/api'
import type { Complaints, FieldError, FieldPath } from '@periplus/api'

const { invalid, required, tooLong } = fieldError

const longestDomain = 253
const longestPath = 253 + 63 + 1

/** Who signs certificates: `example.com/signer-name`. */
export const signerNameErrors = (path: FieldPath, name: string): readonly FieldError[] => {
  if (name === '') return [required(path)]
  const [domain = '', rest = '', ...more] = name.split('/')
  if (!name.includes('/') || more.length > 0)
    return [invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")]
  const labels = domain.split('.')
  return [
    ...(domain.length > longestDomain ? [tooLong(path, longestDomain)] : []),
    ...firstBroken(path, domain, labels, isDns1123Label),
    ...(labels.length < 2
      ? [invalid(path, domain, 'should be a domain with at least two segments separated by dots')]
      : []),
    ...firstBroken(path, rest, rest.split('.'), isDns1123Subdomain),
    ...(rest.length > longestPath ? [tooLong(path, longestPath)] : []),
  ]
}

/** What the first label that breaks the rule does wrong; the others would say the same. */
const firstBroken = (
  path: FieldPath,
  whole: string,
  labels: readonly string[],
  rule: (label: string) => Complaints,
): readonly FieldError[] => {
  const broken = labels.find(label => rule(label).length > 0)
  if (broken === undefined) return []
  return rule(broken).map(complaint => invalid(path, whole, `validating label ${JSON.stringify(broken)}: ${complaint}`))
}
