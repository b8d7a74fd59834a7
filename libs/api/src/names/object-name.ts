import type { FieldError } from '../refusal.ts'
import type { Kind } from '../kind.ts'
import { invalid, required } from '../status/field-error.ts'
import { isDns1035Label, isDns1123Label, isDns1123Subdomain, isPathSegment } from './dns.ts'
import type { Complaints } from './validation.ts'

type NameRule = (name: string) => Complaints

/** Names that reach DNS or a file system by themselves are stricter, those that never leave the API looser, than a subdomain. */
const rules: Readonly<Record<string, NameRule>> = {
  '/namespaces': isDns1123Label,
  '/events': isPathSegment,
  'apiregistration.k8s.io/apiservices': isPathSegment,
  '/services': isDns1035Label,
  'rbac.authorization.k8s.io/roles': isPathSegment,
  'rbac.authorization.k8s.io/rolebindings': isPathSegment,
  'rbac.authorization.k8s.io/clusterroles': isPathSegment,
  'rbac.authorization.k8s.io/clusterrolebindings': isPathSegment,
  'networking.k8s.io/ipaddresses': isPathSegment,
  'certificates.k8s.io/clustertrustbundles': name => isDns1123Subdomain(name.replaceAll(':', '.')),
}

/** The rule that names of this kind follow. */
export const nameRuleOf = (kind: Pick<Kind, 'group' | 'resource'>): NameRule =>
  rules[`${kind.group}/${kind.resource}`] ?? isDns1123Subdomain

/** Hyphens at the end are fine before a suffix is generated: Kubernetes checks the prefix with an `a` in their place. */
export const maskTrailingHyphen = (prefix: string): string =>
  prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -1)}a` : prefix

/**
 * What is wrong with the object's `metadata.name`, `metadata.generateName` and `metadata.namespace`, after a name has been
 * generated; the paths begin with `metadata`.
 */
export const objectNameErrors = (
  kind: Pick<Kind, 'group' | 'resource' | 'namespaced'>,
  metadata: { readonly name?: string; readonly generateName?: string; readonly namespace?: string },
): readonly FieldError[] => {
  const rule = nameRuleOf(kind)
  const { name = '', generateName = '', namespace = '' } = metadata
  const errors: FieldError[] = []
  if (generateName !== '')
    for (const text of rule(maskTrailingHyphen(generateName)))
      errors.push(invalid('metadata.generateName', generateName, text))
  if (name === '') errors.push(required('metadata.name', 'name or generateName is required'))
  else for (const text of rule(name)) errors.push(invalid('metadata.name', name, text))
  if (!kind.namespaced) {
    if (namespace !== '')
      errors.push({
        reason: 'FieldValueForbidden',
        field: 'metadata.namespace',
        message: 'Forbidden: not allowed on this type',
      })
  } else if (namespace === '') errors.push(required('metadata.namespace'))
  else for (const text of isDns1123Label(namespace)) errors.push(invalid('metadata.namespace', namespace, text))
  return errors
}
