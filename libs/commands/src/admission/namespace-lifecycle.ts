import { refOf, targetOf } from '@periplus/api'
import type { Kind, ObjectRef, Stored } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Namespace } from '@periplus/kinds'
import type { Candidate } from '../candidate/candidate.ts'
import type { AdmissionPlugin, AdmissionRefusal } from './plugin.ts'

const namespaceRef = (name: string): ObjectRef => ({ group: '', resource: 'namespaces', namespace: '', name })
/** Somebody else may just have made it and the cut not have heard; who mistypes a name shouldn't wait long. */
const lag = 100
const immortal: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public'])

/** Nothing is created in a namespace that isn't there or that is going away; three namespaces can't be deleted. */
export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  mutate: (candidate, { cut }) => {
    if (candidate.operation !== 'create') return E.right(candidate.next)
    if (isNamespaces(candidate.kind)) return E.right(finalized(candidate))
    if (!candidate.kind.namespaced) return E.right(candidate.next)
    const name = candidate.ref.namespace
    const namespace = cut.entry(namespaceRef(name))?.object() as Stored<Namespace> | undefined
    if (!namespace)
      return E.left({
        refusal: { tag: 'NotFound', target: namespaceRef(name) },
        awaits: namespaceRef(name),
        patience: lag,
      })
    const terminating = namespace.metadata.deletionTimestamp ?? namespace.status?.phase === 'Terminating'
    return terminating ? E.left(isTerminating(candidate, name)) : E.right(candidate.next)
  },
  validate: ({ kind, operation, ref }) =>
    operation === 'delete' && isNamespaces(kind) && immortal.has(ref.name)
      ? {
          refusal: { tag: 'Forbidden', target: targetOf(kind, ref.name), message: 'this namespace may not be deleted' },
        }
      : undefined,
}

const isNamespaces = (kind: Kind): boolean => {
  const { group, resource } = refOf(kind, '', '')
  return group === '' && resource === 'namespaces'
}

/** Every namespace is held by what empties it. */
const finalized = ({ next }: Candidate): Namespace => {
  const namespace: Namespace = next
  const finalizers = namespace.spec?.finalizers ?? []
  if (finalizers.includes('kubernetes')) return namespace
  return { ...namespace, spec: { ...namespace.spec, finalizers: [...finalizers, 'kubernetes'] } }
}

const isTerminating = ({ kind, ref }: Candidate, namespace: string): AdmissionRefusal => ({
  refusal: {
    tag: 'Forbidden',
    target: targetOf(kind, ref.name),
    message: `unable to create new content in namespace ${namespace} because it is being terminated`,
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  },
})
