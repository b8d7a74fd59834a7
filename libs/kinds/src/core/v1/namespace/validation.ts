import { fieldError, isQualifiedName } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { each } from '../../../validation/values.ts'
import type { Namespace } from './schema.ts'

const { invalid } = fieldError

/** What is wrong with a namespace. */
export const namespaceErrors = ({ spec }: Namespace): readonly FieldError[] =>
  each('spec.finalizers', spec?.finalizers, finalizer =>
    finalizer === 'kubernetes'
      ? []
      : [
          ...isQualifiedName(finalizer).map(complaint => invalid('spec.finalizers', finalizer, complaint)),
          ...(finalizer.includes('/')
            ? []
            : [
                invalid(
                  'spec.finalizers',
                  finalizer,
                  'name is neither a standard finalizer name nor is it fully qualified',
                ),
              ]),
        ],
  )

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
