import type { Subject } from './subject.ts'

const rbac = 'rbac.authorization.k8s.io'

const subjectDefaults = (subject: Subject): Subject =>
  !subject.apiGroup && (subject.kind === 'User' || subject.kind === 'Group') ? { ...subject, apiGroup: rbac } : subject

/** Users and groups belong to RBAC's own group, service accounts to the core group. */
export const bindingDefaults = <A extends { readonly subjects?: readonly Subject[] }>(binding: A): A =>
  binding.subjects ? { ...binding, subjects: binding.subjects.map(subjectDefaults) } : binding
