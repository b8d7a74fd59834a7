import type { FieldError, ObjectMeta, OwnerReference } from '@periplus/api'
import { invalidValue, labelValue, qualifiedName } from './names.ts'

const annotationBytes = 256 * 1024

/** The rules for metadata that hold for every kind. */
export const metadataErrors = (metadata: ObjectMeta): readonly FieldError[] => [
  ...labelErrors(metadata.labels ?? {}),
  ...annotationErrors(metadata.annotations ?? {}),
  ...ownerErrors(metadata.ownerReferences ?? []),
  ...finalizerErrors(metadata.finalizers ?? []),
]

/** What an object that is being deleted may not gain. */
export const metadataUpdateErrors = (next: ObjectMeta, previous: ObjectMeta): readonly FieldError[] => {
  if (!previous.deletionTimestamp) return []
  const added = (next.finalizers ?? []).filter(finalizer => !(previous.finalizers ?? []).includes(finalizer))
  if (added.length === 0) return []
  const list = added.map(finalizer => JSON.stringify(finalizer)).join(', ')
  return [
    {
      reason: 'FieldValueForbidden',
      field: 'metadata.finalizers',
      message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
    },
  ]
}

const labelErrors = (labels: Readonly<Record<string, string>>): readonly FieldError[] =>
  Object.entries(labels).flatMap(([key, value]) => {
    const wrongKey = qualifiedName(key)
    const wrongValue = labelValue(value)
    return [
      ...(wrongKey ? [invalidValue('metadata.labels', key, wrongKey)] : []),
      ...(wrongValue ? [invalidValue('metadata.labels', value, wrongValue)] : []),
    ]
  })

const annotationErrors = (annotations: Readonly<Record<string, string>>): readonly FieldError[] => {
  const errors: FieldError[] = []
  let bytes = 0
  for (const [key, value] of Object.entries(annotations)) {
    const wrong = qualifiedName(key.toLowerCase())
    if (wrong) errors.push(invalidValue('metadata.annotations', key, wrong))
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value)
  }
  if (bytes > annotationBytes)
    errors.push({
      reason: 'FieldValueTooLong',
      field: 'metadata.annotations',
      message: `Too long: may not be more than ${annotationBytes} bytes`,
    })
  return errors
}

const ownerErrors = (owners: readonly OwnerReference[]): readonly FieldError[] => {
  const field = 'metadata.ownerReferences'
  const errors: FieldError[] = []
  let controller: string | undefined
  for (const owner of owners) {
    if (!owner.apiVersion) errors.push(invalidValue(`${field}.apiVersion`, '', 'version must not be empty'))
    if (!owner.kind) errors.push(invalidValue(`${field}.kind`, '', 'must not be empty'))
    if (!owner.name) errors.push(invalidValue(`${field}.name`, '', 'must not be empty'))
    if (!owner.uid) errors.push(invalidValue(`${field}.uid`, '', 'must not be empty'))
    if (owner.kind === 'Event' && /^(v1|events\.k8s\.io\/.*)$/.test(owner.apiVersion))
      errors.push(invalidValue(field, owner, `${owner.apiVersion}, Kind=Event is disallowed from being an owner`))
    if (!owner.controller) continue
    if (controller !== undefined)
      errors.push(
        invalidValue(
          field,
          owners,
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${owner.name}`,
        ),
      )
    controller = owner.name
  }
  return errors
}

const finalizerErrors = (finalizers: readonly string[]): readonly FieldError[] => {
  const field = 'metadata.finalizers'
  const errors = finalizers.flatMap(finalizer => {
    const wrong = qualifiedName(finalizer)
    return wrong ? [invalidValue(field, finalizer, wrong)] : []
  })
  return finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')
    ? [...errors, invalidValue(field, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set')]
    : errors
}
