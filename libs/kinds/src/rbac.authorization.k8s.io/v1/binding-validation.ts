import { deepEqual, fieldError, isDns1123Subdomain, isPathSegment } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { each, obeys } from '../../validation/values.ts'
import type { RoleRef, Subject } from './subject.ts'

const { invalid, notSupported, required } = fieldError

const rbac = 'rbac.authorization.k8s.io'

interface Binding {
  readonly roleRef: RoleRef
  readonly subjects?: readonly Subject[]
}

const subjectErrors = (path: string, subject: Subject, namespaced: boolean): readonly FieldError[] => {
  const { kind, name, namespace, apiGroup = '' } = subject
  const nameless = name === '' ? [required(`${path}.name`)] : []
  switch (kind) {
    case 'ServiceAccount':
      return [
        ...nameless,
        ...obeys(`${path}.name`, name, isDns1123Subdomain),
        ...(apiGroup === '' ? [] : [notSupported(`${path}.apiGroup`, apiGroup, [''])]),
        ...(namespace || namespaced ? [] : [required(`${path}.namespace`)]),
      ]
    case 'User':
    case 'Group':
      return [...nameless, ...(apiGroup === rbac ? [] : [notSupported(`${path}.apiGroup`, apiGroup, [rbac])])]
    default:
      return [...nameless, notSupported(`${path}.kind`, kind, ['ServiceAccount', 'User', 'Group'])]
  }
}

/** What is wrong with a binding; in a namespace it may grant a role of either kind, else only a cluster's. */
export const bindingErrors = ({ roleRef, subjects }: Binding, namespaced: boolean): readonly FieldError[] => {
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']
  return [
    ...(roleRef.apiGroup === rbac ? [] : [notSupported('roleRef.apiGroup', roleRef.apiGroup, [rbac])]),
    ...(kinds.includes(roleRef.kind) ? [] : [notSupported('roleRef.kind', roleRef.kind, kinds)]),
    ...(roleRef.name === '' ? [required('roleRef.name')] : obeys('roleRef.name', roleRef.name, isPathSegment)),
    ...each('subjects', subjects, (subject, at) => subjectErrors(at, subject, namespaced)),
  ]
}

/** What a binding grants is fixed: another grant is another binding. */
export const bindingUpdateErrors = (next: Binding, previous: Binding): readonly FieldError[] =>
  deepEqual(next.roleRef, previous.roleRef) ? [] : [invalid('roleRef', next.roleRef, 'cannot change roleRef')]
