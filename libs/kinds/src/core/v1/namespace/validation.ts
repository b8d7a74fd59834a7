import { fieldError, isQualifiedName } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each } from '../../../validation/values.ts'
import type { Namespace } from './schema.ts'

const { invalid } = fieldError

/** What is wrong with a namespace. */
export const namespaceErrors = ({ spec }: Namespace): readonly FieldError[] =>
  each('spec.finalizers', spec?.finalizers, finalizer => finalizerErrors('spec.finalizers', finalizer))

/** What is wrong with what those leave of a namespace's finalizers who have finished with it. */
export const finalizeErrors = ({ spec }: Namespace): readonly FieldError[] =>
  each('spec.finalizers', spec?.finalizers, (finalizer, at) => finalizerErrors(at, finalizer))

const finalizerErrors = (path: FieldPath, finalizer: string): readonly FieldError[] =>
  finalizer === 'kubernetes'
    ? []
    : [
        ...isQualifiedName(finalizer).map(complaint => invalid(path, finalizer, complaint)),
        ...(finalizer.includes('/')
          ? []
          : [invalid(path, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')]),
      ]

/** A namespace says that it is being deleted exactly while it is. */
export const namespaceStatusErrors = ({ metadata, status }: Namespace): readonly FieldError[] => {
  const phase = status?.phase ?? ''
  const deleted = metadata?.deletionTimestamp !== undefined
  if (deleted && phase !== 'Terminating')
    return [invalid('status.Phase', phase, "may only be 'Terminating' if `deletionTimestamp` is not empty")]
  if (!deleted && phase !== 'Active')
    return [invalid('status.Phase', phase, "may only be 'Active' if `deletionTimestamp` is empty")]
  return []
}
