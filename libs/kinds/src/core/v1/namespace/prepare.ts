import type { Namespace } from './schema.ts'

const nameLabel = 'kubernetes.io/metadata.name'

/** A namespace is held by `kubernetes` until its objects are gone, and carries its name as a label. */
export const prepareNamespaceForCreate = (namespace: Namespace): Namespace => {
  const finalizers = namespace.spec?.finalizers ?? []
  return {
    ...namespace,
    spec: {
      ...namespace.spec,
      finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'],
    },
    status: { phase: 'Active' },
  }
}

/** The label follows the name, on every write; a status that says no phase says Active. */
export const namespaceDefaults = (namespace: Namespace): Namespace => {
  const named = withNameLabel(namespace)
  return named.status?.phase ? named : { ...named, status: { ...named.status, phase: 'Active' } }
}

const withNameLabel = (namespace: Namespace): Namespace => {
  const { name, labels } = namespace.metadata ?? {}
  if (!name || labels?.[nameLabel] === name) return namespace
  return { ...namespace, metadata: { ...namespace.metadata, labels: { ...labels, [nameLabel]: name } } }
}

/** Finalizers of the spec are taken away through the subresource `finalize` only. */
export const prepareNamespaceForUpdate = (next: Namespace, previous: Namespace): Namespace => ({
  ...next,
  spec: { ...next.spec, finalizers: previous.spec?.finalizers ?? [] },
})
