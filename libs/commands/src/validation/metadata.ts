import { annotationErrors, fieldError, isQualifiedName, labelErrors } from '@periplus/api'
import type { FieldError, ObjectMeta, OwnerReference } from '@periplus/api'

const { forbidden, invalid } = fieldError

/** The rules for metadata that hold for every kind. */
export const metadataErrors = (metadata: ObjectMeta): readonly FieldError[] => [
  ...labelErrors(metadata.labels, 'metadata.labels'),
  ...annotationErrors(metadata.annotations, 'metadata.annotations'),
  ...ownerErrors(metadata.ownerReferences ?? []),
  ...finalizerErrors(metadata.finalizers ?? []),
]

/** What an object that is being deleted may not gain. */
export const metadataUpdateErrors = (next: ObjectMeta, previous: ObjectMeta): readonly FieldError[] => {
  if (!previous.deletionTimestamp) return []
  const before = new Set(previous.finalizers)
  const added = (next.finalizers ?? []).filter(finalizer => !before.has(finalizer))
  if (added.length === 0) return []
  const list = added.map(finalizer => JSON.stringify(finalizer)).join(', ')
  return [
    forbidden(
      'metadata.finalizers',
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
    ),
  ]
}

/** So many owners are shown in all errors of one object together, each of which shows all of them. */
const mostShown = 20_000

const ownerErrors = (given: readonly Partial<OwnerReference>[]): readonly FieldError[] => {
  const field = 'metadata.ownerReferences'
  const errors: FieldError[] = []
  const owners = given.map(inOrder)
  const mostErrors = Math.max(1, Math.floor(mostShown / owners.length))
  let controller: string | undefined
  for (const owner of owners) {
    if (!versionOf(owner.apiVersion))
      errors.push(invalid(`${field}.apiVersion`, owner.apiVersion, 'version must not be empty'))
    if (!owner.kind) errors.push(invalid(`${field}.kind`, '', 'must not be empty'))
    if (!owner.name) errors.push(invalid(`${field}.name`, '', 'must not be empty'))
    if (!owner.uid) errors.push(invalid(`${field}.uid`, '', 'must not be empty'))
    if (owner.kind === 'Event' && /^(v1|events\.k8s\.io\/.*)$/.test(owner.apiVersion))
      errors.push(invalid(field, owner, `${owner.apiVersion}, Kind=Event is disallowed from being an owner`))
    if (!owner.controller) continue
    const current = `${owner.kind}/${owner.name}`
    if (controller !== undefined && errors.length < mostErrors)
      errors.push(
        invalid(
          field,
          owners,
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${current}`,
        ),
      )
    controller ??= current
  }
  return errors
}

/** In the order of Go's fields, in which it is shown; what a write of a status leaves out of it is empty. */
const inOrder = ({
  apiVersion = '',
  kind = '',
  name = '',
  uid = '',
  ...rest
}: Partial<OwnerReference>): OwnerReference => ({
  apiVersion,
  kind,
  name,
  uid,
  ...(rest.controller !== undefined && { controller: rest.controller }),
  ...(rest.blockOwnerDeletion !== undefined && { blockOwnerDeletion: rest.blockOwnerDeletion }),
})

/** Of `group/version`; empty where the text is neither that nor a version alone. */
const versionOf = (apiVersion: string): string => {
  const [first = '', second, ...more] = apiVersion.split('/')
  return more.length > 0 ? '' : (second ?? first)
}

/** Finalizers that Kubernetes has without a prefix. */
const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

/** What built-in kinds ask of finalizers besides: other names than Kubernetes' own have a prefix. */
export const qualifiedFinalizerErrors = (finalizers: readonly string[]): readonly FieldError[] =>
  finalizers.flatMap((finalizer, i) =>
    finalizer.includes('/') || standardFinalizers.has(finalizer)
      ? []
      : [
          invalid(
            `metadata.finalizers[${i}]`,
            finalizer,
            'name is neither a standard finalizer name nor is it fully qualified',
          ),
        ],
  )

const finalizerErrors = (finalizers: readonly string[]): readonly FieldError[] => {
  const field = 'metadata.finalizers'
  const errors = finalizers.flatMap(finalizer =>
    isQualifiedName(finalizer).map(words => invalid(field, finalizer, words)),
  )
  return finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')
    ? [...errors, invalid(field, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set')]
    : errors
}
